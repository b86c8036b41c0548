import { ComponentFixture, TestBed } from '@angular/core/testing';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { RecordPanelService } from '@shared/record/panel.service';
import { answerAll, EDITOR, signedIn } from '@testing/record.setup';
import { backend, settle } from '@testing/setup';
import { changesOf, draftOf, faultsOf, NOTHING } from './scenario.draft';
import { ScenarioFigures } from './scenario.model';
import { ScenariosPanelComponent } from './scenarios-panel.component';

const figures = (won: string): ScenarioFigures => ({ won, weighted: '900.00', expected: '910.00', p10: '500.00', p50: '800.00', p90: '1100.00', quota: '2000.00', gap: '1900.00', gap_p50: '1200.00', quota_probability: 0.02, deals: 4 });
const RESULT = { period: { key: '2026-Q4', kind: 'quarter', start: '2026-10-01', end: '2027-01-01' }, currency: 'USD', base: figures('100.00'), scenario: figures('777.00'), missing_deals: 1, watermark: { lsn: '1', committed_at: '2026-11-30T10:00:00Z', lag_ms: 1 }, proof: null };
const saved = (id: string, name: string, changeable = true): object => ({ id, name, period: '2026-Q4', filter: {}, changes: { win_rates: [{ stage_id: null, factor: 1.1 }], shift_days: 14, deals: [{ id: 'd1', outcome: 'lost' }] }, owner: { id: 'u1', name: 'Me' }, changeable, shared_roles: [], shared_team_ids: [] });
const ANSWERS = {
  'POST forecasts/scenarios/preview': RESULT, 'forecasts/scenarios': { items: [saved('s1', 'Slow winter'), saved('s2', 'Of the boss', false)], next_cursor: null }, 'forecasts/scenarios/s1': saved('s1', 'Slow winter'), 'forecasts/scenarios/s2/figures': { ...RESULT, scenario: figures('4321.00') },
  'deals/d1': { id: 'd1', name: 'Big deal' }, pipelines: { items: [{ id: 'p', name: 'Sales', is_default: true, stages: [{ id: 'st1', name: 'Proposal', name_ar: 'العرض', position: 1, kind: 'open', probability: 0.5 }, { id: 'st9', name: 'Won', name_ar: null, position: 9, kind: 'won', probability: 1 }] }], next_cursor: null },
};
const RIGHTS = { ...EDITOR, scenarios: { read: 'all', write: 'team', delete: 'own' } };

/** Each answer comes after the pause of typing; a busy machine takes longer. */
const PATIENCE = 60_000;

