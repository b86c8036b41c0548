import { createDialect } from '../migrations/ddl.dialect.js';
import { startTestWarehouse, type TestWarehouse } from '../testing/warehouse.testing.js';
import type { ColumnDescription, TableDescription } from './table.description.js';
import { applyTable, isApplied, readExisting } from './table.mirror.js';
import { planTable } from './table.plan.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
const plain = createDialect();
const column = (name: string, pgType: string, nullable = true, more: Partial<ColumnDescription> = {}): ColumnDescription => ({ name, pgType, nullable, ...more });
const id = column('id', 'uuid', false, { primaryKeyPosition: 1 });
const table = (name: string, ...columns: ColumnDescription[]): TableDescription => ({ schema: 'crm_core', name, columns });

describe('applyTable', () => {
  let test: TestWarehouse;
  beforeAll(async () => {
    test = await startTestWarehouse();
  });
  afterAll(() => test.close());
  const types = async (name: string): Promise<Record<string, string>> => Object.fromEntries((await readExisting(test.warehouse, name)).raw?.map((c) => [c.name, c.type]) ?? []);

  it('creates both tables, the feed and the view as of an instant once', async () => {
    const description = table('crm_new', id, column('name', 'text', false), column('amount', 'numeric(18,2)'), column('odd`name', 'date'));
    expect((await applyTable(test.warehouse, description, plain)).length).toBe(4);
    expect(await applyTable(test.warehouse, description, plain)).toEqual([]);
    expect(await types('crm_new')).toEqual({
      id: 'UUID', name: 'String', amount: 'Nullable(Decimal(18, 2))', 'odd`name': 'Nullable(Date32)', _version: 'UInt64', _deleted: 'UInt8', _committed_at: "DateTime64(6, 'UTC')",
    });
  });

  it('adds columns with the value of older rows, widens types and keeps dropped columns', async () => {
    await applyTable(test.warehouse, table('crm_grow', id, column('n', 'integer', false), column('gone', 'text', false), column('d', 'numeric(10,2)')), plain);
    await test.warehouse.command(`INSERT INTO crm_history.crm_grow (id, n, gone, d, _op, _lsn) VALUES ('018f0000-0000-7000-8000-000000000001', 5, 'kept', 1.5, 'c', 1)`);
    const grown = table(
      'crm_grow', id, column('n', 'bigint'), column('d', 'numeric(18,2)'), column('tags', 'text[]', false, { missingValue: '{a,"b c"}' }), column('flag', 'boolean', false, { missingValue: 't' }),
      column('at', 'timestamp with time zone', true, { missingValue: '2024-01-02 03:04:05+00' }), column('price', 'numeric(18,2)', false, { missingValue: '9.90' }), column('k', 'integer', false, { missingValue: '7' }), column('note', 'text'),
    );
    await applyTable(test.warehouse, grown, plain);
    expect(await applyTable(test.warehouse, grown, plain)).toEqual([]);
    const expected = { id: '018f0000-0000-7000-8000-000000000001', n: '5', d: '1.50', tags: '["a","b c"]', flag: true, at: '2024-01-02T03:04:05.000000Z', price: '9.90', k: 7, note: null, gone: 'kept' };
    for (const database of ['crm_raw', 'crm_history']) {
      expect(await test.warehouse.first(`SELECT * EXCEPT (_committed_at) FROM ${database}.crm_grow FINAL`)).toEqual(jasmine.objectContaining(expected));
    }
    // A row after the drop has no value for the dropped column, and the feed carries the new columns on.
    await test.warehouse.command(`INSERT INTO crm_history.crm_grow (id, n, k, _op, _lsn) VALUES ('018f0000-0000-7000-8000-000000000002', 6, 8, 'c', 2)`);
    expect(await test.warehouse.first(`SELECT k, gone, _version FROM crm_raw.crm_grow FINAL WHERE k = 8`)).toEqual({ k: 8, gone: null, _version: '2' });
  });

  it('never narrows and keeps NULL allowed', async () => {
    await applyTable(test.warehouse, table('crm_shrink', id, column('n', 'bigint'), column('d', 'numeric(18,4)')), plain);
    expect(await applyTable(test.warehouse, table('crm_shrink', id, column('n', 'integer', false), column('d', 'numeric(10,2)', false)), plain)).toEqual([]);
  });

  it('gives a table another key: its history is carried over where the new key holds the old one, else set aside', async () => {
    const at = (n: number): string => `INSERT INTO crm_history.crm_key (id, part, _op, _lsn) VALUES ('018f0000-0000-7000-8000-000000000001', ${String(n)}, 'c', ${String(n)})`;
    await applyTable(test.warehouse, table('crm_key', id, column('part', 'integer')), plain);
    await test.warehouse.command(at(1));
    const wider = table('crm_key', id, column('part', 'bigint', false, { primaryKeyPosition: 2 }));
    await applyTable(test.warehouse, wider, plain);
    expect(await applyTable(test.warehouse, wider, plain)).toEqual([]);
    await test.warehouse.command(at(2));
    const both = { n: '2', parts: ['1', '2'] };
    expect(await test.warehouse.first('SELECT count() AS n, arraySort(groupArray(part)) AS parts FROM crm_history.crm_key FINAL')).toEqual(both);
    expect(await test.warehouse.first('SELECT count() AS n, arraySort(groupArray(part)) AS parts FROM crm_raw.crm_key FINAL')).toEqual(both);
    const other = table('crm_key', column('id', 'uuid'), column('code', 'text', false, { primaryKeyPosition: 1 }));
    expect((await applyTable(test.warehouse, other, plain)).join()).toContain('RENAME TABLE crm_history.`crm_key` TO crm_history.`crm_key__1`');
    expect(await applyTable(test.warehouse, other, plain)).toEqual([]);
    expect(await test.warehouse.first('SELECT count() AS n FROM crm_history.crm_key__1 FINAL')).toEqual({ n: '2' });
    await test.warehouse.command(`INSERT INTO crm_history.crm_key (code, _op, _lsn) VALUES ('x', 'c', 3)`);
    expect(await test.warehouse.rows('SELECT code, id FROM crm_raw.crm_key FINAL')).toEqual([{ code: 'x', id: null }]);
    expect(() => planTable(table('x', column('a', 'text')), {}, plain)).toThrowError(/has no primary key/);
    expect(() => planTable(table('x', id, column('_version', 'text')), {}, plain)).toThrowError(/warehouse's own/);
  });

  it('keeps values that no common type holds under another name', async () => {
    await applyTable(test.warehouse, table('crm_turn', id, column('v', 'text'), column('d', 'numeric(18,2)')), plain);
    await test.warehouse.command(`INSERT INTO crm_history.crm_turn (id, v, d, _op, _lsn) VALUES ('018f0000-0000-7000-8000-000000000001', 'abc', 1.25, 'c', 1)`);
    for (const [type, decimal] of [['integer', 'numeric(10,5)'], ['uuid', 'numeric(10,5)'], ['text', 'integer']] as const) {
      const turned = table('crm_turn', id, column('v', type, false), column('d', decimal));
      await applyTable(test.warehouse, turned, plain);
      expect(await applyTable(test.warehouse, turned, plain)).toEqual([]);
    }
    for (const database of ['crm_raw', 'crm_history']) {
      expect(await test.warehouse.first(`SELECT v, d, v__string FROM ${database}.crm_turn FINAL`)).toEqual({ v: null, d: '1.25000', v__string: 'abc' });
    }
    expect(await types('crm_turn')).toEqual(jasmine.objectContaining({ v: 'Nullable(String)', v__int32: 'Nullable(Int32)', d: 'Nullable(Decimal(21, 5))' }));
  });

  it('reads a table with a key of several columns', async () => {
    const description = table('crm_pair', column('b', 'text', false, { primaryKeyPosition: 2 }), column('a', 'uuid', false, { primaryKeyPosition: 1 }));
    await applyTable(test.warehouse, description, plain);
    expect(await readExisting(test.warehouse, 'crm_pair')).toEqual(jasmine.objectContaining({ rawKey: [{ name: 'a', bytes: true }, { name: 'b', bytes: false }], rawTimes: true, historyKey: ['a', 'b'] }));
    expect(await applyTable(test.warehouse, description, plain)).toEqual([]);
    const odd = table('crm_odd', column('a`b', 'uuid', false, { primaryKeyPosition: 1 }), column('c, (d)', 'uuid', false, { primaryKeyPosition: 2 }));
    await applyTable(test.warehouse, odd, plain);
    expect((await readExisting(test.warehouse, 'crm_odd')).rawKey?.map(({ name }) => name)).toEqual(['a`b', 'c, (d)']);
    expect(await applyTable(test.warehouse, odd, plain)).toEqual([]);
  });

  const explain = async (query: string): Promise<string> => (await test.warehouse.rows<{ explain: string }>(`EXPLAIN indexes = 1 ${query}`)).map((row) => row.explain).join('\n');
  /** Granules that a statement on one table reads, after the indexes. */
  const granules = async (query: string): Promise<number> => {
    const found = [...(await explain(query)).matchAll(/Granules: (\d+)\/\d+/g)];
    return found.length === 0 ? 0 : Math.min(...found.map(([, kept]) => Number(kept)));
  };
  /** 100,000 rows of as many minutes, whose ids begin with their time; 13 granules. */
  const minutes = (name: string): string => `INSERT INTO crm_history.${name} (id, part, at, _op, _lsn) SELECT dateTimeToUUIDv7(toDateTime('2024-01-01 00:00:00', 'UTC') + number * 60), number % 7, toDateTime64('2024-01-01 00:00:00', 6, 'UTC') + number * 60, 'c', 8 FROM numbers(100000)`;

  it('lays rows in the order of time: keys are found as before, and what lies at other times is not read, under FINAL either', async () => {
    await applyTable(test.warehouse, table('crm_timed', id, column('part', 'integer', false, { primaryKeyPosition: 2 }), column('at', 'timestamp with time zone', false)), plain);
    await test.warehouse.command(minutes('crm_timed'));
    // A second part: one row is another one now, one is gone.
    await test.warehouse.command(`INSERT INTO crm_history.crm_timed (id, part, at, _op, _lsn) SELECT id, part, at, if(n = 0, 'u', 'd'), 16 FROM (SELECT *, rowNumberInAllBlocks() AS n FROM crm_history.crm_timed WHERE at IN ('2024-02-01 00:00:00', '2024-02-02 00:00:00') ORDER BY at)`);
    const february = `FROM crm_raw.crm_timed FINAL WHERE at >= '2024-02-01 00:00:00' AND at < '2024-02-03 00:00:00'`;
    expect(await granules(`SELECT part ${february}`)).toBeLessThan(5);
    expect(await test.warehouse.first(`SELECT count() AS n, countIf(_version = 16) AS changed ${february}`)).toEqual({ n: '2879', changed: '1' });
    const row = await test.warehouse.first<{ id: string; part: number }>(`SELECT id, part FROM crm_raw.crm_timed FINAL WHERE at = '2024-02-01 00:01:00'`);
    const [one, pair] = [`toUUID('${String(row?.id)}')`, `(toUUID('${String(row?.id)}'), ${String(row?.part)})`];
    for (const condition of [`id = ${one}`, `id = '${String(row?.id)}'`, `id IN ('${String(row?.id)}')`, `id IN (SELECT ${one})`, `id IN [${one}]`, `(id, part) IN (${pair})`, `(id, part, _version) IN (SELECT ${one}, ${String(row?.part)}, 8)`, `UUIDToNum(id) > UUIDToNum(${one}) AND UUIDToNum(id) <= UUIDToNum(toUUID('018d6186-0000-7000-8000-000000000000'))`]) {
      expect(await granules(`SELECT at FROM crm_raw.crm_timed FINAL WHERE ${condition}`)).withContext(condition).toBeLessThan(4);
    }
  });

  it('gives a table of before the order of time: no version is lost, readers find all rows all the time', async () => {
    const description = table('crm_before', id, column('part', 'integer'), column('at', 'timestamp with time zone', false));
    await applyTable(test.warehouse, description, plain);
    const next = async (order: string): Promise<void> => {
      await test.warehouse.command('DROP TABLE crm_raw.crm_before SYNC');
      await test.warehouse.command(`CREATE TABLE crm_raw.crm_before (id UUID, part Nullable(Int32), at DateTime64(6, 'UTC'), _version UInt64, _deleted UInt8, _committed_at DateTime64(6, 'UTC')) ENGINE = ReplacingMergeTree(_version, _deleted) ORDER BY ${order} COMMENT 'it''s noted'`);
      await test.warehouse.command(`INSERT INTO crm_raw.crm_before SELECT id, part, at, _lsn, _op = 'd', _committed_at FROM crm_history.crm_before`);
    };
    const change = (lsn: number, op: string, where: string): Promise<void> => test.warehouse.command(`INSERT INTO crm_history.crm_before (id, part, at, _op, _lsn) SELECT id, ${String(lsn)}, at, '${op}', ${String(lsn)} FROM crm_history.crm_before FINAL WHERE _lsn = 8 AND ${where}`);
    const state = (): Promise<unknown> => test.warehouse.first('SELECT count() AS n, sum(part) AS parts, groupBitXor(cityHash64(id, part, at, _version, _committed_at)) AS digest FROM crm_raw.crm_before FINAL');
    await next('(id)');
    await test.warehouse.command(minutes('crm_before'));
    await change(16, 'u', 'part = 1');
    await change(24, 'd', 'part = 2');
    const before = await state();
    const rebuilt = async (): Promise<readonly string[]> => {
      let running = true;
      const seen = new Set<string>();
      const reader = (async () => {
        while (running) seen.add((await test.warehouse.first<{ n: string }>('SELECT count() AS n FROM crm_raw.crm_before FINAL'))?.n ?? 'none');
      })();
      expect(await isApplied(test.warehouse, description, plain)).toBeFalse();
      await applyTable(test.warehouse, description, plain).finally(() => (running = false));
      await reader;
      return [...seen];
    };
    expect(await rebuilt()).toEqual([(before as { n: string }).n]);
    expect(await readExisting(test.warehouse, 'crm_before')).toEqual(jasmine.objectContaining({ rawKey: [{ name: 'id', bytes: true }], rawTimes: true, rawNote: `it's noted` }));
    expect(await state()).toEqual(before);
    expect(await isApplied(test.warehouse, description, plain)).toBeTrue();
    // An older version that is delivered again does not bring a deleted row back, and later ones still arrive.
    await change(12, 'u', 'part = 2');
    expect(await state()).toEqual(before);
    await change(32, 'u', 'part = 3');
    expect(await test.warehouse.first('SELECT count() AS n FROM crm_raw.crm_before FINAL WHERE _version = 32 AND part = 32')).toEqual({ n: '14286' });
    // The order alone does not do: the indexes can only be set when a table is made.
    await next('UUIDToNum(id)');
    expect(await rebuilt()).toEqual([(before as { n: string }).n]);
    expect((await readExisting(test.warehouse, 'crm_before')).rawTimes).toBeTrue();
  });

  it('changes columns of time together with their indexes', async () => {
    const time = (name: string, type = 'timestamp with time zone', more: Partial<ColumnDescription> = {}): ColumnDescription => column(name, type, false, more);
    await applyTable(test.warehouse, table('crm_times', id, time('open'), time('gone'), time('word'), time('day', 'date')), plain);
    const insert = (columns: string, from: number): Promise<void> => test.warehouse.command(`INSERT INTO crm_history.crm_times (id, _op, _lsn, ${columns}) SELECT generateUUIDv7(), 'c', number, ${columns.split(', ').map((name) => (name === 'word' && from > 0 ? `'w'` : `toDateTime('2024-01-01 00:00:00', 'UTC') + number * 60`)).join(', ')} FROM numbers(${String(from)}, 20000)`);
    await insert('open, gone, word, day', 0);
    const indexed = async (): Promise<string[]> => (await test.warehouse.rows<{ expr: string }>(`SELECT expr FROM system.data_skipping_indices WHERE database = 'crm_raw' AND table = 'crm_times' ORDER BY expr`)).map(({ expr }) => expr);
    expect(await indexed()).toEqual(['_committed_at', 'day', 'gone', 'open', 'word']);
    const turned = table('crm_times', id, column('open', 'timestamp with time zone'), column('word', 'text', false), time('day'), time('late', 'timestamp with time zone', { missingValue: '2023-05-06 00:00:00+00' }));
    await applyTable(test.warehouse, turned, plain);
    expect(await isApplied(test.warehouse, turned, plain)).toBeTrue();
    await insert('open, word, day, late', 20_000);
    await test.warehouse.command('OPTIMIZE TABLE crm_raw.crm_times FINAL');
    expect(await types('crm_times')).toEqual(jasmine.objectContaining({ open: `Nullable(DateTime64(6, 'UTC'))`, gone: `Nullable(DateTime64(6, 'UTC'))`, word: 'String', day__date32: 'Nullable(Date32)', late: `DateTime64(6, 'UTC')` }));
    expect(await indexed()).toEqual(['_committed_at', 'late']);
    expect(await test.warehouse.first(`SELECT countIf(open < '2024-01-02 00:00:00') AS opened, countIf(gone >= '2024-01-02 00:00:00') AS gone, countIf(word LIKE '2024-01-01%') AS words, countIf(day__date32 = '2024-01-01') AS days, countIf(day >= '2024-01-01 00:00:00') AS moments FROM crm_raw.crm_times FINAL`))
      .toEqual({ opened: '1440', gone: '18560', words: '1440', days: '1440', moments: '20000' });
    expect(await test.warehouse.first(`SELECT count() AS n FROM crm_raw.crm_times FINAL WHERE late < '2024-01-01 00:00:00'`)).toEqual({ n: '20000' });
  });

  it('writes replicated tables for a cluster', () => {
    const statements = planTable(table('crm_c', id), {}, createDialect('main'));
    for (const statement of statements) expect(statement).toContain(' ON CLUSTER `main`');
    expect(statements[0]).toContain("ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', _version, _deleted)");
    expect(statements[0]).toContain('ORDER BY (UUIDToNum(`id`))\nSETTINGS add_minmax_index_for_temporal_columns = 1, min_age_to_force_merge_seconds = 600, min_age_to_force_merge_on_partition_only = 1');
    expect(statements[1]).toContain("ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')");
  });
});
