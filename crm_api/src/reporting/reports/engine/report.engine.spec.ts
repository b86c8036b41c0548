import { definitionSchema } from '../definition/report.schema.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import type { Actor } from '../../../kernel/context/actor.js';
import type { CrmError } from '../../../kernel/errors/crm.error.js';
import type { BatchQuery } from '../../analytics/analytics.batch.js';
import { ReportEngine } from './report.engine.js';

/** A ledger of this spec, asked as the semantic layer asks the warehouse; the proof against the real one is in crm_tests. */
interface Deal { readonly region: string | null; readonly owner: string; readonly owner_id: string; readonly month: string; readonly amount: number; readonly won: boolean }
const deals: readonly Deal[] = [
  { region: 'Gulf', owner: 'Sara', owner_id: '1', month: '2026-01', amount: 100.1, won: true }, { region: 'Gulf', owner: 'Sara', owner_id: '2', month: '2026-01', amount: 50, won: false },
  { region: 'Gulf', owner: 'Omar', owner_id: '3', month: '2026-02', amount: 30, won: true }, { region: 'Europe', owner: 'Omar', owner_id: '3', month: '2026-02', amount: 200, won: true },
  { region: 'Levant', owner: 'Lina', owner_id: '4', month: '2026-02', amount: 5, won: true }, { region: null, owner: 'Lina', owner_id: '4', month: '2026-01', amount: 7, won: false },
  { region: 'Levant', owner: 'Lina', owner_id: '4', month: '2025-01', amount: 11, won: true }, { region: 'Asia', owner: 'Lina', owner_id: '4', month: '2025-02', amount: 3, won: true },
];
const measure = (name: string, unit: string, additive: boolean): object => ({ name: `deals.${name}`, shortTitle: name, type: 'number', meta: { title_ar: `ع ${name}`, unit, additive, version: 2 } });
const meta = { cubes: [{
  measures: [measure('won_amount', 'money', true), measure('count', 'count', true), measure('win_rate', 'ratio', false), measure('cycle', 'days', false), { name: 'deals.reporting_currency', type: 'string', meta: { unit: 'text' } }],
  dimensions: [...['region', 'owner', 'owner_id'].map((name) => ({ name: `deals.${name}`, type: 'string' })), { name: 'deals.closed_at', type: 'time' }, { name: 'deals.as_of', type: 'time', meta: { asked: 'instant' } }],
}, { measures: [], dimensions: [{ name: 'tickets.status', type: 'string' }] }] };

interface Cube { readonly measures: readonly string[]; readonly dimensions?: readonly string[]; readonly limit: number; readonly levels: readonly (readonly string[])[]; readonly filters?: readonly { member: string; operator: string; values?: string[]; or?: never[] }[]; readonly timeDimensions?: readonly { dimension: string; granularity?: string; dateRange?: readonly string[] }[] }
let asked: BatchQuery[][] = [];

/** Every level as a question of its own, which is what the semantic layer promises. */
function levelsOf({ levels, ...query }: Cube): object {
  return {
    proof: { equal: true },
    levels: levels.map((members) => {
      const dimensions = query.dimensions?.filter((one) => members.includes(one));
      const timeDimensions = query.timeDimensions?.map(({ granularity, ...time }) => (members.includes(`${time.dimension}.${granularity}`) ? { ...time, granularity } : time));
      const rows = load({ ...query, dimensions: dimensions?.length ? dimensions : undefined, timeDimensions });
      const names = [...members, ...query.measures];
      return { members: names, rows: rows.slice(0, query.limit).map((row) => names.map((name) => row[name] ?? null)) };
    }),
  };
}

