import { periodOf } from '@core/analytics/period';
import { ChartTile, KpiTile } from './dashboard.model';
import { executiveDashboard } from './dashboard.default';
import { rowsBehind } from './drill';
import { NONE, Part, partsFrom, partsTo, togglePart } from './part.filter';
import { missingMembers, PageQuestion, planOf, questionsOf } from './tile.question';

const TODAY = new Date('2026-08-22T13:00:00Z');
const MEMBERS = new Set(['deals.won_amount', 'deals.win_rate', 'deals.won_count', 'deals.reporting_currency', 'deals.closed_at', 'deals.owner', 'deals.owner_ar', 'deals.owner_id', 'deals.stage', 'deals.stage_position', 'deals.region', 'deals.open_amount', 'activities.count', 'activities.owner_id', 'stage_funnel.count']);
const has = (member: string): boolean => MEMBERS.has(member);
const page = (key: Parameters<typeof periodOf>[0], parts: readonly Part[] = []): PageQuestion => ({ period: periodOf(key, TODAY), parts, filters: [], has });
const won: KpiTile = { kind: 'kpi', id: 'won', measure: 'deals.won_amount', date: 'deals.closed_at', x: 0, y: 0, w: 3, h: 2 };
const open: KpiTile = { ...won, id: 'open', measure: 'deals.open_amount', date: undefined };
const reps: ChartTile = { kind: 'chart', id: 'reps', chart: 'ranking', measures: ['deals.won_amount', 'deals.win_rate'], dimension: 'deals.owner', date: 'deals.closed_at', limit: 6, x: 0, y: 2, w: 4, h: 4 };
const months: ChartTile = { kind: 'chart', id: 'months', chart: 'bar', measures: ['deals.won_amount'], date: 'deals.closed_at', grain: 'month', x: 0, y: 2, w: 4, h: 4 };
const SARA = '0190-sara';

describe('questions of tiles', () => {
  it('ask for a number of the period, of the one before and by month, in its currency', () => {
    expect(questionsOf(won, page('thisQuarter'))).toEqual({
      main: { measures: ['deals.won_amount', 'deals.reporting_currency'], timeDimensions: [{ dimension: 'deals.closed_at', dateRange: ['2026-07-01', '2026-08-22'] }] },
      before: { measures: ['deals.won_amount', 'deals.reporting_currency'], timeDimensions: [{ dimension: 'deals.closed_at', dateRange: ['2026-04-01', '2026-05-22'] }] },
      trend: { measures: ['deals.won_amount', 'deals.reporting_currency'], timeDimensions: [{ dimension: 'deals.closed_at', granularity: 'month', dateRange: ['2025-09-01', '2026-08-22'] }], order: { 'deals.closed_at': 'asc' } },
    });
    expect(questionsOf({ ...won, compare: false }, page('thisQuarter')).before).toBeUndefined();
  });

  it('take all rows that have the date for all time, and no period without a date', () => {
    expect(questionsOf(won, page('all')).main.filters as unknown).toEqual([{ member: 'deals.closed_at', operator: 'set' }]);
    expect(questionsOf(won, page('all')).before).toBeUndefined();
    expect(questionsOf(open, page('thisQuarter'))).toEqual({ main: { measures: ['deals.open_amount', 'deals.reporting_currency'] } });
  });

  it('bring what stands beside a part: its Arabic name, its id, its place', () => {
    expect(questionsOf(reps, page('thisQuarter')).main).toEqual(jasmine.objectContaining({ dimensions: ['deals.owner', 'deals.owner_ar', 'deals.owner_id'], order: { 'deals.won_amount': 'desc' }, limit: 6 }));
    expect(questionsOf({ ...reps, dimension: 'deals.stage' }, page('all')).main.order).toEqual({ 'deals.stage_position': 'asc' });
    expect(questionsOf({ ...reps, dimension: 'deals.region', measures: ['deals.win_rate', 'deals.won_count'] }, page('all')).main.order).toEqual({ 'deals.won_count': 'desc' });
    expect(questionsOf(months, page('thisQuarter')).main.timeDimensions).toEqual([{ dimension: 'deals.closed_at', granularity: 'month', dateRange: ['2025-09-01', '2026-08-22'] }]);
    expect(questionsOf({ ...months, grain: 'week' }, page('thisQuarter')).main.timeDimensions).toEqual([{ dimension: 'deals.closed_at', granularity: 'week', dateRange: ['2026-07-01', '2026-08-22'] }]);
  });

  it('say which members are missing', () => {
    expect(missingMembers({ ...won, measure: 'deals.secret', filters: [{ member: 'deals.gone', operator: 'set' }] }, has)).toEqual(['deals.secret', 'deals.gone']);
    expect(missingMembers(reps, has)).toEqual([]);
  });

  it('ask once for numbers over the same rows', () => {
    const asked = planOf({ a: questionsOf(won, page('thisQuarter')).main, b: questionsOf({ ...won, measure: 'deals.win_rate' }, page('thisQuarter')).main, c: questionsOf(open, page('thisQuarter')).main, d: questionsOf(reps, page('thisQuarter')).main, e: questionsOf({ ...reps, measures: ['deals.win_rate'] }, page('thisQuarter')).main });
    expect(asked.queries.length).toBe(4);
    expect(asked.queries[0]?.measures).toEqual(['deals.won_amount', 'deals.reporting_currency', 'deals.win_rate']);
    expect(asked.place).toEqual({ a: 0, b: 0, c: 1, d: 2, e: 3 });
  });

  it('keep views apart, which have other rows', () => {
    const both = planOf({ a: { measures: ['deals.open_amount'] }, b: { measures: ['activities.count'] } });
    expect(both.queries.length).toBe(2);
  });
});

