import { createDialect } from '../migrations/ddl.dialect.js';
import { startTestWarehouse, type TestWarehouse } from '../testing/warehouse.testing.js';
import type { ColumnDescription, TableDescription } from './table.description.js';
import { applyTable, readExisting } from './table.mirror.js';
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
    expect((await readExisting(test.warehouse, 'crm_pair')).rawKey).toEqual(['a', 'b']);
    expect(await applyTable(test.warehouse, description, plain)).toEqual([]);
  });

  it('writes replicated tables for a cluster', () => {
    const statements = planTable(table('crm_c', id), {}, createDialect('main'));
    for (const statement of statements) expect(statement).toContain(' ON CLUSTER `main`');
    expect(statements[0]).toContain("ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', _version, _deleted)");
    expect(statements[1]).toContain("ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')");
  });
});
