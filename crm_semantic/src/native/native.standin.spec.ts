import { finalQueryResult, finalQueryResultMulti, pivotQuery } from './answer.builder.js';
import { installNativeStandIn } from './native.standin.js';
import { transformData, transformValue, type ColumnarResult, type TransformRequest } from './result.transform.js';

const request = (changes: Partial<TransformRequest> = {}): TransformRequest => ({
  aliasToMemberNameMap: { deals__count: 'deals.count', deals__closed_at_month: 'deals.closed_at.month' },
  annotation: { 'deals.count': { type: 'number' }, 'deals.closed_at.month': { type: 'time' }, 'deals.closed_at': { type: 'time' } },
  query: { measures: ['deals.count'], timeDimensions: [{ dimension: 'deals.closed_at', granularity: 'month', dateRange: ['2026-01-01', '2026-03-31'] }] },
  ...changes,
});
const rows: ColumnarResult = { members: ['deals__closed_at_month', 'deals__count'], columns: [['2026-01-01 00:00:00', '2026-02-01T00:00:00.000'], ['3', null]] };

describe('stand-in for the native add-on', () => {
  it('gives rows by member, and a time dimension also without its granularity', () => {
    expect(transformData(request(), rows)).toEqual([
      { 'deals.closed_at.month': '2026-01-01T00:00:00.000', 'deals.count': '3', 'deals.closed_at': '2026-01-01T00:00:00.000' },
      { 'deals.closed_at.month': '2026-02-01T00:00:00.000', 'deals.count': null, 'deals.closed_at': '2026-02-01T00:00:00.000' },
    ]);
  });

  it('gives the compact and the columnar layout', () => {
    const members = ['deals.closed_at.month', 'deals.count', 'deals.closed_at'];
    const first = ['2026-01-01T00:00:00.000', '2026-02-01T00:00:00.000'];
    expect(transformData(request({ resType: 'compact' }), rows)).toEqual({ members, dataset: [[first[0], '3', first[0]], [first[1], null, first[1]]] } as never);
    expect(transformData(request({ resType: 'columnar' }), rows)).toEqual({ members, columns: [first, ['3', null], first] } as never);
  });

  it('lets the finest of several granularities stand for the bare time dimension', () => {
    const several = request({
      aliasToMemberNameMap: { m: 'deals.closed_at.month', d: 'deals.closed_at.day', x: 'deals.closed_at.fortnight' },
      annotation: { 'deals.closed_at.month': { type: 'time' }, 'deals.closed_at.day': { type: 'time' }, 'deals.closed_at.fortnight': { type: 'time' } },
    });
    const data = transformData(several, { members: ['m', 'd', 'x'], columns: [['2026-01-01'], ['2026-01-05'], ['2026-01-03']] });
    expect(data).toEqual([{ 'deals.closed_at.month': '2026-01-01', 'deals.closed_at.day': '2026-01-05', 'deals.closed_at.fortnight': '2026-01-03', 'deals.closed_at': '2026-01-05' }]);
    const asked = { ...several, query: { dimensions: ['deals.closed_at'] } };
    expect(Object.keys((transformData(asked, { members: ['m'], columns: [['2026-01-01']] }) as readonly object[])[0] ?? {})).toEqual(['deals.closed_at.month']);
  });

  it('adds the compared range and the blended time', () => {
    const compared = transformData(request({ queryType: 'compareDateRangeQuery' }), rows) as readonly Record<string, unknown>[];
    expect(compared[0]?.['compareDateRange']).toBe('2026-01-01 - 2026-03-31');
    const blended = transformData(request({ queryType: 'blendingQuery' }), rows) as readonly Record<string, unknown>[];
    expect(blended[1]?.['time.month']).toBe('2026-02-01T00:00:00.000');
  });

  it('refuses what it cannot answer rightly', () => {
    expect(() => transformData(request({ annotation: {} }), rows)).toThrowError(/hidden member: 'deals.closed_at.month'/);
    expect(() => transformData(request({ annotation: {} }), { members: [], columns: [] })).toThrowError(/hidden member: 'deals.count'/);
    expect(() => transformData(request({ aliasToMemberNameMap: {} }), rows)).toThrowError(/Member name not found for alias/);
    const without = { measures: ['deals.count'] };
    expect(() => transformData(request({ queryType: 'compareDateRangeQuery', query: without }), rows)).toThrowError(/needs a time dimension/);
    expect(() => transformData(request({ queryType: 'compareDateRangeQuery', query: { timeDimensions: [{ dimension: 'd', dateRange: ['one'] }] } }), rows)).toThrowError(/Inconsistent dateRange/);
    expect(() => transformData(request({ queryType: 'blendingQuery', query: { timeDimensions: [{ dimension: 'd' }] } }), rows)).toThrowError(/needs a granularity/);
    expect(transformData(request(), { members: [], columns: [] })).toEqual([]);
  });

  it('brings times to milliseconds and leaves the rest alone', () => {
    expect(transformValue('2026-01-01 10:00:00.123456', 'time')).toBe('2026-01-01T10:00:00.123');
    expect(transformValue('2026-01-01T10:00:00Z', 'time')).toBe('2026-01-01T10:00:00.000');
    expect(transformValue('2026-01-01T10:00:00.5+03:00', 'time')).toBe('2026-01-01T10:00:00.500');
    expect(transformValue('soon', 'time')).toBe('soon');
    expect(transformValue(5, 'time')).toBe(5);
    expect(transformValue('2026-01-01 10:00:00', 'string')).toBe('2026-01-01 10:00:00');
  });

  it('builds one answer from the bytes of the driver, without what is unknown', () => {
    const bytes = finalQueryResult(request(), Buffer.from(JSON.stringify(rows)), { query: {}, total: null, external: undefined, slowQuery: false });
    const body = JSON.parse(bytes.toString()) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['query', 'slowQuery', 'data']);
  });

  it('builds one answer to several queries', () => {
    const root = { queryType: 'compareDateRangeQuery', results: [{ query: request().query }, { query: request().query }], slowQuery: false } as const;
    const body = JSON.parse(finalQueryResultMulti([request(), request()], [rows, rows], root).toString()) as { results: readonly unknown[]; pivotQuery: { dimensions: readonly string[] } };
    expect(body.results.length).toBe(2);
    expect(body.pivotQuery.dimensions).toEqual(['compareDateRange']);
    expect(() => finalQueryResultMulti([], [], root)).toThrowError(/no rows for query 1 of 2/);
    const blended = pivotQuery('blendingQuery', [{ measures: ['a.x'], timeDimensions: [{ dimension: 'a.t', granularity: 'day' }] }, { measures: ['b.y', 'a.x'], dimensions: ['b.d'] }]);
    expect(blended).toEqual({ measures: ['a.x', 'b.y'], dimensions: ['b.d'], timeDimensions: [{ dimension: 'time', granularity: 'day' }], queryType: 'blendingQuery' });
    expect(pivotQuery('regularQuery', [{ measures: ['a.x'] }])).toEqual({ measures: ['a.x'], queryType: 'regularQuery' });
    expect(() => pivotQuery('regularQuery', [])).toThrowError(/cannot be empty/);
  });

  it('stays away where the add-on is present, and takes only what is needed where it is not', async () => {
    const add = { loadNative: () => ({}), setupLogger: () => undefined, getFinalQueryResult: 1, getFinalQueryResultMulti: 2, NativeInstance: { prototype: { newJinjaEngine: 3 as unknown } } };
    expect(installNativeStandIn(add)).toBeFalse();
    expect(add.getFinalQueryResult).toBe(1);
    const missing = { ...add, loadNative: () => { throw new Error('Unable to load'); }, NativeInstance: { prototype: { newJinjaEngine: 3 as unknown } } };
    expect(installNativeStandIn(missing)).toBeTrue();
    missing.setupLogger();
    const answer = missing.getFinalQueryResult as unknown as (...args: readonly unknown[]) => Promise<Buffer>;
    expect((await answer(request(), rows, { query: {} })).length).toBeGreaterThan(10);
    const multi = missing.getFinalQueryResultMulti as unknown as (...args: readonly unknown[]) => Promise<Buffer>;
    await expectAsync(multi([], [], { queryType: 'regularQuery', results: [], slowQuery: false })).toBeRejectedWithError(/cannot be empty/);
    const engine = (missing.NativeInstance.prototype.newJinjaEngine as () => { renderTemplate(): Promise<unknown> })();
    await expectAsync(engine.renderTemplate()).toBeRejectedWithError(/write models as JavaScript/);
  });
});
