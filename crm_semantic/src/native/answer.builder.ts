import { transformData, type ColumnarResult, type NormalizedQuery, type TransformRequest } from './result.transform.js';

/** The root of an answer without its data, as Cube prepares it. */
export interface AnswerRoot {
  readonly query: NormalizedQuery;
  readonly [key: string]: unknown;
}

/** The root of an answer to several queries at once. */
export interface MultiAnswerRoot {
  readonly queryType: 'regularQuery' | 'compareDateRangeQuery' | 'blendingQuery';
  readonly results: readonly AnswerRoot[];
  readonly slowQuery: boolean;
}

/** Raw rows: Cube serializes them before it hands them over, so that the add-on can decode them from bytes. */
type RawRows = Buffer | ColumnarResult;

function decode(rows: RawRows): ColumnarResult {
  return Buffer.isBuffer(rows) ? (JSON.parse(rows.toString('utf8')) as ColumnarResult) : rows;
}

/** Answers are compact: what is unknown is left out rather than sent as null. */
function withoutNothing(root: AnswerRoot): Record<string, unknown> {
  return Object.fromEntries(Object.entries(root).filter(([, value]) => value !== null && value !== undefined));
}

function answer(request: TransformRequest, rows: RawRows, root: AnswerRoot): Record<string, unknown> {
  return { ...withoutNothing(root), data: transformData(request, decode(rows)) };
}

function unique<T>(lists: readonly (readonly T[] | undefined)[]): T[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}

/** The query by which a client pivots several results into one table. */
export function pivotQuery(queryType: MultiAnswerRoot['queryType'], queries: readonly NormalizedQuery[]): NormalizedQuery {
  const [first] = queries;
  if (!first) throw new Error('Queries list cannot be empty');
  if (queryType === 'compareDateRangeQuery') {
    return { ...first, dimensions: ['compareDateRange', ...(first.dimensions ?? [])], queryType };
  }
  if (queryType === 'blendingQuery') {
    const granularity = queries.map((query) => query.timeDimensions?.[0]?.granularity).find((value) => value !== undefined);
    return {
      ...first,
      measures: unique(queries.map(({ measures }) => measures)),
      dimensions: unique(queries.map(({ dimensions }) => dimensions)),
      ...(granularity === undefined ? {} : { timeDimensions: [{ dimension: 'time', granularity }] }),
      queryType,
    };
  }
  return { ...first, queryType };
}

/** The whole JSON answer to one query, as bytes. */
export function finalQueryResult(request: TransformRequest, rows: RawRows, root: AnswerRoot): Buffer {
  return Buffer.from(JSON.stringify(answer(request, rows, root)));
}

/** The whole JSON answer to several queries (`queryType=multi`), as bytes. */
export function finalQueryResultMulti(requests: readonly TransformRequest[], rows: readonly RawRows[], root: MultiAnswerRoot): Buffer {
  const results = root.results.map((one, index) => {
    const request = requests[index];
    const raw = rows[index];
    if (!request || !raw) throw new Error(`The answer has no rows for query ${index + 1} of ${root.results.length}`);
    return answer(request, raw, one);
  });
  return Buffer.from(
    JSON.stringify({
      queryType: root.queryType,
      results,
      pivotQuery: pivotQuery(root.queryType, root.results.map(({ query }) => query)),
      slowQuery: root.slowQuery,
    }),
  );
}
