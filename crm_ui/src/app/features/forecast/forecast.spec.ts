import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { answerAll, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { AdjustService } from './adjust.component';
import { monthsUntil } from './cohorts.calc';
import { barOf, csvOf, scaleOf } from './forecast.calc';
import { ForecastComponent } from './forecast.component';
import { questionBehind } from './forecast.drill';
import { Figures, Forecast, Group, NOTHING } from './forecast.model';
import { firstDayOf, isPeriod, moved, nameOfPeriod, periodOf, restepped } from './forecast.periods';

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
  async function show(language: 'en' | 'ar', answers: Record<string, unknown> = ANSWERS, inputs: Readonly<Record<string, unknown>> = {}, load: (query: never) => Promise<unknown> = () => Promise.resolve({ rows: [], watermark: null, proof: null })): Promise<string[]> {
    TestBed.configureTestingModule({ providers: [{ provide: AnalyticsClient, useValue: { load } }] });
    await signedIn(language, RIGHTS, { crm_feature_forecast_simulation: false, crm_feature_forecast_scenarios: false });
    fixture = TestBed.createComponent(ForecastComponent);
    for (const [name, value] of Object.entries({ period: '2026-Q4', ...inputs })) fixture.componentRef.setInput(name, value);
    fixture.detectChanges();
    const asked = await answerAll(answers);
    fixture.detectChanges();
    return asked;
  }
  afterEach(() => localStorage.clear());

  it('counts periods across years and from one step to the other', () => {
    const today = '2026-11-30';
    expect([periodOf(today, 'quarter', 1), periodOf(today, 'month', 1), moved('2026-Q4', 1), moved('2026-Q1', -1), moved('2026-12', 1), moved('2026-01', -1)]).toEqual(['2026-Q4', '2026-11', '2027-Q1', '2025-Q4', '2027-01', '2025-12']);
    expect([restepped('2026-Q4', 'month', today, 1), restepped('2026-Q2', 'month', today, 1), restepped('2026-05', 'quarter', today, 1), restepped('2026-05', 'month', today, 1)]).toEqual(['2026-11', '2026-04', '2026-Q2', '2026-05']);
    // A fiscal year bears the number of the year it ends in: with April, 30 November 2026 lies in the third quarter of FY2027.
    expect([periodOf(today, 'quarter', 4), firstDayOf('2027-Q3', 4), firstDayOf('2027-Q4', 4), firstDayOf('2027-Q3', 1), restepped('2027-Q3', 'month', today, 4), restepped('2027-Q4', 'month', today, 4), restepped('2026-03', 'quarter', today, 4)])
      .toEqual(['2027-Q3', '2026-10-01', '2027-01-01', '2027-07-01', '2026-11', '2027-01', '2026-Q4']);
    for (let start = 1; start <= 12; start += 1) for (const day of ['2026-01-31', '2026-06-30', '2026-12-01']) expect(day.slice(0, 7) >= firstDayOf(periodOf(day, 'quarter', start), start).slice(0, 7) && day < firstDayOf(moved(periodOf(day, 'quarter', start), 1), start)).withContext(`${day} ${start}`).toBeTrue();
    expect([nameOfPeriod('2027-Q3', 4, 'en'), nameOfPeriod('2026-Q4', 1, 'en'), nameOfPeriod('2026-11', 4, 'en')]).toEqual(['FY2027 Q3', 'Q4 2026', 'November 2026']);
    expect(['2026-Q4', '2026-12', '2026-Q5', '2026-13', '2026', undefined].map(isPeriod)).toEqual([true, true, false, false, false, false]);
  });

  it('draws parts on one scale, leads to the deals behind, and writes exact numbers that are no formulas', () => {
    expect(scaleOf([figures(), figures({ won: '500.00' })])).toBe(560);
    expect(barOf(figures(), 200)).toEqual({ quota: 100, parts: [{ name: 'won', value: '50.00', share: 25 }, { name: 'commit', value: '30.00', share: 15 }, { name: 'best_case', value: '20.00', share: 10 }, { name: 'pipeline', value: '10.00', share: 5 }] });
    const narrow = { owner: [], team: ['t1'], region: ['Asia'] };
    expect(questionBehind('commit', FORECAST, FORECAST.groups[0] ?? null, narrow, 'x')).toEqual({
      title: 'x', measure: 'forecast.commit_amount', point: { 'forecast.owner_id': 'u2', 'forecast.team_id': 't1' }, query: {
        measures: ['forecast.commit_amount'], dimensions: ['forecast.owner_id', 'forecast.team_id'], timeDimensions: [{ dimension: 'forecast.close_date', dateRange: ['2026-10-01', '2026-12-31'] }],
        filters: [{ member: 'forecast.team_id', operator: 'equals', values: ['t1'] }, { member: 'forecast.region', operator: 'equals', values: ['Asia'] }],
      },
    });
    // A line that nobody owns, a team, a region, and the total, which has no point.
    expect([questionBehind('won', FORECAST, group({ id: null, team: null }), NOTHING, ''), questionBehind('quota', { ...FORECAST, by: 'team' }, group({ id: 't1' }), NOTHING, ''), questionBehind('gap', { ...FORECAST, by: 'region' }, group({ id: null, team: null }), NOTHING, ''), questionBehind('attainment', FORECAST, null, NOTHING, '')]
      .map(({ measure, point }) => [measure, point])).toEqual([['forecast.won_amount', { 'forecast.owner_id': null, 'forecast.team_id': null }], ['forecast.quota_amount', { 'forecast.team_id': 't1' }], ['forecast.gap_amount', { 'forecast.region': null }], ['forecast.quota_attainment', undefined]]);
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
    const opened = spyOn(TestBed.inject(NumberPanelService), 'open').and.resolveTo();
    for (const selector of ['tfoot [data-total=won] button', 'tfoot [data-total=attainment] button', '[data-tile=coverage]', '[data-line=u2] td:nth-of-type(3) button']) page().querySelector<HTMLElement>(selector)?.click();
    expect(opened.calls.allArgs().map(([{ measure, title }]) => [measure, title])).toEqual([['forecast.won_amount', 'Won: Total, Q4 2026'], ['forecast.quota_attainment', 'Attainment: Total, Q4 2026'], ['forecast.coverage', 'Coverage: Total, Q4 2026'], ['forecast.commit_amount', 'Commit: Anna, Q4 2026']]);
    page().querySelector<HTMLElement>('[data-test=later]')?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ period: '2027-Q1', by: 'owner', owner: [], team: [], region: [] });
    expect(page().querySelectorAll('[data-test=adjust]').length).toBe(1);
  });

  it('is narrowed to people, teams and regions that the semantic layer offers, in the address', async () => {
    const load = (query: { dimensions?: readonly string[] }): Promise<unknown> => Promise.resolve({ rows: query.dimensions?.[0] === 'forecast.owner_id' ? [{ 'forecast.owner_id': 'u2', 'forecast.owner': 'Anna', 'forecast.owner_ar': 'آنا' }, { 'forecast.owner_id': null }] : query.dimensions?.[0] === 'forecast.region' ? [{ 'forecast.region': 'Asia' }] : [], watermark: null, proof: null });
    const asked = await show('ar', ANSWERS, { owner: ['u2', 'gone'], region: 'Asia' }, load);
    expect(asked).toContain('GET forecasts?period=2026-Q4&by=owner&owner_id=u2&owner_id=gone&region=Asia');
    expect(asked).toContain('GET forecasts/accuracy?owner_id=u2&owner_id=gone&region=Asia');
    const button = page().querySelector<HTMLElement>('[data-filter=owner] button');
    // Somebody who is not offered any more can still be let go of.
    expect(button?.textContent).toContain('آنا');
    expect(button?.textContent).toContain('gone');
    const navigate = spyOn(TestBed.inject(Router), 'navigate').and.resolveTo(true);
    button?.click();
    fixture.detectChanges();
    await settle();
    document.querySelector<HTMLElement>('.cdk-overlay-container [data-key=gone]')?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ period: '2026-Q4', by: 'owner', owner: ['u2'], team: [], region: ['Asia'] });
    page().querySelector<HTMLElement>('[data-test=clear]')?.click();
    expect(navigate.calls.mostRecent().args[1]?.queryParams).toEqual({ period: '2026-Q4', by: 'owner', owner: [], team: [], region: [] });
  });

  it('tells what became of cohorts, masks what is not decided, and opens the deals of a cell', async () => {
    const row = (month: string, values: object): object => ({ 'forecast_cohorts.cohort.month': month, ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`forecast_cohorts.${name}`, value])) });
    const cell = (unit: string, won: string | null): object => ({ [unit]: '400', [`won_${unit}`]: won, [`lost_${unit}`]: won === null ? null : '0', [`slipped_1_${unit}`]: null, [`slipped_2_${unit}`]: null, [`slipped_3_${unit}`]: null, [`open_${unit}`]: won === null ? null : '100', [`undecided_${unit}`]: '300' });
    const queries: { measures: readonly string[] }[] = [];
    const load = (query: { measures: readonly string[] }): Promise<unknown> => {
      const unit = query.measures[0]?.split('.')[1] ?? '';
      if (query.measures.includes(`forecast_cohorts.won_${unit}`)) queries.push(query);
      return Promise.resolve({ rows: query.measures[0]?.startsWith('forecast_cohorts') ? [row('2026-10-01T00:00:00.000', cell(unit, '100')), row('2026-11-01T00:00:00.000', cell(unit, null))] : [], watermark: null, proof: null });
    };
    await show('en', ANSWERS, { region: 'Asia' }, load);
    const grid = page().querySelector<HTMLElement>('crm-forecast-cohorts');
    const cells = (): string[] => [...(grid?.querySelectorAll('tbody tr') ?? [])].map((line) => [...line.querySelectorAll('th, td')].slice(0, 4).map((one) => (one.textContent ?? '').replace(/\s+/g, ' ').trim()).join(' | '));
    expect(cells()[0]).toMatch(/^Nov 2026 \| \$400 .* \| ·Not decided yet \| ·Not decided yet$/);
    expect(cells()[1]).toMatch(/^Oct 2026 \| \$400 .* \| \$10025% .*Won in time.* \| \$00% /);
    const opened = spyOn(TestBed.inject(NumberPanelService), 'open').and.resolveTo();
    grid?.querySelector<HTMLElement>('tbody tr:nth-child(2) [data-cell=open] button')?.click();
    expect(opened.calls.mostRecent().args[0]).toEqual(jasmine.objectContaining({ title: 'Still open: Oct 2026', measure: 'forecast_cohorts.open_amount', point: { 'forecast_cohorts.cohort.month': '2026-10-01T00:00:00.000' } }));
    expect(opened.calls.mostRecent().args[0].query).toEqual(jasmine.objectContaining({ measures: ['forecast_cohorts.open_amount'], filters: [{ member: 'forecast_cohorts.region', operator: 'equals', values: ['Asia'] }] }));
    [...(grid?.querySelectorAll<HTMLElement>('[role=tab], [role=radio], button') ?? [])].find((one) => one.textContent?.trim() === 'Deals')?.click();
    fixture.detectChanges();
    await settle();
    fixture.detectChanges();
    expect(queries.at(-1)?.measures).toContain('forecast_cohorts.won_count');
    expect(monthsUntil('2026-01-31')).toEqual(['2025-02-01', '2026-01-31']);
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
