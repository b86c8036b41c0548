import { TestBed } from '@angular/core/testing';
import { Component, signal } from '@angular/core';
import { Row } from '@core/analytics/analytics.client';
import { monthPeriod, monthsOf, monthStarts, wholeMonths, yearBefore } from '@core/analytics/months';
import { approximate } from '@shared/format/exact';
import { Reader } from '@shared/format/reader';
import { testProviders, useLanguage } from '@testing/setup';
import { CohortGridComponent } from './cohorts/cohort-grid.component';
import { cohortGrid, heatOf, METRICS, moveCell } from './cohorts/cohort.grid';
import { barOf, cellOf, readAddress } from './revenue.address';
import { bridgeSteps, identityText, mrrBridgeOf } from './revenue.bridge';
import { BAR_KEYS, barMember, MOVES, revenueQueries } from './revenue.questions';
import { tileOf, trendOf } from './trend.view';

const TODAY = new Date('2026-08-22T00:00:00Z');
const reader: Reader = { tag: 'en-u-ca-gregory', arabic: false, currency: 'USD', text: (key, values) => (values ? `${key}(${Object.values(values).join()})` : key) };
const bridge = (values: Record<string, string>): Row => Object.fromEntries(Object.entries(values).map(([key, value]) => [`mrr_bridge.${key}_mrr`, value]));

describe('periods of whole months', () => {
  it('begin and end with a month, and are compared with as many months', () => {
    expect(monthPeriod({}, TODAY, 1)).toEqual({ key: 'last12Months', range: ['2025-09-01', '2026-08-31'], previous: ['2024-09-01', '2025-08-31'] });
    expect(monthPeriod({ period: 'thisQuarter' }, TODAY, 1)).toEqual({ key: 'thisQuarter', range: ['2026-07-01', '2026-08-31'], previous: ['2026-04-01', '2026-05-31'] });
    expect(monthPeriod({ period: 'custom', from: '2026-01-31', to: '2026-03-02' }, TODAY, 1)).toEqual({ key: 'custom', range: ['2026-01-01', '2026-03-31'], previous: ['2025-10-01', '2025-12-31'] });
    expect(monthPeriod({ period: 'all' }, TODAY, 1)).toEqual({ key: 'all', range: null, previous: null });
    for (const odd of [{ period: 'custom', from: '2026-03-02', to: '2026-01-31' }, { period: 'nope' }, { period: 'thisFiscalYear' }]) expect(monthPeriod(odd, TODAY, 1).key).withContext(JSON.stringify(odd)).toBe('last12Months');
    expect(monthPeriod({ period: 'thisFiscalYear' }, TODAY, 4).range).toEqual(['2026-04-01', '2026-08-31']);
    expect([wholeMonths(['2026-02-10', '2026-02-11']), yearBefore(['2024-02-01', '2025-02-28'])]).toEqual([['2026-02-01', '2026-02-28'], ['2023-02-01', '2024-02-29']]);
    expect([monthsOf(['2025-11-01', '2026-01-31']), monthStarts(['2025-11-15', '2026-01-01'])]).toEqual([3, ['2025-11-01', '2025-12-01', '2026-01-01']]);
  });
});

describe('revenue address', () => {
  it('takes what exists and leaves nonsense to the defaults', () => {
    expect(readAddress({}, TODAY, 1)).toEqual(jasmine.objectContaining({ trend: 'mrr', show: 'accounts', pick: null }));
    expect(readAddress({ trend: 'nrr', show: 'ltv', pick: '2026-03.4' }, TODAY, 1)).toEqual(jasmine.objectContaining({ trend: 'nrr', show: 'ltv', pick: '2026-03.4' }));
    expect(readAddress({ trend: 'x', show: 'y', pick: '2026-13.4' }, TODAY, 1)).toEqual(readAddress({}, TODAY, 1));
    expect([barOf('churn'), barOf('2026-03.4'), cellOf('2026-03.12'), cellOf('churn')]).toEqual(['churn', null, { cohort: '2026-03', since: 12 }, null]);
  });

  it('asks for all figures at once, those to compare with only where there are some', () => {
    const cohorts = ['2025-09-01', '2026-08-31'] as const;
    const all = revenueQueries(readAddress({ period: 'thisQuarter' }, TODAY, 1).period, cohorts);
    expect(Object.keys(all).sort()).toEqual(['before', 'cohorts', 'formula', 'now', 'retention', 'trend', 'trendBefore', 'value']);
    expect(all['trendBefore']).toEqual(jasmine.objectContaining({ timeDimensions: [{ dimension: 'mrr_bridge.month', dateRange: ['2024-09-01', '2025-08-31'], granularity: 'month' }] }));
    expect(Object.keys(revenueQueries(readAddress({ period: 'all' }, TODAY, 1).period, cohorts)).sort()).toEqual(['cohorts', 'formula', 'now', 'retention', 'trend', 'value']);
  });
});