function load(query: Omit<Cube, 'levels'>): Record<string, string | null>[] {
  const value = (deal: Deal, member: string): string | null => deal[member.split('.')[1] as 'region'];
  const meets = (deal: Deal, filter: NonNullable<Cube['filters']>[number]): boolean => (filter.or ? (filter.or as NonNullable<Cube['filters']>).some((one) => meets(deal, one))
    : { equals: filter.values?.includes(value(deal, filter.member) ?? ''), notEquals: !filter.values?.includes(value(deal, filter.member) ?? ''), set: value(deal, filter.member) !== null, notSet: value(deal, filter.member) === null }[filter.operator] ?? false);
  const time = query.timeDimensions?.find(({ granularity }) => granularity);
  const range = query.timeDimensions?.find(({ dateRange }) => dateRange)?.dateRange;
  const groups = new Map<string, Deal[]>();
  for (const deal of deals) {
    if (!(query.filters ?? []).every((filter) => meets(deal, filter)) || (range && (`${deal.month}-15` < range[0]! || `${deal.month}-15` > range[1]!))) continue;
    const key = JSON.stringify([...(query.dimensions ?? []).map((one) => value(deal, one)), ...(time ? [`${deal.month}-01T00:00:00.000`] : [])]);
    groups.set(key, [...(groups.get(key) ?? []), deal]);
  }
  if (!query.dimensions && !time && groups.size === 0) groups.set('[]', []);
  const rows = [...groups].map(([key, of]) => {
    const cells = JSON.parse(key) as (string | null)[];
    const won = of.filter((one) => one.won);
    return {
      ...Object.fromEntries((query.dimensions ?? []).map((name, at) => [name, cells[at]])), ...(time ? { [`deals.closed_at.${time.granularity}`]: cells.at(-1) } : {}),
      'deals.won_amount': won.reduce((sum, { amount }) => sum + amount, 0).toFixed(2).replace(/\.?0+$/, ''), 'deals.count': String(of.length), 'deals.win_rate': of.length === 0 ? null : String(won.length / of.length), 'deals.reporting_currency': 'USD',
    };
  });
  return rows as Record<string, string | null>[];
}
const analytics = {
  stream: () => Promise.reject(new Error('Nothing is streamed here')),
  ask: () => Promise.resolve(JSON.stringify(meta)),
  batch: (_actor: Actor, queries: readonly BatchQuery[]) => {
    asked.push([...queries]);
    return Promise.resolve(JSON.stringify({ watermark: { lsn: '1', committed_at: '', lag_ms: 1 }, consistent: true, answers: Object.fromEntries(queries.map(({ key, query }) => [key, levelsOf(query as unknown as Cube)])) }));
  },
};
const won = { key: 'won', measure: 'deals.won_amount' };
const rate = { key: 'rate', measure: 'deals.win_rate' };
const region = { member: 'deals.region' };
const owner = { member: 'deals.owner' };
const months = { member: 'deals.closed_at', grain: 'month' };
const at = { today: '2026-02-28', zone: 'UTC', startMonth: 1 };

async function report(parts: object, most?: number, first?: number): Promise<ReportAnswer> {
  const { error, value } = definitionSchema.validate({ v: 1, view: 'deals', rows: [], columns: [], values: [won], ...parts });
  if (error) throw error;
  return new ReportEngine(analytics, most, first).answer({} as Actor, value as ReportDefinition, at);
}
const lines = ({ rows, columns, values, cells }: ReportAnswer): string[] => rows.map(({ level, value, others }, row) => `${'.'.repeat(level)}${others ? 'others' : String(value)} ${values.map(({ key }) => cells[key]!.slice(row * columns.length, (row + 1) * columns.length).map(String).join(' ')).join(' | ')}`);
const codeOf = (parts: object): Promise<string> => report(parts).then(() => 'answered', (error: CrmError) => `${error.errors?.[0]?.path} ${error.errors?.[0]?.code}`);

