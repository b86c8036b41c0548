import { AnalyticsAnswer, MemberMeaning, Row } from '@core/analytics/analytics.client';
import { periodOf } from '@core/analytics/period';
import { behindPoint } from '@shared/kpi/number.model';
import { linesOf, partOf, pointsOf, seriesOf } from './chart.view';
import { lower, Snapshot } from './dashboard.asking';
import { ChartTile, KpiTile, Tile } from './dashboard.model';
import { touchedTiles } from './live.service';
import { writeField } from './list-tile.component';
import { betterWay, Meanings, Reader, writeMeasure } from './measure.write';
import { dashboardName, partChip, versusText } from './page.words';
import { NONE } from './part.filter';
import { Drawing, kpiView, rangeText, titleOf } from './tile.view';
import { startOf, stepRange, timeline } from './timeline';

const TODAY = new Date('2026-08-22T13:00:00Z');
const reader: Reader = { tag: 'en-u-ca-gregory', arabic: false, currency: 'USD', text: (key, values) => (values ? `${key}(${JSON.stringify(values)})` : key) };
const answer = (...rows: Row[]): AnalyticsAnswer => ({ rows, watermark: { lsn: '1', committed_at: null, lag_ms: 1 }, proof: null });
const meaning = (title: string, unit: string, kind: MemberMeaning['kind'] = 'measure'): MemberMeaning => ({ title, titleAr: `${title} ع`, description: `What ${title} is`, descriptionAr: '', formula: 'Σ', formulaAr: 'Σ المبالغ', kind, type: 'number', unit, view: { name: 'deals', title: 'Deals', titleAr: 'الصفقات' } });
const meanings: Meanings = new Map([['deals.won_amount', meaning('Won revenue', 'money')], ['deals.win_rate', meaning('Win rate', 'ratio')], ['deals.sales_cycle', meaning('Sales cycle', 'days')], ['deals.won_count', meaning('Won deals', 'count')], ['deals.owner', meaning('Owner', '', 'dimension')], ['deals.owner_id', meaning('Owner id', '', 'dimension')], ['deals.source', meaning('Source', '', 'dimension')]]);
const has = (member: string): boolean => meanings.has(member);
const drawing = (key: 'all' | 'last12Months' | 'thisQuarter' = 'last12Months', over: Partial<Reader> = {}): Drawing => ({ reader: { ...reader, ...over }, meanings, page: { period: periodOf(key, TODAY), parts: [], filters: [], has } });
const kpi = (measure: string, more: Partial<KpiTile> = {}): KpiTile => ({ kind: 'kpi', id: measure, measure, date: 'deals.closed_at', x: 0, y: 0, w: 3, h: 2, ...more });
const chart = (more: Partial<ChartTile>): ChartTile => ({ kind: 'chart', id: 'c', chart: 'hbar', measures: ['deals.won_amount', 'deals.won_count', 'deals.win_rate'], x: 0, y: 0, w: 6, h: 4, ...more });

