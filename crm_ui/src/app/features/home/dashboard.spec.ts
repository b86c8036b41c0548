import { AnalyticsAnswer, Row } from '@core/analytics/analytics.client';
import { periodOf } from '@core/analytics/period';
import { dashboardQueries } from './dashboard.queries';
import { Snapshot } from './dashboard.store';
import { currencyOf, funnel, meaningOf, monthRange, monthsOf, partFilter, rangeText, Reader, reps, rowsBehind, stages, tilesOf, versusText, winRates, wonByMonth } from './dashboard.view';

const TODAY = new Date('2026-08-22T13:00:00Z');
const reader: Reader = { tag: 'en-u-ca-gregory', arabic: false, currency: 'USD', text: (key, values) => (values ? `${key}(${JSON.stringify(values)})` : key) };
const answer = (...rows: Row[]): AnalyticsAnswer => ({ rows, watermark: { lsn: '1', committed_at: null, lag_ms: 1 }, proof: null });
const snapshot = (answers: Record<string, AnalyticsAnswer>, key: 'all' | 'last12Months' = 'last12Months'): Snapshot => ({ period: periodOf(key, TODAY), answers, queries: {}, problems: {}, at: 0 });

describe('dashboard queries', () => {
  it('ask only for members that exist, and compare where there is a period before', () => {
    const queries = dashboardQueries(periodOf('thisQuarter', TODAY), 'region', (member) => !member.endsWith('sales_cycle') && !member.startsWith('stage_funnel') && !member.startsWith('subscriptions'));
    expect(queries['closed']?.measures).not.toContain('deals.sales_cycle');
    expect(queries['closedBefore']?.timeDimensions?.[0]).toEqual({ dimension: 'deals.closed_at', dateRange: ['2026-04-01', '2026-05-22'] });
    expect(queries['funnel']).toBeUndefined();
    expect(queries['mrr']).toBeUndefined();
  });

  it('take every closed deal for all time, without a comparison', () => {
    const queries = dashboardQueries(periodOf('all', TODAY), 'source', () => true);
    expect(queries['closedBefore']).toBeUndefined();
    expect(queries['closed']?.filters).toEqual([{ member: 'deals.closed_at', operator: 'set' }]);
    expect(queries['split']?.dimensions).toEqual(['deals.source', 'deals.source_ar', 'deals.source_id']);
    expect(queries['mrr']?.measures).toEqual(['subscriptions.mrr']);
  });
});

