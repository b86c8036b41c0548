import { Readable } from 'node:stream';
import type { ColumnDescription, TableDescription } from '../mirror/table.description.js';
import { startTestWarehouse, type TestWarehouse } from '../testing/warehouse.testing.js';
import { createSink, type ChangeSink } from './change.sink.js';
import type { ChangeRow, RowText, Watermark } from './change.types.js';
import { arraysToJson, copyText } from './copy.text.js';
import { microsText } from './state.store.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
const column = (name: string, pgType: string, nullable = true): ColumnDescription => ({ name, pgType, nullable, primaryKeyPosition: name === 'id' ? 1 : null });
const columns = [
  column('id', 'uuid', false), column('name', 'citext', false), column('note', 'text'), column('amount', 'numeric(18,2)', false), column('rate', 'numeric(10,4)'), column('big', 'numeric(60,10)'),
  column('at', 'timestamp with time zone', false), column('seen', 'timestamp with time zone'), column('day', 'date'), column('open', 'boolean', false), column('n', 'bigint'), column('x', 'double precision'),
  column('tags', 'text[]'), column('doc', 'jsonb'), column('free', 'numeric'),
];
const describe_ = (name: string): TableDescription => ({ schema: 'crm_core', name, columns });
const uuid = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const AT = 1_700_000_000_123_456n;

const row = (n: number, more: RowText = {}): RowText => ({
  id: uuid(n), name: 'سلام 🎈', note: null, amount: '-0.01', rate: '12.3456', big: '12345678901234567890123456789012345678901234567890.0123456789', at: '2024-02-03 04:05:06.123456+05:30', seen: null, day: '2024-02-29', open: 't',
  n: '-9223372036854775808', x: '1.5e-300', tags: '{a,"b ,\\"c",NULL}', doc: '{"a": "\\n\\t\\\\"}', free: '1.000000000000000000000000000001', ...more,
});
const change = (table: string, op: ChangeRow['op'], before: RowText | null, after: RowText | null, lsn: number, seq = 0): ChangeRow => ({
  op, before, after, key: { id: (after ?? before)?.['id'] ?? null }, source: { table, lsn: BigInt(lsn), seq, xid: 77, committed_at: AT },
});
const mark = (lsn: number, observedAt = AT): Watermark => ({ source: 'embedded', lsn: BigInt(lsn), committedAt: AT, observedAt });