describe('numbers of a dashboard', () => {
  it('have value, change, trend and meaning from the semantic layer, and a dash for what is not known', () => {
    const view = kpiView(kpi('deals.won_amount'), { main: answer({ 'deals.won_amount': '1200000', 'deals.reporting_currency': 'EUR' }), before: answer({ 'deals.won_amount': '1000000' }), trend: answer({ 'deals.closed_at.month': '2026-07-01T00:00:00.000', 'deals.won_amount': '5' }) }, drawing());
    expect(view).toEqual(jasmine.objectContaining({ value: '€1.2M', full: '€1,200,000', description: 'What Won revenue is', formula: 'Σ', target: null }));
    expect(kpiView(kpi('deals.won_amount'), {}, drawing('all', { arabic: true })).formula).toBe('Σ المبالغ');
    expect(view.change?.amount).toBeCloseTo(0.2);
    expect(view.trend).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0]);
    expect(kpiView(kpi('deals.win_rate'), { main: answer({ 'deals.win_rate': null }), before: answer({ 'deals.win_rate': '0.5' }) }, drawing())).toEqual(jasmine.objectContaining({ value: '–', change: null, trend: [] }));
    expect(kpiView(kpi('deals.sales_cycle'), { main: answer({ 'deals.sales_cycle': '40' }), before: answer({ 'deals.sales_cycle': '50' }) }, drawing()).change?.meaning).toBe('better');
  });

  it('are told against their target, the other way round where less is better', () => {
    const target = (tile: KpiTile, value: string | null): unknown => kpiView(tile, { main: answer({ [tile.measure]: value }) }, drawing()).target;
    expect(target(kpi('deals.won_amount', { target: '200' }), '150')).toEqual({ text: 'home.targetOf({"share":"75%","target":"$200"})', share: 0.75, reached: false });
    expect(target(kpi('deals.sales_cycle', { target: '50' }), '40')).toEqual(jasmine.objectContaining({ text: 'home.targetAtMost({"share":"125%","target":"50 days"})', share: 1, reached: true }));
    expect(target(kpi('deals.won_amount', { target: '200' }), null)).toEqual(jasmine.objectContaining({ share: 0, reached: false }));
    expect(target(kpi('deals.won_amount'), '150')).toBeNull();
  });

  it('know their unit and which way is good', () => {
    expect([writeMeasure('0.5', 'ratio', 'USD', reader.tag), writeMeasure('3', 'hours', 'USD', reader.tag), writeMeasure('12', 'count', 'USD', reader.tag), writeMeasure('', 'text', 'USD', reader.tag)]).toEqual(['50%', '3 hours', '12', '–']);
    expect(['deals.won_amount', 'deals.sales_cycle', 'deals.lost_amount', 'mrr_bridge.logo_churn', 'tickets.resolution_hours', 'activities.overdue_count', 'acquisition.cac', 'subscriptions.mrr'].map(betterWay)).toEqual(['up', 'down', 'down', 'down', 'down', 'down', 'down', 'up']);
  });

  it('are named by the person, else by the semantic layer, in the language of the reader', () => {
    const arabic = { ...reader, arabic: true };
    expect(titleOf(kpi('deals.won_amount'), meanings, arabic)).toBe('Won revenue ع');
    expect(titleOf(kpi('deals.won_amount', { title: 'Ours', title_ar: 'لنا' }), meanings, arabic)).toBe('لنا');
    expect(titleOf(kpi('deals.won_amount', { title: 'Ours' }), meanings, arabic)).toBe('Ours');
    expect(titleOf(chart({ dimension: 'deals.owner' }), meanings, reader)).toBe('home.by({"measure":"Won revenue","part":"Owner"})');
    expect(dashboardName({ name: 'A', name_ar: null }, arabic)).toBe('A');
  });
});