describe('what-if scenarios on the forecast page', () => {
  let fixture: ComponentFixture<ScenariosPanelComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const text = (): string => (page().textContent ?? '').replace(/\s+/g, ' ');
  async function answered(): Promise<string[]> {
    fixture.detectChanges();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const asked = await answerAll(ANSWERS);
    fixture.detectChanges();
    return asked;
  }
  async function show(language: 'en' | 'ar', rights: Record<string, Record<string, string>> = RIGHTS): Promise<string[]> {
    await signedIn(language, rights);
    fixture = TestBed.createComponent(ScenariosPanelComponent);
    fixture.componentRef.setInput('period', '2026-Q4');
    return answered();
  }
  const type = (selector: string, value: string): void => { const field = page().querySelector<HTMLInputElement>(selector); if (field) { field.value = value; field.dispatchEvent(new Event('input')); } };
  const button = (words: string): HTMLButtonElement | undefined => [...page().querySelectorAll<HTMLButtonElement>('button')].find((one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').includes(words));
  afterEach(() => localStorage.clear());

  it('turns what is typed into changes and back, and knows what is no number', () => {
    const draft = { chance: '١١٠', stages: { st1: '50', st2: '' }, amount: '-10', shift: '14', business: '25,000.50', deals: [{ id: 'd1', name: 'Big', outcome: 'won' as const, date: '', amount: '' }, { id: 'd2', name: 'Untouched', outcome: '' as const, date: '', amount: '' }] };
    const changes = { win_rates: [{ stage_id: 'st1', factor: 0.5 }, { stage_id: null, factor: 1.1 }], amount_percent: -10, shift_days: 14, deals: [{ id: 'd1', outcome: 'won' as const }], new_business: '25000.50' };
    expect(changesOf(draft)).toEqual(changes);
    expect(changesOf(draftOf(changes, new Map()))).toEqual(changes);
    expect(changesOf(NOTHING)).toEqual({});
    expect(changesOf({ ...NOTHING, chance: '100', amount: '0', shift: '0', business: '0' })).toEqual({});
    expect([...faultsOf({ chance: '-1', stages: { st1: 'x' }, amount: '2000', shift: '1.5', business: '-5', deals: [{ id: 'd1', name: '', outcome: '', date: '', amount: '1.005' }] })].sort()).toEqual(['amount', 'business', 'chance', 'deal:d1', 'shift', 'stage:st1']);
  }, PATIENCE);

  it('computes what is typed or slid, side by side with what is, and nothing that is wrong', async () => {
    expect(await show('en')).toContain('POST forecasts/scenarios/preview {"period":"2026-Q4","filter":{},"changes":{}}');
    for (const words of ['As it is', '$100', '$777', 'Gap: quota − P50', 'Slow winter', '1 change of a single deal finds no open deal']) expect(text()).withContext(words).toContain(words);
    type('[data-slider=chance]', '120');
    expect(await answered()).toContain('POST forecasts/scenarios/preview {"period":"2026-Q4","filter":{},"changes":{"win_rates":[{"stage_id":null,"factor":1.2}]}}');
    type('input[name=shift]', 'soon');
    expect((await answered()).filter((one) => one.includes('preview'))).toEqual([]);
    expect(page().querySelector('input[name=shift]')?.getAttribute('aria-invalid')).toBe('true');
    expect(button('Save as')?.getAttribute('aria-disabled')).toBe('true');
    expect(text()).not.toMatch(/forecast\.[a-z]|\{|undefined/);
  }, PATIENCE);

  it('opens, keeps over the version that was read, compares and deletes', async () => {
    await show('en');
    page().querySelectorAll<HTMLInputElement>('[data-scenario=s2] input')[0]?.click();
    await answered();
    expect(page().querySelector('[data-column=s2]')?.textContent).toContain('Of the boss');
    expect(text()).toContain('$4,321');
    expect(page().querySelector('[data-scenario=s2] [aria-label^=Delete]')).withContext('only its owner').toBeNull();
    button('Open: Slow winter')?.click();
    await settle();
    backend().expectOne(({ url }) => url.endsWith('scenarios/s1')).flush(saved('s1', 'Slow winter'), { headers: { ETag: '"7.x"' } });
    await answered();
    expect(await answered()).toContain(jasmine.stringContaining('"deals":[{"id":"d1","outcome":"lost"}]') as never);
    expect([page().querySelector<HTMLInputElement>('input[name=chance]')?.value, page().querySelector('crm-what-if-deals li strong')?.textContent]).toEqual(['110', 'Big deal']);
    [...page().querySelectorAll<HTMLButtonElement>('.actions button')].find((one) => one.textContent?.trim() === 'Save')?.click();
    await settle();
    const kept = backend().expectOne(({ method }) => method === 'PATCH');
    expect([kept.request.url, kept.request.headers.get('If-Match'), (kept.request.body as { changes: { shift_days: number } }).changes.shift_days]).toEqual(['/crm/v1/forecasts/scenarios/s1', '"7.x"', 14]);
    kept.flush(saved('s1', 'Slow winter'));
    await answered();
    spyOn(TestBed.inject(ConfirmService), 'ask').and.resolveTo(true);
    button('Delete: Slow winter')?.click();
    await settle();
    backend().expectOne(({ method }) => method === 'DELETE').flush(null, { status: 204, statusText: 'Gone' });
    await answered();
  }, PATIENCE);

  it('is saved under a name, shared by who may, and only looked at by who may not keep any', async () => {
    await show('ar');
    expect(text()).toContain('ماذا لو');
    expect(text()).not.toMatch(/forecast\.[a-z]|\{/);
    const asked = spyOn(TestBed.inject(RecordPanelService), 'open').and.callFake(async (form) => (await (form as { save(changes: object): Promise<unknown> }).save({ name: 'Mine' })) as never);
    button('احفظ باسم')?.click();
    await settle();
    expect(backend().expectOne(({ method, url }) => method === 'POST' && url.endsWith('/scenarios')).request.body).toEqual({ name: 'Mine', period: '2026-Q4', filter: {}, changes: {} });
    expect(asked).toHaveBeenCalled();
    backend().match(() => true).forEach((one) => one.flush(saved('s1', 'Mine')));
    expect(page().querySelector('[data-scenario=s1] [aria-label^="شارك"]')).not.toBeNull();
    TestBed.resetTestingModule();
    await show('en', { ...EDITOR, scenarios: { read: 'all' } });
    expect([button('Save as'), button('Share')]).toEqual([undefined, undefined]);
  }, PATIENCE);
});