describe('ChangeSink', () => {
  let test: TestWarehouse;
  let sink: ChangeSink;
  beforeAll(async () => {
    test = await startTestWarehouse();
    sink = createSink(test.warehouse);
  });
  afterAll(() => test.close());
  const raw = (table: string, select = '*'): Promise<Record<string, unknown>[]> => test.warehouse.rows(`SELECT ${select} FROM crm_raw.${table} FINAL ORDER BY id`);

  it('keeps every value exactly', async () => {
    await sink.ensureTable(describe_('crm_exact'));
    await sink.writeBatch({ changes: [change('crm_exact', 'c', null, row(1), 10)] });
    const expected = {
      id: uuid(1), name: 'سلام 🎈', note: null, amount: '-0.01', rate: '12.3456', big: '12345678901234567890123456789012345678901234567890.0123456789', at: '2024-02-02T22:35:06.123456Z', seen: null, day: '2024-02-29', open: true,
      n: '-9223372036854775808', x: 1.5e-300, tags: '["a","b ,\\"c",null]', doc: '{"a": "\\n\\t\\\\"}', free: '1.000000000000000000000000000001',
    };
    expect(await raw('crm_exact')).toEqual([{ ...expected, _version: '10', _deleted: 0, _committed_at: '2023-11-14T22:13:20.123456Z' }]);
    expect(await test.warehouse.rows('SELECT * FROM crm_history.crm_exact')).toEqual([{ ...expected, _op: 'c', _lsn: '10', _seq: 0, _xid: '77', _committed_at: '2023-11-14T22:13:20.123456Z', _commit_lsn: '0' }]);
  });

  it('keeps texts of any characters', async () => {
    await sink.ensureTable(describe_('crm_text'));
    const texts = ['', '\\N', '\\', 'a\tb\nc\rd\be\ff\vg', "'\"`", 'مرحبا\u200f', '👩‍👩‍👧', '\\t', 'NULL', ' x '];
    await sink.writeBatch({ changes: texts.map((note, i) => change('crm_text', 'c', null, row(i, { note }), 20 + i)) });
    expect((await raw('crm_text', 'note')).map((r) => r['note'])).toEqual(texts);
  });

  it('puts times without a place at the ends of the range, and NaN to NULL', async () => {
    await sink.ensureTable(describe_('crm_range'));
    const times = ['infinity', '-infinity', '0044-03-15 00:00:00+00 BC', '12024-01-01 00:00:00+00', '1850-01-01 00:00:00+00', '2300-01-01 00:00:00+00', '1960-06-01 10:11:12.654321+00', '2299-12-31 23:59:59.999999+00'];
    const days = ['infinity', '-infinity', '0044-03-15 BC', '12024-01-01', '1850-01-01', '2300-01-01', '1960-06-01', '1900-01-01'];
    await sink.writeBatch({ changes: times.map((at, i) => change('crm_range', 'c', null, row(i, { at, seen: at, day: days[i] ?? null, rate: 'NaN', x: ['NaN', 'Infinity', '-Infinity'][i] ?? '0' }), 30 + i)) });
    const [first, last] = ['1900-01-01T00:00:00.000000Z', '2299-12-31T23:59:59.999999Z'];
    const stored = await raw('crm_range', 'at, seen, day, rate, toString(x) AS x');
    expect(stored.map((r) => r['at'])).toEqual([last, first, first, last, first, last, '1960-06-01T10:11:12.654321Z', last]);
    expect(stored.map((r) => r['seen'])).toEqual(stored.map((r) => r['at']));
    expect(stored.map((r) => r['day'])).toEqual(['2299-12-31', '1900-01-01', '1900-01-01', '2299-12-31', '1900-01-01', '2299-12-31', '1960-06-01', '1900-01-01']);
    expect(stored.map((r) => r['rate'])).toEqual(times.map(() => null));
    expect(stored.slice(0, 3).map((r) => r['x'])).toEqual(['nan', 'inf', '-inf']);
    await expectAsync(sink.writeBatch({ changes: [change('crm_range', 'c', null, row(50, { amount: 'NaN' }), 60)], watermark: mark(1_000_000) })).toBeRejected();
    expect((await sink.readWatermark('embedded'))?.lsn).not.toBe(1_000_000n);
  });

  it('changes nothing when batches come again, in whatever order', async () => {
    await sink.ensureTable(describe_('crm_again'));
    const first = [change('crm_again', 'c', null, row(1), 100), change('crm_again', 'c', null, row(2), 101, 1), change('crm_again', 'u', row(1), row(1, { amount: '5.00' }), 102)];
    const second = [change('crm_again', 'd', row(2), null, 103), change('crm_again', 'u', row(1), { amount: '6.00' }, 104), change('crm_again', 'c', null, row(3), 105)];
    for (const changes of [first, second, first, second, second]) await sink.writeBatch({ changes, watermark: mark(Number(changes[2]?.source.lsn)) });
    expect(await raw('crm_again', 'id, amount, note, _version')).toEqual([
      { id: uuid(1), amount: '6.00', note: null, _version: '104' }, { id: uuid(3), amount: '-0.01', note: null, _version: '105' },
    ]);
    expect((await test.warehouse.rows('SELECT _op FROM crm_history.crm_again FINAL ORDER BY _lsn')).length).toBe(6);
    expect(await sink.readWatermark()).toEqual(mark(105));
    expect((await sink.tableStates()).find((s) => s.table === 'crm_again')).toEqual({ table: 'crm_again', lastLsn: 105n, rowsApplied: 6n, state: 'streaming' });
  });

  it('takes a delete that carries only the key', async () => {
    await sink.ensureTable(describe_('crm_keyonly'));
    await sink.writeBatch({ changes: [change('crm_keyonly', 'c', null, row(1), 1), change('crm_keyonly', 'd', { id: uuid(1) }, null, 2)] });
    expect(await raw('crm_keyonly')).toEqual([]);
  });

  it('copies a snapshot straight from COPY text, and later changes win over it', async () => {
    await sink.ensureTable(describe_('crm_copy'));
    const names = columns.map((c) => c.name);
    await sink.writeBatch({ changes: [change('crm_copy', 'u', row(2), row(2, { amount: '7.00' }), 600)] });
    const lines = Array.from({ length: 20_000 }, (_, i) => `${names.map((name) => copyText(row(i)[name] ?? null)).join('\t')}\n`).join('');
    const bytes = Buffer.from(lines);
    const copy = (): Readable => Readable.from(Array.from({ length: Math.ceil(bytes.length / 50_001) }, (_, i) => bytes.subarray(i * 50_001, (i + 1) * 50_001)), { objectMode: false });
    for (let again = 0; again < 2; again++) expect(await sink.insertCopyStream('crm_copy', names, copy(), { version: 500n, committedAt: AT })).toBe(20_000);
    expect(await test.warehouse.first("SELECT count() AS c, countIf(_version = 500) AS snapshot, sum(amount) AS s, uniqExact(tags) AS different, any(tags) AS tag FROM crm_raw.crm_copy FINAL")).toEqual({
      c: '20000', snapshot: '19999', s: '-192.99', different: '1', tag: '["a","b ,\\"c",null]',
    });
    expect(await test.warehouse.first("SELECT count() AS c FROM crm_history.crm_copy FINAL WHERE _op = 'r'")).toEqual({ c: '20000' });
    expect((await sink.tableStates()).find((s) => s.table === 'crm_copy')?.state).toBe('snapshot');
    await sink.setTableState('crm_copy', 'streaming');
    expect((await createSink(test.warehouse).tableStates()).find((s) => s.table === 'crm_copy')).toEqual({ table: 'crm_copy', lastLsn: 600n, rowsApplied: 40_001n, state: 'streaming' });
  });

  it('tells a broken COPY stream', async () => {
    await sink.ensureTable(describe_('crm_broken'));
    await expectAsync(sink.insertCopyStream('crm_broken', ['id', 'name'], Readable.from([Buffer.from('no uuid\tx\n')], { objectMode: false }), { version: 1n, committedAt: AT })).toBeRejected();
    async function* broken(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from(`${uuid(1)}\tx\n`));
      throw new Error('the connection to Postgres was lost');
    }
    await expectAsync(sink.insertCopyStream('crm_broken', ['id', 'name'], Readable.from(broken(), { objectMode: false }), { version: 1n, committedAt: AT })).toBeRejected();
    await expectAsync(sink.insertCopyStream('crm_broken', ['nope'], Readable.from([]), { version: 1n, committedAt: AT })).toBeRejectedWithError(/no column nope/);
  });

  it('empties a table as TRUNCATE does, and keeps what came after', async () => {
    await sink.ensureTable(describe_('crm_trunc'));
    await sink.writeBatch({ changes: [change('crm_trunc', 'c', null, row(1), 1), change('crm_trunc', 'c', null, row(2), 2), change('crm_trunc', 'c', null, row(3), 9)] });
    for (let again = 0; again < 2; again++) await sink.truncateTable('crm_trunc', { lsn: 5n, seq: 0, xid: 1, committed_at: AT });
    expect(await raw('crm_trunc', 'id')).toEqual([{ id: uuid(3) }]);
  });

  it('refuses rows of tables and columns that were not described', async () => {
    await expectAsync(sink.writeBatch({ changes: [change('crm_unknown', 'c', null, row(1), 1)] })).toBeRejectedWithError(/call ensureTable first/);
    await sink.ensureTable(describe_('crm_cols'));
    await expectAsync(sink.writeBatch({ changes: [change('crm_cols', 'c', null, row(1, { newcomer: 'x' }), 1)] })).toBeRejectedWithError(/newcomer is not in the described shape/);
  });

  it('moves the watermark even when the clock is set back', async () => {
    const own = createSink(test.warehouse);
    await own.writeWatermark({ ...mark(7), source: 'clock' });
    const now = spyOn(Date, 'now').and.returnValue(1000);
    await own.writeWatermark({ ...mark(8), source: 'clock' });
    now.and.callThrough();
    expect((await own.readWatermark('clock'))?.lsn).toBe(8n);
    expect(await own.readWatermark('nobody')).toBeUndefined();
  });
});

describe('COPY text', () => {
  it('prints times before and after 1970 to the microsecond', () => {
    expect(microsText(1n)).toBe('1970-01-01 00:00:00.000001');
    expect(microsText(-1n)).toBe('1969-12-31 23:59:59.999999');
  });

  it('rewrites arrays across chunk borders and leaves other bytes alone', async () => {
    const body = Buffer.concat([Buffer.from('é\t{a,"b\\\\\\\\c"}\t1\n'), Buffer.from([0xff]), Buffer.from('\t\\N\t2\nlast\t{}\t3')]);
    const transform = arraysToJson(new Map([[1, 'text']]));
    for (const byte of body) transform.write(Buffer.from([byte]));
    transform.end();
    const parts: Buffer[] = [];
    for await (const part of transform as AsyncIterable<Buffer>) parts.push(part);
    expect(Buffer.concat(parts).toString('latin1')).toBe(Buffer.from('é\t["a","b\\\\\\\\c"]\t1\n').toString('latin1') + '\xff\t\\N\t2\nlast\t[]\t3');
  });
});