describe('dashboard view', () => {
  it('makes tiles with change, note and trend, and a dash for what is not known', () => {
    const tiles = tilesOf(snapshot({
      closed: answer({ 'deals.won_amount': '1200000', 'deals.win_rate': null, 'deals.sales_cycle': '40' }),
      closedBefore: answer({ 'deals.won_amount': '1000000', 'deals.win_rate': '0.5', 'deals.sales_cycle': '50' }),
      closedTrend: answer({ 'deals.closed_at.month': '2026-07-01T00:00:00.000', 'deals.won_amount': '5' }),
      now: answer({ 'deals.open_amount': '3000', 'deals.open_count': '12', 'deals.velocity': null }),
    }), new Map([['deals.won_amount', { title: 'Won revenue', titleAr: 'إيراد', description: 'Sum', descriptionAr: '', formula: 'Σ' }]]), reader);
    const by = Object.fromEntries(tiles.map((tile) => [tile.definition.key, tile]));
    expect(by['won_amount']).toEqual(jasmine.objectContaining({ title: 'Won revenue', value: '$1.2M', full: '$1,200,000', formula: 'Σ' }));
    expect(by['won_amount']?.change?.amount).toBeCloseTo(0.2);
    expect(by['won_amount']?.trend).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0]);
    expect(by['win_rate']).toEqual(jasmine.objectContaining({ value: '–', change: null }));
    expect(by['sales_cycle']?.change?.meaning).toBe('better');
    expect(by['open_amount']?.note).toContain('"value":12');
    expect(by['velocity']).toEqual(jasmine.objectContaining({ value: '–', unit: '' }));
    expect(by['count']).toBeDefined();
    expect(by['mrr']).toBeUndefined();
  });

  it('shows MRR in place of new deals where there are subscriptions', () => {
    const keys = tilesOf(snapshot({ mrr: answer({ 'subscriptions.mrr': '500' }) }), new Map(), reader).map(({ definition }) => definition.key);
    expect(keys).toContain('mrr');
    expect(keys).not.toContain('count');
  });

  it('takes names in the language of the reader', () => {
    const meaning = { title: 'Won', titleAr: 'ربح', description: 'd', descriptionAr: 'و', formula: '' };
    expect(meaningOf('won_amount', meaning, { ...reader, arabic: true }).title).toBe('ربح');
    expect(meaningOf('won_amount', undefined, reader).title).toBe('home.kpi.won_amount');
    const rows = snapshot({ stages: answer({ 'deals.stage': 'Won', 'deals.stage_ar': 'تفاوض', 'deals.stage_position': 2, 'deals.open_amount': '5', 'deals.open_count': 1 }, { 'deals.stage': 'First', 'deals.stage_position': 1, 'deals.open_amount': null }) });
    expect(stages(rows, { ...reader, arabic: true }).map(({ label }) => label)).toEqual(['First', 'تفاوض']);
  });

  it('fills the months without a row', () => {
    const trend = answer({ 'deals.closed_at.month': '2017-03-01T00:00:00.000', 'deals.won_amount': '10', 'deals.won_count': 2 }, { 'deals.closed_at.month': '2017-06-01T00:00:00.000', 'deals.won_amount': '30' });
    expect(monthsOf(snapshot({ closedTrend: trend }, 'all'), 'closedTrend', 'deals.closed_at').map(({ month }) => month)).toEqual(['2017-03', '2017-04', '2017-05', '2017-06']);
    expect(wonByMonth(snapshot({ closedTrend: trend }, 'all'), reader).map(({ value }) => value)).toEqual([10, 0, 0, 30]);
    expect(wonByMonth(snapshot({}, 'all'), reader)).toEqual([]);
  });

  it('ranks people, leaves out who won nothing, and names what has no name', () => {
    const found = snapshot({ reps: answer({ 'deals.owner': 'A', 'deals.owner_id': '1', 'deals.won_amount': '5', 'deals.won_count': 1, 'deals.win_rate': '0.5' }, { 'deals.owner': null, 'deals.won_amount': '3' }, { 'deals.owner': 'C', 'deals.won_amount': '0' }) });
    expect(reps(found, reader).map(({ key, label }) => [key, label])).toEqual([['1', 'A'], ['∅', 'home.charts.none']]);
    const split = snapshot({ split: answer({ 'deals.source': 'Web', 'deals.win_rate': '0.5' }, { 'deals.source': 'x', 'deals.win_rate': null }) });
    expect(winRates(split, 'source', reader).map(({ text }) => text)).toEqual(['50%']);
    expect(funnel(snapshot({ funnel: answer({ 'stage_funnel.stage': 'A', 'stage_funnel.count': '9', 'stage_funnel.conversion_rate': null }) }), reader)[0]?.detail).toBeUndefined();
  });

  it('finds the rows behind a number', () => {
    expect(rowsBehind('won', ['2026-01-01', '2026-03-31'])).toEqual([{ field: 'status', operator: 'eq', value: 'won' }, { field: 'closed_at', operator: 'gte', value: '2026-01-01' }, { field: 'closed_at', operator: 'lt', value: '2026-04-01' }]);
    expect(rowsBehind('decided', null)).toEqual([{ field: 'status', operator: 'in', value: 'won,lost' }]);
    expect(rowsBehind('open', ['2026-01-01', '2026-03-31']).length).toBe(1);
    expect(rowsBehind('created', null)).toEqual([]);
    expect(partFilter('source', '∅')).toEqual({ field: 'source', operator: 'null', value: 'true' });
    expect(monthRange('2024-02')).toEqual(['2024-02-01', '2024-02-29']);
  });

  it('writes currency, range and comparison', () => {
    expect(currencyOf(snapshot({ now: answer({ 'deals.reporting_currency': 'EUR' }) }), 'USD')).toBe('EUR');
    expect(currencyOf(null, 'USD')).toBe('USD');
    expect(rangeText(['2026-01-01', '2026-01-31'], reader)).toContain('2026');
    expect(versusText(periodOf('lastQuarter', TODAY), reader)).toBe('home.versusBy.lastQuarter');
    expect(versusText(periodOf('all', TODAY), reader)).toBe('');
  });
});
