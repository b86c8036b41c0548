/** One value of a result as it travels in JSON. */
export type Cell = string | number | boolean | null | object;

/** A result as the driver gave it: names of columns and their values, column by column. */
export interface ColumnarResult {
  readonly members: readonly string[];
  readonly columns: readonly (readonly Cell[])[];
}

interface TimeDimension {
  readonly dimension: string;
  readonly granularity?: string;
  readonly dateRange?: readonly string[];
}

/** The parts of Cube's normalized query that shape a result. */
export interface NormalizedQuery {
  readonly measures?: readonly string[];
  readonly dimensions?: readonly string[];
  readonly timeDimensions?: readonly TimeDimension[];
  readonly [key: string]: unknown;
}

/** What Cube hands over beside the raw rows: how to name, type and lay out the columns. */
export interface TransformRequest {
  readonly aliasToMemberNameMap: Readonly<Record<string, string>>;
  readonly annotation: Readonly<Record<string, { readonly type?: string }>>;
  readonly query: NormalizedQuery;
  readonly queryType?: 'regularQuery' | 'compareDateRangeQuery' | 'blendingQuery';
  readonly resType?: 'default' | 'compact' | 'columnar';
}

/** The `data` of an answer: rows, or one of Cube's two compact layouts. */
export type TransformedData =
  | readonly Readonly<Record<string, Cell>>[]
  | { readonly members: readonly string[]; readonly dataset: readonly (readonly Cell[])[] }
  | { readonly members: readonly string[]; readonly columns: readonly (readonly Cell[])[] };

const granularityLevels: Readonly<Record<string, number>> = { second: 1, minute: 2, hour: 3, day: 4, week: 5, month: 6, quarter: 7, year: 8 };
const unknownLevel = 10;
const localTime = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?$/;

/** Brings a value of a time dimension to `YYYY-MM-DDTHH:mm:ss.SSS`, the form Cube's clients parse; other values pass. */
export function transformValue(value: Cell, type: string): Cell {
  if (type !== 'time' || typeof value !== 'string') return value;
  const local = localTime.exec(value);
  if (local) return `${local[1]}T${local[2]}.${(local[3] ?? '').slice(0, 3).padEnd(3, '0')}`;
  const instant = Date.parse(value);
  // A time with an offset keeps its own wall clock, as the native add-on does; anything else passes untouched.
  const offset = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)$/.exec(value);
  if (Number.isNaN(instant) || !offset) return value;
  return `${offset[1]}T${offset[2]}.${(offset[3] ?? '').slice(0, 3).padEnd(3, '0')}`;
}

function ensureVisible(member: string, annotation: TransformRequest['annotation']): void {
  if (annotation[member]) return;
  throw new Error(
    `You requested hidden member: '${member}'. Please make it visible using \`public: true\`. ` +
      'Please note primaryKey fields are `public: false` by default: https://cube.dev/docs/schema/reference/joins#setting-a-primary-key.',
  );
}

/** An empty result has no columns to check, yet a member that the policy hides must not pass silently. */
function ensureQueryVisible(query: NormalizedQuery, annotation: TransformRequest['annotation']): void {
  for (const member of [...(query.measures ?? []), ...(query.dimensions ?? [])]) {
    if (typeof member === 'string') ensureVisible(member, annotation);
  }
  for (const time of query.timeDimensions ?? []) if (time.granularity) ensureVisible(time.dimension, annotation);
}

function firstTimeDimension(query: NormalizedQuery): TimeDimension {
  const first = query.timeDimensions?.[0];
  if (!first) throw new Error('A query of this kind needs a time dimension.');
  return first;
}

function dateRangeLabel(query: NormalizedQuery): string {
  const range = firstTimeDimension(query).dateRange;
  if (!range || range.length < 2) throw new Error('Inconsistent dateRange configuration for the compare date range query.');
  return range.join(' - ');
}

interface OutputColumn {
  readonly member: string;
  readonly values: readonly Cell[];
}

/** The output columns in order: the members, then bare time dimensions, then what the query type adds. */
function outputColumns(request: TransformRequest, result: ColumnarResult): OutputColumn[] {
  const { annotation, query } = request;
  if (result.members.length === 0) {
    ensureQueryVisible(query, annotation);
    return [];
  }
  const columns: OutputColumn[] = [];
  const bare = new Map<string, { level: number; values: readonly Cell[] }>();
  result.members.forEach((alias, index) => {
    const member = request.aliasToMemberNameMap[alias];
    if (member === undefined) throw new Error(`Member name not found for alias: '${alias}'`);
    ensureVisible(member, annotation);
    const type = annotation[member]?.type ?? '';
    const values = (result.columns[index] ?? []).map((value) => transformValue(value, type));
    columns.push({ member, values });
    const [cube, dimension, granularity, ...rest] = member.split('.');
    if (granularity === undefined || rest.length > 0) return;
    const base = `${cube}.${dimension}`;
    if (query.dimensions?.includes(base)) return;
    const level = granularityLevels[granularity] ?? unknownLevel;
    const known = bare.get(base);
    if (!known || known.level >= level) bare.set(base, { level, values });
  });
  // Older clients read a time dimension without its granularity: it carries the finest one asked for.
  for (const [member, { values }] of bare) columns.push({ member, values });

  const rows = result.columns[0]?.length ?? 0;
  if (request.queryType === 'compareDateRangeQuery') {
    columns.push({ member: 'compareDateRange', values: new Array<Cell>(rows).fill(dateRangeLabel(query)) });
  } else if (request.queryType === 'blendingQuery') {
    const time = firstTimeDimension(query);
    if (!time.granularity) throw new Error('A blending query needs a granularity on its time dimension.');
    const source = columns.find(({ member }) => member === `${time.dimension}.${time.granularity}`);
    if (source) columns.push({ member: `time.${time.granularity}`, values: source.values });
  }
  return columns;
}

/** Turns the driver's columns into the `data` of Cube's answer, in the layout that the request asks for. */
export function transformData(request: TransformRequest, result: ColumnarResult): TransformedData {
  const columns = outputColumns(request, result);
  const members = columns.map(({ member }) => member);
  const rowCount = result.columns[0]?.length ?? 0;
  if (request.resType === 'columnar') return { members, columns: columns.map(({ values }) => values) };
  const rowNumbers = Array.from({ length: rowCount }, (_, row) => row);
  const cell = (values: readonly Cell[], row: number): Cell => values[row] ?? null;
  if (request.resType === 'compact') return { members, dataset: rowNumbers.map((row) => columns.map(({ values }) => cell(values, row))) };
  return rowNumbers.map((row) => Object.fromEntries(columns.map(({ member, values }) => [member, cell(values, row)])));
}