describe('charts of a dashboard', () => {
  const rows = answer({ 'deals.owner': 'A', 'deals.owner_id': '1', 'deals.owner_ar': 'أ', 'deals.won_amount': '5', 'deals.won_count': 1, 'deals.win_rate': '0.5' }, { 'deals.owner': null, 'deals.won_amount': '3', 'deals.won_count': 2, 'deals.win_rate': null }, { 'deals.owner': 'C', 'deals.owner_id': '3', 'deals.won_amount': '0' });

  it('leave out of a ranking who has nothing, name what has no name, and tell the other measures beside', () => {
    const points = pointsOf(chart({ chart: 'ranking', dimension: 'deals.owner' }), { main: rows }, drawing());
    expect(points.map(({ key, label }) => [key, label])).toEqual([['1', 'A'], [NONE, 'home.charts.none']]);
    expect(points[0]).toEqual(jasmine.objectContaining({ text: '$5', detail: 'home.charts.wonDeals({"count":{"value":1,"text":"1"}}) · 50%' }));
    expect(pointsOf(chart({ dimension: 'deals.owner' }), { main: rows }, drawing('all', { arabic: true })).map(({ label }) => label)).toEqual(['أ', 'home.charts.none', 'C']);
    expect(partOf(chart({ dimension: 'deals.owner' }), points[0] ?? { key: '', label: '', value: 0, text: '' }, has)).toEqual({ name: 'owner_id', value: '1' });
  });

  it('draw bars for every measure of one unit, tell the others beside, and know the cell of each part', () => {
    const lost = new Map([...meanings, ['deals.lost_amount', meaning('Lost', 'money')]]);
    const tile = chart({ chart: 'bar', dimension: 'deals.owner', measures: ['deals.won_amount', 'deals.win_rate', 'deals.lost_amount'] });
    const [first, none] = pointsOf(tile, { main: answer({ 'deals.owner': 'A', 'deals.owner_id': '1', 'deals.won_amount': '5', 'deals.win_rate': '0.5', 'deals.lost_amount': '2' }, { 'deals.owner': null, 'deals.owner_id': null, 'deals.won_amount': '3', 'deals.lost_amount': null }) }, { ...drawing(), meanings: lost });
    expect(first).toEqual(jasmine.objectContaining({ value: 5, detail: '50%', cell: { 'deals.owner_id': '1' } }));
    expect(first?.bars?.map(({ key, label, value, text }) => [key, label, value, text])).toEqual([['deals.won_amount', 'Won revenue', 5, '$5'], ['deals.lost_amount', 'Lost', 2, '$2']]);
    expect([none?.cell, none?.bars?.map(({ value }) => value)]).toEqual([{ 'deals.owner_id': null }, [3, 0]]);
    const [march] = pointsOf(chart({ chart: 'bar', date: 'deals.closed_at', grain: 'month' }), { main: answer({ 'deals.closed_at.month': '2017-03-01T00:00:00.000', 'deals.won_amount': '10' }) }, drawing('all'));
    expect([march?.cell, march?.bars]).toEqual([{ 'deals.closed_at.month': '2017-03-01' }, undefined]);
    expect(behindPoint({ measures: [] }, 'deals.won_amount', 'Won', march)).toEqual({ query: { measures: [] }, measure: 'deals.won_amount', title: `Won: ${march?.label}`, point: march?.cell });
    expect(behindPoint({ measures: [] }, '', 'Won')).toEqual({ query: { measures: [] }, measure: undefined, title: 'Won' });
  });

  it('leave no month out', () => {
    const trend = answer({ 'deals.closed_at.month': '2017-03-01T00:00:00.000', 'deals.won_amount': '10' }, { 'deals.closed_at.month': '2017-06-01T00:00:00.000', 'deals.won_amount': '30' });
    const tile = chart({ chart: 'bar', measures: ['deals.won_amount'], date: 'deals.closed_at', grain: 'month' });
    const points = pointsOf(tile, { main: trend }, drawing('all'));
    expect(points.map(({ key, value }) => [key, value])).toEqual([['2017-03-01', 10], ['2017-04-01', 0], ['2017-05-01', 0], ['2017-06-01', 30]]);
    expect(partOf(tile, points[0] ?? { key: '', label: '', value: 0, text: '' }, has)).toEqual({ name: 'closed_at', value: '2017-03-01..2017-03-31' });
    expect(pointsOf(tile, { main: answer() }, drawing('all'))).toEqual([]);
  });

  it('draw a line for each part or each measure of one unit', () => {
    const date = { chart: 'line', date: 'deals.closed_at', grain: 'month' } as const;
    const main = answer({ 'deals.closed_at.month': '2017-03-01', 'deals.source': 'Web', 'deals.won_amount': '1' }, { 'deals.closed_at.month': '2017-04-01', 'deals.source': 'x', 'deals.won_amount': '2' });
    expect(seriesOf(chart({ ...date, dimension: 'deals.source' }), { main }, drawing('all')).map(({ values }) => values.length)).toEqual([1, 1]);
    expect(seriesOf(chart(date), { main }, drawing('all')).map(({ label }) => label)).toEqual(['Won revenue']);
  });

  it('have a column for each measure as a table, and the name of the view where measures stand side by side', () => {
    const lines = linesOf(chart({ chart: 'table', dimension: 'deals.owner' }), { main: rows }, drawing());
    expect(lines.map(({ point, cells }) => [point.label, ...cells])).toEqual([['A', '$5', '1', '50%'], ['home.charts.none', '$3', '2', '–'], ['C', '$0', '0', '–']]);
    expect(titleOf(chart({ chart: 'waterfall' }), meanings, reader)).toBe('Deals');
    const [, fall] = pointsOf(chart({ chart: 'waterfall', measures: ['deals.won_amount', 'deals.lost_amount'] }), { main: answer({ 'deals.won_amount': '5', 'deals.lost_amount': '2' }) }, drawing());
    expect(fall).toEqual(jasmine.objectContaining({ value: -2, text: '\u22122' }));
  });

  it('know the steps of time', () => {
    expect([startOf('2026-08-22', 'week'), startOf('2026-08-22', 'quarter'), startOf('2026-08-22', 'year')]).toEqual(['2026-08-17', '2026-07-01', '2026-01-01']);
    expect([stepRange('2024-02-01', 'month'), stepRange('2026-10-01', 'quarter')]).toEqual([['2024-02-01', '2024-02-29'], ['2026-10-01', '2026-12-31']]);
    expect(timeline([], 'd', 'quarter', ['2026-02-10', '2026-08-22']).map(({ day }) => day)).toEqual(['2026-01-01', '2026-04-01', '2026-07-01']);
  });
});

