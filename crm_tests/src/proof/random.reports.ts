import fc from 'fast-check';

/** A member of a view as `GET /analytics/meta` tells it. */
interface MetaMember { readonly name: string; readonly type: string; readonly meta?: Readonly<Record<string, unknown>> }
export interface MetaView { readonly name: string; readonly measures: readonly MetaMember[]; readonly dimensions: readonly MetaMember[] }

type Scalar = string | number | boolean | null;
export interface Node { readonly level: number; readonly parent: number | null; readonly value: Scalar; readonly others: boolean; readonly filters?: readonly unknown[]; readonly point: Readonly<Record<string, Scalar>> }
type Cells = Readonly<Record<string, readonly (string | null)[]>>;
export interface Answer {
  readonly consistent: boolean; readonly rows: readonly Node[]; readonly columns: readonly Node[]; readonly cells: Cells; readonly before: Cells | null;
  readonly values: readonly { readonly key: string; readonly measure: string | null; readonly unit: string }[];
  readonly cut: readonly { readonly what: string; readonly kept: number; readonly of: number | null }[]; readonly query: Readonly<Record<string, unknown>>;
}
export type Definition = Readonly<Record<string, unknown>> & {
  readonly view: string; readonly rows: readonly { readonly member: string }[]; readonly columns: readonly { readonly member: string }[];
  readonly having: readonly { readonly value: string; readonly operator: string; readonly number: string }[]; readonly top: { readonly value: string; readonly n: number; readonly others: boolean; readonly order: string } | null;
};

const grains = ['week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'] as const;
const periods = ['thisQuarter', 'lastQuarter', 'thisYear', 'last12Months', 'last90Days', 'thisFiscalYear', 'all'] as const;
/** What names one record only makes lists of all of them. */
const record = /\.(id|name|name_ar|subject|number|deal|deal_id)$/;

/** Any report of a view: what people drop, in any order. */
export function anyReport(view: MetaView): fc.Arbitrary<Definition> {
  const names = new Set(view.dimensions.map(({ name }) => name));
  const companion = ({ name }: MetaMember): boolean => /_(ar|id|position)$/.test(name) && names.has(name.replace(/_(ar|id|position)$/, ''));
  const splits = view.dimensions.filter((one) => one.type !== 'time' && one.meta?.['asked'] === undefined && !companion(one) && !record.test(one.name)).map(({ name }) => ({ member: name }));
  const texts = new Set(view.dimensions.filter(({ type }) => type === 'string').map(({ name }) => name));
  const times = view.dimensions.filter((one) => one.type === 'time' && one.meta?.['asked'] === undefined).map(({ name }) => name);
  const measures = view.measures.filter(({ type, meta }) => type !== 'string' && meta?.['unit'] !== 'text').map(({ name }) => name);
  const split = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...splits) }, ...(times.length === 0 ? [] : [{ weight: 1, arbitrary: fc.record({ member: fc.constantFrom(...times), grain: fc.constantFrom(...grains) }) }]));
  const sides = fc.uniqueArray(split, { maxLength: 4, selector: (one) => JSON.stringify(one) }).chain((all) => fc.nat(all.length).map((at) => ({ rows: all.slice(0, at), columns: all.slice(at).slice(0, 2) })));
  const period = times.length === 0 ? fc.constant(null) : fc.option(fc.record({ member: fc.constantFrom(...times), range: fc.oneof(fc.constantFrom(...periods), fc.constant(['2025-02-10', '2026-08-31'])) }));
  return fc.record({
    sides, period, measures: fc.uniqueArray(fc.constantFrom(...measures), { minLength: 1, maxLength: 3 }),
    calculation: fc.option(fc.record({ op: fc.constantFrom('+', '-', '*', '/'), left: fc.nat(2), right: fc.nat(2), of: fc.option(fc.constantFrom('grand', 'row', 'column', 'parent')) })),
    compare: fc.constantFrom(null, 'previous', 'year'), top: fc.option(fc.record({ n: fc.integer({ min: 1, max: 5 }), others: fc.boolean(), order: fc.constantFrom('desc', 'asc') })),
    having: fc.option(fc.record({ operator: fc.constantFrom('gt', 'lt', 'gte', 'notEquals'), number: fc.constantFrom('0', '3', '10000', '0.5') }), { freq: 4 }), sort: fc.option(fc.constantFrom('asc', 'desc')),
    filter: fc.option(fc.record({ split: fc.constantFrom(...splits), operator: fc.constantFrom('set', 'notSet', 'contains'), values: fc.constantFrom(['a'], ['e', 'Gulf']) })),
  }).map(({ sides: { rows, columns }, period: asked, measures: some, calculation, compare, top, having, sort, filter }) => {
    const values: { key: string; measure?: string; title?: string; calculation?: unknown }[] = some.map((measure, at) => ({ key: `v${at}`, measure }));
    if (calculation) {
      const key = (at: number): string => `v${at % some.length}`;
      values.push({ key: 'calc', title: 'Calculated', calculation: { op: calculation.op, args: [{ value: key(calculation.left) }, { value: key(calculation.right), ...(calculation.of ? { of: calculation.of } : {}) }] } });
    }
    const ranked = rows[0] && !('grain' in rows[0]);
    return {
      v: 1, view: view.name, rows, columns, values, period: asked, compare: asked && asked.range !== 'all' ? compare : null, filters: filter ? [{ member: filter.split.member, ...(filter.operator === 'contains' && texts.has(filter.split.member) ? { operator: 'contains', values: filter.values } : { operator: filter.operator === 'notSet' ? 'notSet' : 'set' }) }] : [],
      having: having && rows.length > 0 ? [{ value: 'v0', ...having }] : [], top: top && ranked ? { value: 'v0', ...top } : null, sort: sort ? { by: 'v0', order: sort } : null,
    };
  });
}

