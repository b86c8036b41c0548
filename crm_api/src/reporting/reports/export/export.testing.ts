import { Exact } from './export.sums.js';
import type { Meaning } from '../../analytics/member.meanings.js';
import type { ReportAnswer, ReportDefinition, ReportNode } from '../definition/report.types.js';
import type { ExportRequest } from './export.types.js';

type Value = string | null;

/** A leaf of a report: the values of its row splits and column splits, money and count of it. */
export interface Leaf {
  readonly row: readonly Value[];
  readonly column: readonly Value[];
  readonly amount: string;
  readonly deals: number;
}

const meaning = (title: string, titleAr: string, unit = '', additive = false): Meaning => ({ title, titleAr, unit, additive, description: additive ? `${title} of the deals.` : '', descriptionAr: '', formula: additive ? 'Σ' : '', formulaAr: '', measure: additive, type: additive ? 'number' : 'string', version: 1, asked: false });

/** The words of the report below. */
export const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['deals.region', meaning('Region', 'المنطقة')], ['deals.source', meaning('Source', 'المصدر')], ['deals.closed_at', meaning('Closed', 'الإغلاق')],
  ['deals.won_amount', meaning('Won', 'المكسوب', 'money', true)], ['deals.won_count', meaning('Deals won', 'الصفقات المكسوبة', 'count', true)],
]);

/** The definition of a pivot: amount, count and their quotient, by two splits in rows and quarters across. */
export const definition: ReportDefinition = {
  v: 1, view: 'deals', rows: [{ member: 'deals.region' }, { member: 'deals.source' }], columns: [{ member: 'deals.closed_at', grain: 'quarter' }],
  values: [{ key: 'won', measure: 'deals.won_amount' }, { key: 'deals', measure: 'deals.won_count' }, { key: 'mean', title: 'Mean deal', title_ar: 'متوسط الصفقة', calculation: { op: '/', args: [{ value: 'won' }, { value: 'deals' }] } }],
  filters: [{ member: 'deals.source', operator: 'notEquals', values: ['event'] }], having: [], period: { member: 'deals.closed_at', range: 'last12Months' }, compare: null, top: null, sort: null, totals: { rows: true, columns: true }, show: { shape: 'pivot' },
};

/** Parents in front of their children, the total of all first. */
function nodesOf(paths: readonly (readonly Value[])[]): { nodes: ReportNode[]; paths: (readonly Value[])[] } {
  const nodes: ReportNode[] = [];
  const own: (readonly Value[])[] = [];
  const at = new Map<string, number>();
  const add = (path: readonly Value[]): number => {
    const key = JSON.stringify(path);
    const known = at.get(key);
    if (known !== undefined) return known;
    const parent = path.length === 0 ? null : add(path.slice(0, -1));
    nodes.push({ level: path.length, parent, value: path.at(-1) ?? null, value_ar: path.at(-1) === 'Acme' ? 'أكمي' : null, others: false, point: {} });
    own.push(path);
    at.set(key, nodes.length - 1);
    return nodes.length - 1;
  };
  add([]);
  for (const path of paths) add(path);
  return { nodes, paths: own };
}

/** The answer to a report over leaves, with totals added up exactly. */
export function answerOf(leaves: readonly Leaf[], change: Partial<ReportAnswer> = {}): ReportAnswer {
  const rows = nodesOf(leaves.map(({ row }) => row));
  const columns = nodesOf(leaves.map(({ column }) => column));
  const [places, across] = [rows, columns].map(({ paths }) => new Map(paths.map((path, index) => [JSON.stringify(path), index])));
  const size = rows.nodes.length * columns.nodes.length;
  const amount: (string | null)[] = Array.from({ length: size }, () => null);
  const deals = [...amount];
  for (const leaf of leaves) {
    for (let up = 0; up <= leaf.row.length; up += 1) {
      for (let side = 0; side <= leaf.column.length; side += 1) {
        const at = (places?.get(JSON.stringify(leaf.row.slice(0, up))) ?? 0) * columns.nodes.length + (across?.get(JSON.stringify(leaf.column.slice(0, side))) ?? 0);
        amount[at] = new Exact(amount[at] ?? 0).plus(leaf.amount).toFixed(2);
        deals[at] = new Exact(deals[at] ?? 0).plus(leaf.deals).toFixed();
      }
    }
  }
  const mean = amount.map((value, at) => (value === null ? null : new Exact(value).div(deals[at] ?? 1).toFixed(20)));
  return {
    watermark: { lsn: '0/16B3748', committed_at: '2026-11-29T08:00:00.000Z', lag_ms: 12 }, consistent: true, proof: { equal: true, checked_at: '2026-11-29T07:59:00.000Z' }, currency: 'USD', range: ['2025-12-01', '2026-11-29'], compared: null,
    values: [
      { key: 'won', measure: 'deals.won_amount', title: 'Won', title_ar: 'المكسوب', unit: 'money', version: 3 }, { key: 'deals', measure: 'deals.won_count', title: 'Deals won', title_ar: 'الصفقات المكسوبة', unit: 'count', version: 1 },
      { key: 'mean', measure: null, title: 'Mean deal', title_ar: 'متوسط الصفقة', unit: 'money', version: null },
    ],
    rows: rows.nodes, columns: columns.nodes, cells: { won: amount, deals, mean }, before: null, cut: [], query: {}, ...change,
  };
}

const quarters = ['2026-01-01T00:00:00.000', '2026-04-01T00:00:00.000'];

/** What a spreadsheet would run, a name in both languages, text with commas, quotes and a line break, and nothing at all. */
export const leaves: readonly Leaf[] = [
  { row: ['gulf', '=HYPERLINK("http://evil","x")'], column: [quarters[0] ?? ''], amount: '1234567.89', deals: 7 }, { row: ['gulf', '=HYPERLINK("http://evil","x")'], column: [quarters[1] ?? ''], amount: '0.03', deals: 3 },
  { row: ['gulf', 'Acme'], column: [quarters[0] ?? ''], amount: '1000.20', deals: 2 }, { row: ['شركة "النور"، دبي (فرع 2)', 'a, "b"\nc'], column: [quarters[1] ?? ''], amount: '-52.10', deals: 1 }, { row: [null, '007'], column: [quarters[1] ?? ''], amount: '99.99', deals: 3 },
];

/** Everything that a file of it is made from. */
export const requestOf = (change: Partial<ExportRequest> = {}): ExportRequest => ({
  definition, answer: answerOf(leaves), meanings, locale: 'en', name: 'Won by region', askedBy: 'Mona Hadi <mona@crm.test>', madeAt: new Date('2026-11-29T08:15:00Z'), ...change,
});