describe('the engine of reports', () => {
  beforeEach(() => { asked = []; });

  it('asks each total, so that ratios are those of all, and tells two people of one name apart', async () => {
    const answer = await report({ rows: [region, owner], columns: [months], values: [won, rate], period: { member: 'deals.closed_at', range: ['2026-01-01', '2026-02-28'] } });
    expect(answer.columns.map(({ value }) => value)).toEqual([null, '2026-01-01T00:00:00.000', '2026-02-01T00:00:00.000']);
    expect(lines(answer)).toEqual([
      'null 335.1 100.1 235 | 0.6666666666666666 0.3333333333333333 1', '.Europe 200 null 200 | 1 null 1', '..Omar 200 null 200 | 1 null 1', '.Gulf 130.1 100.1 30 | 0.6666666666666666 0.5 1', '..Sara 100.1 100.1 null | 1 1 null',
      '..Omar 30 null 30 | 1 null 1', '..Sara 0 0 null | 0 0 null', '.Levant 5 null 5 | 1 null 1', '..Lina 5 null 5 | 1 null 1', '.null 0 0 null | 0 0 null', '..Lina 0 0 null | 0 0 null',
    ]);
    expect(answer.rows[4]).toEqual({ level: 2, parent: 3, value: 'Sara', value_ar: null, others: false, point: { 'deals.owner': 'Sara', 'deals.owner_id': '1' } });
    expect([answer.cut, answer.currency, answer.values[0]!.version, asked.length]).toEqual([[], 'USD', 2, 1]);
    expect(answer.query['dimensions']).toEqual(['deals.region', 'deals.owner', 'deals.owner_id']);
    expect(answer.query['limit']).toBeUndefined();
  });

  it('keeps the first and asks for the others as none of them, nothing among them', async () => {
    const answer = await report({ rows: [region], values: [won, rate], top: { value: 'won', n: 2 } });
    expect(lines(answer)).toEqual(['null 349.1 | 0.75', '.Europe 200 | 1', '.Gulf 130.1 | 0.6666666666666666', '.others 19 | 0.75']);
    expect(answer.rows[3]!.filters).toEqual([{ member: 'deals.region', operator: 'notEquals', values: ['Europe', 'Gulf'] }]);
    const last = await report({ rows: [region], top: { value: 'won', n: 1, order: 'asc', others: true } });
    // The one without a region is the first from below: the others are all that have one.
    expect(last.rows.at(-1)!.filters).toEqual([{ member: 'deals.region', operator: 'set' }]);
    expect((await report({ rows: [region], top: { value: 'won', n: 2, others: false } })).cut).toEqual([{ what: 'top', kept: 2, of: 5 }]);
    expect(lines(await report({ rows: [owner], top: { value: 'won', n: 9 } })).length).toBe(5);
  });

  it('leaves the columns in their own order, whatever is the first of the rows', async () => {
    const across = async (parts: object): Promise<unknown[]> => (await report({ rows: [owner], columns: [region], ...parts })).columns.map(({ value }) => value);
    const own = await across({});
    expect(own.slice(0, 3)).toEqual([null, 'Europe', 'Gulf']);
    expect(await across({ top: { value: 'won', n: 1, order: 'asc', others: true } })).toEqual(own);
    expect(await across({ sort: { by: 'won', order: 'asc' } })).toEqual(own);
  });

  it('asks all levels of the same rows by one question', async () => {
    await report({ rows: [region, owner], columns: [months], top: { value: 'won', n: 2 }, period: { member: 'deals.closed_at', range: ['2026-01-01', '2026-02-28'] }, compare: 'year' });
    expect(asked.map((one) => one.map(({ key }) => key))).toEqual([['2.1', '2.1.before'], ['2.1', '0.1.others', '2.1.before', '0.1.others.before']]);
    const people = ['deals.owner', 'deals.owner_id'];
    const totals = [[], ['deals.closed_at.month']];
    const all = [...totals, ['deals.region'], ['deals.region', 'deals.closed_at.month'], ['deals.region', ...people], ['deals.region', ...people, 'deals.closed_at.month']];
    expect(asked[1]!.map(({ query }) => query['levels'])).toEqual([all, totals, all, totals]);
  });

  it('hides rows by a value and says how many, with totals of everything', async () => {
    const answer = await report({ rows: [region, owner], having: [{ value: 'won', operator: 'gte', number: '100.1' }] });
    expect(lines(answer)).toEqual(['null 349.1', '.Europe 200', '..Omar 200', '.Gulf 130.1', '..Sara 100.1']);
    expect(answer.cut).toEqual([{ what: 'having', kept: 2, of: 7 }]);
  });

  it('works calculations out on every level, a sum without rows being zero beside another', async () => {
    const mean = { key: 'mean', title: 'Mean', calculation: { op: '/', args: [{ value: 'won' }, { value: 'n' }] } };
    const share = { key: 'share', title: 'Share', title_ar: 'حصة', calculation: { op: '/', args: [{ value: 'won' }, { value: 'won', of: 'column' }] } };
    const answer = await report({ rows: [region], columns: [months], values: [won, { key: 'n', measure: 'deals.count' }, mean, share], period: { member: 'deals.closed_at', range: ['2026-01-01', '2026-02-28'] } });
    expect(answer.values.map(({ unit, title_ar }) => `${unit} ${title_ar}`)).toEqual(['money ع won_amount', 'count ع count', 'money Mean', 'ratio حصة']);
    expect(lines(answer)[1]).toBe('.Europe 200 null 200 | 1 null 1 | 200 null 200 | 0.596836765145 null 0.851063829787');
  });

  it('puts what it is compared with beside it, also what there was only then', async () => {
    const answer = await report({ rows: [region], columns: [months], period: { member: 'deals.closed_at', range: ['2026-01-01', '2026-02-28'] }, compare: 'year' });
    expect([answer.compared, answer.columns.length]).toEqual([['2025-01-01', '2025-02-28'], 3]);
    const row = answer.rows.findIndex(({ value }) => value === 'Asia');
    expect(answer.before?.['won']?.slice(row * 3, row * 3 + 3)).toEqual(['3', null, '3']);
    expect(answer.cells['won']?.slice(row * 3, row * 3 + 3)).toEqual([null, null, null]);
  });

  it('shows the first of what is too much, says so, and asks for fewer groups where an answer came to its end', async () => {
    const cut = await report({ rows: [region, owner] }, 8);
    expect([lines(cut).length <= 8, asked.length, cut.cut]).toEqual([true, 1, [{ what: 'rows', kept: 4, of: 7 }]]);
    asked = [];
    const fewer = await report({ rows: [region, owner] }, 6);
    // The answer of the leaves came to its end: nobody knows how many there are.
    expect([lines(fewer).length <= 6, asked.length, fewer.cut]).toEqual([true, 2, [{ what: 'rows', kept: 3, of: null }]]);
    expect((asked[1]!.find(({ key }) => key === '2.0')!.query as unknown as Cube).filters).toEqual([{ or: [{ member: 'deals.region', operator: 'equals', values: ['Europe', 'Gulf'] }] }] as never);
    const wide = await report({ rows: [owner], columns: [months] }, 20);
    expect([wide.cut, wide.cells['won']!.length <= 20]).toEqual([[{ what: 'columns', kept: 3, of: 4 }], true]);
    await expectAsync(report({ rows: [owner], columns: [months] }, 2)).toBeRejectedWithError(/One group of this report alone/);
  });

  it('asks for all cells of a large report only where there is room for them', async () => {
    const parts = { rows: [owner], columns: [months] };
    const large = await report(parts, 8, 3);
    const levels = (): unknown[] => asked.map((one) => one.map(({ query }) => (query['levels'] as unknown[]).length));
    const [all, sides, first] = [[4], [3], [2, 2]];
    expect([levels(), large.cut, lines(large)]).toEqual([[all, sides, first], [{ what: 'columns', kept: 3, of: 4 }, { what: 'rows', kept: 1, of: 4 }], ['null 349.1 11 3 100.1', '.Omar 230 null null null']]);
    asked = [];
    // As many rows as there is room for, but more than are asked for at first.
    const fits = await report(parts, 40, 3);
    expect([levels(), fits.cut]).toEqual([[all, all], []]);
    expect(lines(fits)).toEqual(lines(await report(parts)));
  });

  it('says which part cannot be asked and how to mend it', async () => {
    const calculation = (expression: object): object => ({ values: [won, { key: 'd', measure: 'deals.cycle' }, { key: 'c', title: 'C', calculation: expression }] });
    expect(await Promise.all([
      codeOf({ rows: [{ member: 'tickets.status' }] }), codeOf({ rows: [{ member: 'deals.nothing' }] }), codeOf({ columns: [{ member: 'deals.won_amount' }] }), codeOf({ rows: [{ member: 'deals.closed_at' }] }), codeOf({ rows: [{ ...region, grain: 'day' }] }),
      codeOf({ rows: [region], columns: [region] }), codeOf({ values: [{ key: 'x', measure: 'deals.region' }] }), codeOf({ values: [{ key: 'x', measure: 'deals.reporting_currency' }] }), codeOf(calculation({ op: '+', args: [{ value: 'won' }, { value: 'd' }] })), codeOf(calculation({ value: 'c' })),
      codeOf({ filters: [{ member: 'deals.count', operator: 'gt', values: ['1'] }] }), codeOf({ filters: [{ ...region, operator: 'equals', values: [] }] }), codeOf({ filters: [{ any: [{ member: 'deals.closed_at', operator: 'contains', values: ['1'] }] }] }), codeOf({ having: [{ value: 'won', operator: 'gt', number: '1' }] }),
      codeOf({ top: { value: 'won', n: 1 } }), codeOf({ rows: [months], top: { value: 'won', n: 1 } }), codeOf({ rows: [region], sort: { by: 'x', order: 'asc' } }), codeOf({ period: { member: 'deals.closed_at', range: ['2026-02-30', '2026-03-01'] } }),
      codeOf({ period: { member: 'deals.closed_at', range: ['2026-03-02', '2026-03-01'] } }), codeOf({ period: { member: 'deals.closed_at', range: 'all' }, compare: 'year' }), codeOf({ rows: [{ member: 'deals.as_of', grain: 'day' }] }), codeOf({ period: { ...region, range: 'all' } }),
    ])).toEqual([
      'rows.0.member report_member_foreign', 'rows.0.member report_member_unknown', 'columns.0.member report_split_number', 'rows.0.grain report_grain_missing', 'rows.0.grain report_grain_unfit',
      'columns.0.member report_split_twice', 'values.0.measure report_value_no_number', 'values.0.measure report_value_no_number', 'values.2.calculation report_units_unfit', 'values.2.calculation report_value_unknown',
      'filters.0.member report_filter_number', 'filters.0.values report_filter_empty', 'filters.0.operator report_filter_operator', 'having report_having_no_rows',
      'top report_top_no_rows', 'top report_top_time', 'sort.by report_value_unknown', 'period.range.0 report_period_no_day',
      'period.range report_period_reversed', 'compare report_compare_no_period', 'rows.0.member report_split_asked', 'period.member report_period_no_time',
    ]);
  });
});
