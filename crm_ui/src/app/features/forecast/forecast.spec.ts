import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { answerAll, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { AdjustService } from './adjust.component';
import { barOf, csvOf, dealsBehind, isPeriod, moved, periodOf, restepped, scaleOf } from './forecast.calc';
import { ForecastComponent } from './forecast.component';
import { Figures, Forecast, Group } from './forecast.model';

const figures = (more: Partial<Record<keyof Figures, unknown>> = {}): Figures => ({
  quota: '200.00', won: '50.00', commit: '30.00', best_case: '20.00', pipeline: '10.00', open: '60.00', forecast: '80.125', adjustment: '-5.00', adjusted: '75.125', model_forecast: '70.00', gap: '150.00', deals: 4, attainment: 0.25, coverage: 0.4, ...more,
}) as Figures;
const group = (more: Partial<Group> = {}): Group => ({ id: 'u2', name: 'Anna', name_ar: 'آنا', team: { id: 't1', name: 'North', name_ar: 'الشمال' }, adjustable: true, figures: figures(), ...more });
const FORECAST: Forecast = {
  period: { key: '2026-Q4', kind: 'quarter', start: '2026-10-01', end: '2027-01-01' }, by: 'owner', currency: 'USD', total: figures({ won: '1234567.89' }), proof: null, watermark: { lsn: '1', committed_at: '2026-11-01T10:00:00Z', lag_ms: 5 },
  groups: [group(), group({ id: null, name: null, name_ar: null, adjustable: false }), group({ id: null, name: null, name_ar: null, team: null, adjustable: false })],
};
const near = (accuracy: number | null): object => ({ forecast: '1.00', error: '1.00', accuracy });
const line = { snapshots: 1, actual: '1.00', rep: near(0.5), manager: near(0.8), stage: near(0.6), model: near(null) };
const ANSWERS = {
  forecasts: FORECAST, 'forecasts/accuracy': { currency: 'USD', ages: [{ weeks_left: 2, ...line }, { weeks_left: 3, ...line, rep: near(null), manager: near(null), stage: near(null) }], total: line, watermark: FORECAST.watermark, proof: null },
  'forecasts/2026-Q4/adjustments/u2': { current: { version: 1, delta: '-5.00', amount: null, currency: 'USD', reason: 'Weak', author: { id: 'u9', name: 'Boss' }, created_at: '2026-11-01T10:00:00Z' }, versions: [{ version: 1, delta: '-5.00', amount: null, currency: 'USD', reason: 'Weak', author: null, created_at: '2026-11-01T10:00:00Z' }], adjustable: true },
};
const RIGHTS = { forecast: { read: 'all', write: 'all' }, deals: { read: 'all' } };

describe('forecast', () => {
  let fixture: ComponentFixture<ForecastComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const text = (): string => page().textContent ?? '';
  async function show(language: 'en' | 'ar', answers: Record<string, unknown> = ANSWERS): Promise<string[]> {
    await signedIn(language, RIGHTS);
    fixture = TestBed.createComponent(ForecastComponent);
    fixture.componentRef.setInput('period', '2026-Q4');
    fixture.detectChanges();
    const asked = await answerAll(answers);
    fixture.detectChanges();
    return asked;
  }
  afterEach(() => localStorage.clear());

  it('counts periods across years and from one step to the other', () => {
    const today = new Date('2026-11-30T12:00:00Z');
    expect([periodOf(today, 'quarter'), periodOf(today, 'month'), moved('2026-Q4', 1), moved('2026-Q1', -1), moved('2026-12', 1), moved('2026-01', -1)]).toEqual(['2026-Q4', '2026-11', '2027-Q1', '2025-Q4', '2027-01', '2025-12']);
    expect([restepped('2026-Q4', 'month', today), restepped('2026-Q2', 'month', today), restepped('2026-05', 'quarter', today), restepped('2026-05', 'month', today)]).toEqual(['2026-11', '2026-04', '2026-Q2', '2026-05']);
    expect(['2026-Q4', '2026-12', '2026-Q5', '2026-13', '2026', undefined].map(isPeriod)).toEqual([true, true, false, false, false, false]);
  });

  it('draws parts on one scale, leads to the deals behind, and writes exact numbers that are no formulas', () => {
    expect(scaleOf([figures(), figures({ won: '500.00' })])).toBe(560);
    expect(barOf(figures(), 200)).toEqual({ quota: 100, parts: [{ name: 'won', value: '50.00', share: 25 }, { name: 'commit', value: '30.00', share: 15 }, { name: 'best_case', value: '20.00', share: 10 }, { name: 'pipeline', value: '10.00', share: 5 }] });
    expect(dealsBehind('won', FORECAST.period, ['u2', 'u3'])?.map(({ field, operator, value }) => `${field} ${operator} ${value}`)).toEqual(['status eq won', 'closed_at gte 2026-10-01', 'closed_at lt 2027-01-01', 'owner_id in u2,u3', 'is_test eq false']);
    expect(dealsBehind('forecast', FORECAST.period, [null])?.map(({ field, operator }) => `${field} ${operator}`)).toContain('owner_id null');
    expect(dealsBehind('quota', FORECAST.period, null)).toBeNull();
    const csv = csvOf(FORECAST, { head: [['Currency', 'USD']], columns: ['Owner'], name: ({ id }) => (id ? '=1+1' : '-a, "b"'), total: 'Total' });
    expect(csv.split('\r\n')).toEqual(jasmine.arrayContaining(['\uFEFFCurrency,USD', `'=1+1,200.00,50.00,30.00,20.00,10.00,80.125,-5.00,75.125,70.00,150.00,0.25,0.4`, jasmine.stringMatching(/^"'-a, ""b""",200\.00/), jasmine.stringMatching(/^Total,200\.00,1234567\.89/)]));
  });

  it('shows lines and totals with the forecast beside the adjusted, and accuracy of ages that have ended', async () => {
    const asked = await show('en');
    expect(asked).toContain('GET forecasts?period=2026-Q4&by=owner');
    for (const words of ['Q4 2026', 'Anna', 'North as a whole', 'Nobody', '$1,234,568', '2 weeks', '80%']) expect(text()).withContext(words).toContain(words);
    expect(text()).not.toContain('3 weeks');
    expect(text()).not.toMatch(/forecast\.[a-z]/);
    const navigate = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    page().querySelector<HTMLElement>('tfoot [data-total=won] button')?.click();
    expect(navigate.calls.mostRecent().args).toEqual([['/sell/deals'], { queryParams: jasmine.objectContaining({ 'filter[status]': 'won', 'filter[closed_at][lt]': '2027-01-01' }) }]);
    page().querySelector<HTMLElement>('[data-test=later]')?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ period: '2027-Q1', by: 'owner' });
    expect(page().querySelectorAll('[data-test=adjust]').length).toBe(1);
  });

  it('is in Arabic for Arabic readers, and says what to do when nothing is there or it cannot be read', async () => {
    await show('ar', { ...ANSWERS, forecasts: { ...FORECAST, groups: [] } });
    expect(text()).toContain('لا توقعات لهذه الفترة');
    expect(text()).not.toMatch(/forecast\.[a-z]/);
    TestBed.resetTestingModule();
    await show('en', { ...ANSWERS, forecasts: new Error('broken') }).catch(() => undefined);
    const failed = page().querySelector('crm-problem');
    if (!failed) {
      for (const request of backend().match(({ url }) => url.endsWith('/forecasts'))) request.flush({ code: 'analytics_unavailable', title: 'Down', detail: 'Later' }, { status: 503, statusText: 'Down' });
      await settle();
      fixture.detectChanges();
    }
    expect(page().querySelector('crm-problem')).not.toBeNull();
  });

  it('is adjusted with a reason, over the version that was read', async () => {
    await show('en');
    const done = TestBed.inject(AdjustService).ask({ id: 'u2', name: 'Anna', period: '2026-Q4', periodText: 'Q4', currency: 'USD', gross: '80.00' });
    await settle();
    const asked = backend().expectOne('/crm/v1/forecasts/2026-Q4/adjustments/u2');
    asked.flush(ANSWERS['forecasts/2026-Q4/adjustments/u2'], { headers: { ETag: '"1.x"' } });
    await settle();
    const dialog = document.querySelector<HTMLElement>('crm-adjust');
    expect(dialog?.textContent).toContain('Weak');
    const submit = (): void => dialog?.querySelector<HTMLElement>('button[type=submit]')?.click();
    const type = (selector: string, value: string): void => { const field = dialog?.querySelector<HTMLInputElement>(selector); if (field) { field.value = value; field.dispatchEvent(new Event('input')); } };
    submit();
    await settle();
    expect(dialog?.querySelectorAll('[aria-invalid=true]').length).toBe(2);
    type('input[name=amount]', '-1500.5');
    type('textarea', 'Two deals slip');
    await settle();
    submit();
    await settle();
    const sent = backend().expectOne(({ method }) => method === 'PUT').request;
    expect([sent.body, sent.headers.get('If-Match')]).toEqual([{ delta: '-1500.5', reason: 'Two deals slip' }, '"1.x"']);
    backend().match(() => true).forEach((one) => one.flush({}));
    void done;
  });
});