/** A place in an answer, and the question that leads to its records. */
export interface Drilled { readonly key: string; readonly cell: string | null; readonly question: { readonly query: unknown; readonly measure: string; readonly point: Readonly<Record<string, Scalar>> } }

/** The question for the records of a cell: the points of its row and column with those of the groups they are in. */
export function drilled(answer: Answer, row: number, column: number, key: string): Drilled {
  const pathOf = (nodes: readonly Node[], at: number): Node[] => {
    const node = nodes[at]!;
    return node.parent === null ? [node] : [...pathOf(nodes, node.parent), node];
  };
  const path = [...pathOf(answer.rows, row), ...pathOf(answer.columns, column)];
  const filters = [...((answer.query['filters'] ?? []) as unknown[]), ...path.flatMap((node) => node.filters ?? [])];
  return {
    key, cell: answer.cells[key]?.[row * answer.columns.length + column] ?? null,
    question: { query: { ...answer.query, ...(filters.length > 0 ? { filters } : {}) }, measure: answer.values.find((one) => one.key === key)?.measure ?? '', point: Object.assign({}, ...path.map(({ point }) => point)) as Record<string, Scalar> },
  };
}

/** The same number in exact decimals of two lengths, or in the shortest text of a quotient. */
export function same(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  const [a, b] = [Number(one), Number(other)];
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** What is wrong with an answer by itself: its form, its sums, its conditions. */
export function faultsOf(definition: Definition, answer: Answer, additive: (measure: string) => boolean): string[] {
  const faults: string[] = [];
  const width = answer.columns.length;
  for (const cells of [answer.cells, answer.before ?? {}]) for (const [key, list] of Object.entries(cells)) if (list.length !== answer.rows.length * width) faults.push(`${key} has ${list.length} cells for ${answer.rows.length} × ${width}`);
  for (const nodes of [answer.rows, answer.columns]) nodes.forEach((node, at) => { if ((node.parent ?? -1) >= at || (node.level === 0) !== (at === 0)) faults.push(`node ${at} stands before its group`); });
  const cutRows = answer.cut.length > 0;
  for (const { key, measure } of answer.values) {
    if (measure === null || !additive(measure)) continue;
    const cell = (row: number, column: number): number => Number(answer.cells[key]?.[row * width + column] ?? 0);
    const adds = (nodes: readonly Node[], of: (at: number) => number, what: string): void => {
      nodes.forEach((node, at) => {
        const parts = nodes.flatMap((child, index) => (child.parent === at ? [index] : []));
        if (parts.length > 0 && Math.abs(of(at) - parts.reduce((sum, index) => sum + of(index), 0)) > 0.005) faults.push(`${key}: ${what} ${at} (${String(node.value)}) is ${of(at)} and its parts ${parts.reduce((sum, index) => sum + of(index), 0)}`);
      });
    };
    if (!cutRows) for (let column = 0; column < width; column += 1) adds(answer.rows, (row) => cell(row, column), `row by column ${column},`);
    if (!answer.cut.some(({ what }) => what === 'columns')) for (let row = 0; row < answer.rows.length; row += 1) adds(answer.columns, (column) => cell(row, column), `column by row ${row},`);
  }
  const [condition] = definition.having;
  if (condition) {
    answer.rows.forEach((node, row) => {
      if (node.level !== definition.rows.length || node.others) return;
      const number = Number(answer.cells[condition.value]?.[row * width] ?? NaN);
      const bound = Number(condition.number);
      if (!{ gt: number > bound, lt: number < bound, gte: number >= bound, notEquals: number !== bound }[condition.operator]) faults.push(`row ${row} has ${number}, which is not ${condition.operator} ${bound}`);
    });
  }
  const first = answer.rows.filter(({ level, others }) => level === 1 && !others);
  if (definition.top && first.length > definition.top.n) faults.push(`${first.length} rows for the first ${definition.top.n}`);
  return faults;
}
