import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Answers, answerAll, signedIn } from '@testing/record.setup';
import { layDistribution } from './distribution.layout';
import { Simulation } from './simulation.model';
import { SimulationPanelComponent } from './simulation-panel.component';

const SIMULATION: Simulation = {
  period: { key: '2026-Q4', kind: 'quarter', start: '2026-10-01', end: '2027-01-01' }, currency: 'USD', won: '100.00', p10: '1200.00', p50: '1500.00', p90: '1900.00', mean: '1510.25', expected: '1511.00', best: '3000.00', quota: '2000.00', quota_probability: 0.07,
  histogram: [{ from: '1000.00', to: '1500.00', count: 5000 }, { from: '1500.00', to: '2000.00', count: 4000 }, { from: '2000.00', to: '2500.00', count: 1000 }],
  draws: 10_000, seed: 7, deals: 12, unscored: 3, overdue: 1, common_factor: { correlation: 0.08, periods: 9, estimated: true }, watermark: { lsn: '1', committed_at: '2026-11-30T10:00:00Z', lag_ms: 1 }, proof: null,
};
const tested = { period: { ...SIMULATION.period, key: '2026-Q3' }, as_of: '2026-08-30T00:00:00Z', p10: '1.00', p50: '2.00', p90: '3.00', actual: '9.00', inside: false, scored: 1280, unscored: 1 };
const COVERAGE = { days_left: 32, asked: 8, known: 8, covered: 7, interval: [0.5291, 0.9776], probabilities: 'mixed', periods: [tested] };

describe('the simulation on the forecast page', () => {
  let fixture: ComponentFixture<SimulationPanelComponent>;
  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const text = (): string => (page().textContent ?? '').replace(/\s+/g, ' ');
  async function show(language: 'en' | 'ar', answers: Answers): Promise<string[]> {
    await signedIn(language);
    fixture = TestBed.createComponent(SimulationPanelComponent);
    fixture.componentRef.setInput('period', '2026-Q4');
    fixture.detectChanges();
    const asked = await answerAll(answers);
    fixture.detectChanges();
    return asked;
  }
  afterEach(() => localStorage.clear());

  it('lays draws, band and quota out on one scale, and leaves a quota out that is far away', () => {
    const { bars, p10, quota, from, to } = layDistribution(SIMULATION);
    expect(bars.map(({ at, height, inside }) => [Math.round(at), height, inside])).toEqual([[0, 100, true], [33, 80, true], [67, 20, false]]);
    expect([Math.round(p10), Math.round(quota ?? -1), from, to]).toEqual([13, 67, 1000, 2500]);
    expect(layDistribution({ ...SIMULATION, quota: '3000.00' })).toEqual(jasmine.objectContaining({ to: 3000, quota: 100 }));
    expect([layDistribution({ ...SIMULATION, quota: '9000.00' }).quota, layDistribution({ ...SIMULATION, quota: '0.00' }).quota]).toEqual([null, null]);
    expect(layDistribution({ ...SIMULATION, histogram: [{ from: '5.00', to: '5.00', count: 1 }], quota: '0.00' }).p50).toBe(50);
  });

  it('shows the range with its coverage and how it came about', async () => {
    const asked = await show('en', { 'forecasts/simulation': SIMULATION, 'forecasts/simulation/coverage': COVERAGE });
    expect(asked).toEqual(jasmine.arrayContaining(['GET forecasts/simulation?period=2026-Q4', 'GET forecasts/simulation/coverage?period=2026-Q4']));
    for (const words of ['Of the last 8 periods the actual lay between P10 and P90 in 7.', 'between 53% and 98%', 'of 1,281 deals 1 had none and counts with the chance of its stage', '1,280 of 1,281', '12 open deals in the period; 3 have no score', '1 deal should have closed', 'correlation of 0.08', '9 past periods', '7%', 'outside']) expect(text()).withContext(words).toContain(words);
    expect(page().querySelector('figure')?.getAttribute('aria-label')).toBe('Distribution of the closing figure: P10 $1,200, P50 $1,500, P90 $1,900, quota $2,000');
    expect(text()).not.toMatch(/forecast\.[a-z]|\{|undefined/);
  });

  it('says in Arabic what is not known, and that there is nothing to simulate', async () => {
    await show('ar', { 'forecasts/simulation': { ...SIMULATION, common_factor: { correlation: 0, periods: 0, estimated: false } }, 'forecasts/simulation/coverage': { ...COVERAGE, known: 0, covered: 0, interval: null, periods: [] } });
    for (const words of ['لا يُعرف بعد كم مرة صدقت هذه النطاقات', 'لا فترات سابقة معروفة']) expect(text()).withContext(words).toContain(words);
    expect(text()).not.toMatch(/forecast\.[a-z]|\{/);
    for (const [language, probabilities, words] of [['ar', 'mixed', 'لم يكن لصفقتين تقييم'], ['ar', 'model', 'بتقييمات نموذج الفوز التي كانت سارية في حينها.'], ['ar', 'stage', 'باحتمالات مراحلها في حينها'], ['en', 'model', 'by the scores of the win model that were in force then.'], ['en', 'stage', 'by the chances of their stages, as of then']] as const) {
      TestBed.resetTestingModule();
      await show(language, { 'forecasts/simulation': SIMULATION, 'forecasts/simulation/coverage': { ...COVERAGE, probabilities, periods: [{ ...tested, unscored: 2 }] } });
      expect(text()).withContext(`${language} ${probabilities}`).toContain(words);
    }
    TestBed.resetTestingModule();
    await show('en', { 'forecasts/simulation': { ...SIMULATION, deals: 0, won: '0.00' }, 'forecasts/simulation/coverage': COVERAGE });
    expect(text()).toContain('Nothing to simulate');
    TestBed.resetTestingModule();
    await show('en', { 'forecasts/simulation': new Error('broken'), 'forecasts/simulation/coverage': COVERAGE });
    expect(page().querySelector('crm-problem')).not.toBeNull();
  }, 60_000);
});