describe('MRR bridge of the page', () => {
  it('adds up random moves to the cent, and finds every cent that is missing', () => {
    for (let round = 0; round < 200; round += 1) {
      const cents = Object.fromEntries(['opening', ...MOVES.map(({ key }) => key)].map((key) => [key, Math.floor(Math.random() * 1e10)]));
      const closing = MOVES.reduce((level, { key, sign }) => level + sign * (cents[key] ?? 0), cents['opening'] ?? 0);
      const money = (value: number): string => `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
      const values = Object.fromEntries(Object.entries({ ...cents, closing }).map(([key, value]) => [key, money(value)]));
      expect(mrrBridgeOf(bridge(values)).whole).withContext(JSON.stringify(values)).toBeTrue();
      const off = mrrBridgeOf(bridge({ ...values, closing: money(closing - 1) }));
      expect([off.whole, Math.round(approximate(off.gap) * 100)]).withContext('one cent less').toEqual([false, -1]);
    }
  });

  it('draws every bar with its sign and says the identity in numbers', () => {
    const found = mrrBridgeOf(bridge({ opening: '100.00', new: '50.10', expansion: '0', reactivation: '5', contraction: '20', churn: '30.10', closing: '105' }));
    expect(bridgeSteps(found, reader).map(({ key, value, total }) => [key, value, total])).toEqual([['opening', 100, true], ['new', 50.1, false], ['expansion', 0, false], ['reactivation', 5, false], ['contraction', -20, false], ['churn', -30.1, false], ['closing', 105, true]]);
    expect(identityText(found, reader)).toBe('$100 + $50.10 + $0 + $5 \u2212 $20 \u2212 $30.10 = $105');
    expect(BAR_KEYS.map(barMember)).toContain('mrr_bridge.reactivation_mrr');
  });

  it('compares a number with the period before and a month with the year before', () => {
    const row = (month: string, churn: string | null): Row => ({ 'mrr_bridge.month.month': `${month}-01T00:00:00.000`, 'mrr_bridge.logo_churn': churn });
    const tile = tileOf('logo_churn', row('2026-08', '0.02'), row('2025-08', '0.03'), [row('2026-07', null), row('2026-08', '0.02')], reader);
    expect([tile.value, tile.before, tile.change?.meaning, tile.line]).toEqual(['2%', '3%', 'better', [null, 0.02]]);
    const { points, lines } = trendOf('logo_churn', [row('2026-07', null), row('2026-08', '0.02')], [row('2025-08', '0.03')], 'Churn', reader);
    expect(points.map(({ key, text, detail }) => [key, text, detail])).toEqual([['2026-07', '–', undefined], ['2026-08', '2%', 'revenue.yearBefore(3%)']]);
    expect(lines.map(({ values }) => values)).toEqual([[null, 0.02], [null, 0.03]]);
    expect(trendOf('logo_churn', [row('2026-08', '0.02')], null, 'Churn', reader).lines.length).toBe(1);
  });
});

const cell = (cohort: string, since: number, active: number | null, all: number | null): Row => ({
  'retention.cohort.month': `${cohort}-01T00:00:00.000`, 'retention.months_since': since, 'retention.account_retention': active === null || !all ? null : String(active / all), 'retention.active_accounts': active, 'retention.cohort_accounts': all,
});
// Three cohorts; the last month has not ended.
const ROWS = [cell('2026-06', 0, 4, 4), cell('2026-06', 1, 2, 4), cell('2026-06', 2, null, null), cell('2026-07', 0, 3, 3), cell('2026-07', 1, null, null), cell('2026-08', 0, null, null)];
const RANGE = ['2026-05-01', '2026-08-31'] as const;

describe('cohort grid', () => {
  it('tells what is known, masked and still to come apart, and colours by the share', () => {
    const grid = cohortGrid(ROWS, 'accounts', RANGE);
    expect(grid.months).toEqual([0, 1, 2]);
    expect(grid.lines.map(({ key, size, cells }) => [key, size, cells.map(({ state }) => state)])).toEqual([['2026-06', 4, ['known', 'known', 'open']], ['2026-07', 3, ['known', 'open', 'future']], ['2026-08', null, ['open', 'future', 'future']]]);
    expect(grid.lines[0]?.cells.map(({ value, part, heat }) => [value, part, heat])).toEqual([[1, 4, 5], [0.5, 2, 3], [null, null, 0]]);
    expect([heatOf(null, 1), heatOf(0, 1), heatOf(0.01, 1), heatOf(1.4, 1), heatOf(3, 0)]).toEqual([0, 0, 1, 5, 0]);
    expect(cohortGrid([], 'ltv', RANGE)).toEqual({ months: [], lines: [] });
    expect(METRICS.accounts.rows).toBe(METRICS.accounts.part);
  });

  it('is walked by arrows over the cells that have a number, along the line of reading', () => {
    const grid = cohortGrid(ROWS, 'accounts', RANGE);
    const from = (at: string, key: string, rtl = false): string | null => moveCell(grid, at, key, rtl);
    expect([from('2026-06.0', 'ArrowRight'), from('2026-06.1', 'ArrowRight'), from('2026-06.0', 'ArrowDown'), from('2026-06.1', 'ArrowDown'), from('2026-07.0', 'ArrowUp')]).toEqual(['2026-06.1', '2026-06.1', '2026-07.0', '2026-06.1', '2026-06.0']);
    expect([from('2026-06.0', 'ArrowLeft', true), from('2026-06.1', 'ArrowRight', true), from('2026-06.0', 'End'), from('2026-06.1', 'Home'), from('2026-06.0', 'Enter'), from('nowhere', 'End')]).toEqual(['2026-06.1', '2026-06.0', '2026-06.1', '2026-06.0', null, null]);
  });
});

@Component({ imports: [CohortGridComponent], template: `<crm-cohort-grid [grid]="grid" metric="accounts" label="Cohorts" [chosen]="chosen()" (pick)="chosen.set($event)" />` })
class HostComponent {
  readonly grid = cohortGrid(ROWS, 'accounts', RANGE);
  readonly chosen = signal<string | null>(null);
}

describe('CohortGridComponent', () => {
  for (const [language, forward] of [['en', 'ArrowRight'], ['ar', 'ArrowLeft']] as const) {
    it(`is walked and opened by keyboard, with one stop for Tab, and says what is masked (${language})`, async () => {
      TestBed.configureTestingModule({ imports: [HostComponent], providers: testProviders() });
      await useLanguage(language);
      const fixture = TestBed.createComponent(HostComponent);
      const element = fixture.nativeElement as HTMLElement;
      document.body.appendChild(element);
      await fixture.whenStable();
      const cells = [...element.querySelectorAll<HTMLButtonElement>('[data-cell]')];
      expect(cells.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
      cells[0]?.focus();
      cells[0]?.dispatchEvent(new KeyboardEvent('keydown', { key: forward, bubbles: true }));
      await fixture.whenStable();
      expect(document.activeElement?.getAttribute('data-cell')).toBe('2026-06.1');
      (document.activeElement as HTMLButtonElement).click();
      await fixture.whenStable();
      expect([fixture.componentInstance.chosen(), cells[1]?.getAttribute('aria-pressed'), cells.map(({ tabIndex }) => tabIndex)]).toEqual(['2026-06.1', 'true', [-1, 0, -1]]);
      const masked = element.querySelectorAll('td.open .crm-visually-hidden');
      expect([masked.length, masked[0]?.textContent]).toEqual([3, jasmine.stringContaining(language === 'en' ? 'masked, not zero' : 'محجوب وليس صفرًا')]);
      element.remove();
    });
  }
});