describe('cross-filters', () => {
  const part: Part = { name: 'owner_id', value: SARA };

  it('travel in the address', () => {
    expect(partsFrom(partsTo([part, { name: 'source', value: 'a~b' }]) ?? [])).toEqual([part, { name: 'source', value: 'a~b' }]);
    expect(partsFrom('owner_id~x')).toEqual([{ name: 'owner_id', value: 'x' }]);
    expect(partsFrom(['nonsense', '~x', 'a b~c', 'owner_id~'])).toEqual([]);
    expect([partsTo([]), partsFrom(undefined)]).toEqual([null, []]);
  });

  it('replace a part of the same dimension, and let go of the same part', () => {
    expect(togglePart([part], { name: 'owner_id', value: 'other' })).toEqual([{ name: 'owner_id', value: 'other' }]);
    expect(togglePart([part], part)).toEqual([]);
  });

  it('narrow every tile whose view knows them, but not the one that shows them', () => {
    const narrowed = page('all', [part]);
    expect(questionsOf(open, narrowed).main.filters as unknown).toEqual([{ member: 'deals.owner_id', operator: 'equals', values: [SARA] }]);
    expect(questionsOf({ ...open, measure: 'activities.count' }, narrowed).main.filters as unknown).toEqual([{ member: 'activities.owner_id', operator: 'equals', values: [SARA] }]);
    expect(questionsOf({ ...open, measure: 'stage_funnel.count' }, narrowed).main.filters).toBeUndefined();
    expect(questionsOf(reps, narrowed).main.filters as unknown).toEqual([{ member: 'deals.closed_at', operator: 'set' }]);
    expect(questionsOf(open, page('all', [{ name: 'region', value: NONE }])).main.filters as unknown).toEqual([{ member: 'deals.region', operator: 'notSet' }]);
  });

  it('narrow to a stretch of time what counts by the same date, without a comparison', () => {
    const july = page('thisQuarter', [{ name: 'closed_at', value: '2026-07-01..2026-07-31' }]);
    expect(questionsOf(won, july).main.timeDimensions).toEqual([{ dimension: 'deals.closed_at', dateRange: ['2026-07-01', '2026-07-31'] }]);
    expect(questionsOf(won, july).before).toBeUndefined();
    expect(questionsOf(open, july).main.filters).toBeUndefined();
    expect(questionsOf(months, july).main.timeDimensions?.[0]).toEqual(jasmine.objectContaining({ dateRange: ['2025-09-01', '2026-08-22'] }));
  });
});

describe('rows behind a number', () => {
  it('are the deals that it counts, within its days and parts', () => {
    expect(rowsBehind(won, ['2026-01-01', '2026-03-31'], [])).toEqual({ resource: 'deals', filters: [{ field: 'status', operator: 'eq', value: 'won' }, { field: 'closed_at', operator: 'gte', value: '2026-01-01' }, { field: 'closed_at', operator: 'lt', value: '2026-04-01' }] });
    expect(rowsBehind({ ...won, measure: 'deals.win_rate' }, null, [])?.filters).toEqual([{ field: 'status', operator: 'in', value: 'won,lost' }]);
    expect(rowsBehind(open, ['2026-01-01', '2026-03-31'], [{ name: 'owner_id', value: SARA }, { name: 'region', value: 'Gulf' }])?.filters).toEqual([{ field: 'status', operator: 'eq', value: 'open' }, { field: 'owner_id', operator: 'eq', value: SARA }]);
    expect(rowsBehind(won, null, [{ name: 'closed_at', value: '2024-02-01..2024-02-29' }])?.filters.slice(1)).toEqual([{ field: 'closed_at', operator: 'gte', value: '2024-02-01' }, { field: 'closed_at', operator: 'lt', value: '2024-03-01' }]);
    expect(rowsBehind(open, null, [{ name: 'source', value: NONE }])?.filters).toContain({ field: 'source', operator: 'null', value: 'true' });
    expect(rowsBehind({ ...open, measure: 'activities.count' }, null, [])).toBeNull();
  });

  it('of a list tile are its own, with the parts in place of a condition on the same field', () => {
    expect(rowsBehind({ kind: 'list', id: 'l', resource: 'deals', columns: ['name'], filters: { status: 'open', owner_id: 'x' }, x: 0, y: 0, w: 6, h: 4 }, null, [{ name: 'owner_id', value: SARA }])).toEqual({ resource: 'deals', filters: [{ field: 'status', operator: 'eq', value: 'open' }, { field: 'owner_id', operator: 'eq', value: SARA }] });
  });
});

describe('the built-in dashboard', () => {
  it('shows recurring revenue where it may be asked for, else new deals; its tiles do not lie over each other', () => {
    expect(executiveDashboard(() => true).layout.tiles.map(({ id }) => id)).toContain('subscriptions_mrr');
    const { tiles } = executiveDashboard(() => false).layout;
    expect(tiles.map(({ id }) => id)).toContain('deals_count');
    const cells = tiles.flatMap(({ x, y, w, h }) => Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`));
    expect(new Set(cells).size).toBe(cells.length);
  });
});