describe('words of the page', () => {
  it('say range, comparison and parts', () => {
    expect(rangeText(['2026-01-01', '2026-01-31'], reader)).toContain('2026');
    expect([versusText(periodOf('lastQuarter', TODAY), reader), versusText(periodOf('all', TODAY), reader)]).toEqual(['home.versusBy.lastQuarter', '']);
    const tile = chart({ dimension: 'deals.owner' });
    const snapshot = { tiles: { c: { main: answer({ 'deals.owner': 'Sara', 'deals.owner_id': '7' }), question: null, missing: [], problem: null } } } as unknown as Snapshot;
    expect(partChip({ name: 'owner_id', value: '7' }, [tile], snapshot, drawing())).toEqual(jasmine.objectContaining({ name: 'Owner', value: 'Sara' }));
    expect(partChip({ name: 'source', value: 'Web' }, [tile], snapshot, drawing()).value).toBe('Web');
    expect(partChip({ name: 'closed_at', value: '2026-07-01..2026-07-31' }, [], null, drawing()).value).toContain('Jul');
  });

  it('write fields of records', () => {
    const row = { id: '1', account: { id: 'a', name: 'Acme', name_ar: 'أكمي' }, expected_value: '1200.00', currency: 'SAR', win_probability: 0.4, close_date: '2026-03-01', status: 'open', empty: null };
    expect(['account', 'win_probability', 'empty', 'account_id'].map((column) => writeField(row, column, reader))).toEqual(['Acme', '40%', '–', 'Acme']);
    expect(writeField(row, 'account', { ...reader, arabic: true })).toBe('أكمي');
    expect(writeField(row, 'expected_value', reader)).toContain('1,200');
  });
});

describe('live updates', () => {
  const tiles: readonly Tile[] = [kpi('deals.won_amount'), kpi('tickets.count'), kpi('gone.x'), { kind: 'list', id: 'list', resource: 'deals', columns: ['name'], x: 0, y: 0, w: 6, h: 4 }, kpi('odd.x')];
  const behind = (tables: readonly string[]): AnalyticsAnswer => ({ ...answer(), proof: { equal: true, lsn: null, committed_at: null, checked_at: null, rows: 1, different: 0, tables } });
  const one = { question: null, missing: [], problem: null };
  const answers = { 'deals.won_amount': { ...one, main: behind(['crm_deals', 'crm_users']) }, 'tickets.count': { ...one, main: behind(['crm_tickets']) }, 'gone.x': { ...one, missing: ['gone.x'] }, list: one, 'odd.x': { ...one, main: answer() } };

  it('reach the tiles of the changed tables, and those that do not know theirs', () => {
    expect([...touchedTiles(tiles, { tiles: answers }, new Set(['crm_raw.crm_deals']))]).toEqual(['deals.won_amount', 'list', 'odd.x']);
    expect([...touchedTiles(tiles, { tiles: answers }, new Set(['tickets']))]).toEqual(['tickets.count', 'odd.x']);
  });

  it('show the lowest mark of the page', () => {
    const mark = (lsn: string): { lsn: string; committed_at: null; lag_ms: null } => ({ lsn, committed_at: null, lag_ms: null });
    expect(lower(mark('0/A0'), mark('0/FF'))?.lsn).toBe('0/A0');
    expect(lower(mark('1/0'), mark('0/FF'))?.lsn).toBe('0/FF');
    expect(lower(mark('9'), mark('10'))?.lsn).toBe('9');
    expect(lower(null, mark('7'))?.lsn).toBe('7');
  });
});
