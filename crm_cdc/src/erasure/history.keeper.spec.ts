import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyRetention, asOf, createSink, createWarehouse, historyBegins, microsText, migrateWarehouse, nowMicros, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import type { ChangeEnvelope, ChangeOp } from '../mappings/change.envelope.js';
import type { TableShape } from '../mappings/table.shape.js';
import { WarehouseSink } from '../pipeline/warehouse.sink.js';
import { until } from '../testing/postgres.testing.js';
import { keepRetention, startKeeper, type Keeper } from './history.keeper.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // A warehouse starts in here, on machines that others use as well.

const DAY = 86_400_000_000n;
const shapeOf = (name: string, ...columns: readonly (readonly [name: string, type: string, typeOid: number])[]): TableShape => ({
  oid: 1, schema: 'crm_core', name, replicaIdentityFull: true, primaryKey: ['id'],
  columns: [{ name: 'id', type: 'integer', typeOid: 23, notNull: true, missing: null }, ...columns.map(([column, type, typeOid]) => ({ name: column, type, typeOid, notNull: false, missing: null }))],
});

describe('the keeper of history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-keeper-'));
  const now = nowMicros();
  let server: EmbeddedWarehouse;
  let warehouse: Warehouse;
  let sink: WarehouseSink;
  let lsn = 1_000n;

  /** A version that was committed some days ago, as the stream writes it. */
  const version = (table: string, op: ChangeOp, days: number, values: Record<string, string | null>): ChangeEnvelope => {
    const at = now - BigInt(days) * DAY;
    return { op, before: op === 'd' ? values : null, after: op === 'd' ? null : values, key: { id: values['id'] ?? null }, source: { table, lsn: lsn++, seq: 0, xid: Number(lsn), committed_at: at } };
  };
  const policy = (id: number, table: string, days: number, deleted = false): Promise<void> =>
    sink.write([version('crm_retention_policies', 'u', 0, { id: String(id), table_name: table, keep_days: String(days), deleted_at: deleted ? '2026-01-01 00:00:00+00' : null })]);
  const names = async (table: string): Promise<string[]> => (await warehouse.rows<{ name: string }>(`SELECT concat(toString(id), _op, name) AS name FROM crm_history.${table} FINAL ORDER BY id, _lsn`)).map((row) => row.name);
  const stateAt = (days: number): Promise<unknown[]> => warehouse.rows(`SELECT id, name FROM ${asOf('crm_things', { at: now - BigInt(days) * DAY })} ORDER BY id`);
  const away = { brokers: '127.0.0.1:1', connectUrl: 'http://127.0.0.1:1' };

  beforeAll(async () => {
    server = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm' });
    warehouse = createWarehouse(server.url);
    await migrateWarehouse(warehouse);
    sink = new WarehouseSink(warehouse, createSink(warehouse));
    for (const name of ['crm_things', 'crm_whole']) await sink.prepare(shapeOf(name, ['name', 'text', 25]));
    const rows = (table: string): ChangeEnvelope[] => [
      version(table, 'c', 40, { id: '1', name: 'a' }), version(table, 'c', 35, { id: '2', name: 'x' }), version(table, 'u', 30, { id: '1', name: 'b' }), version(table, 'd', 25, { id: '2', name: 'x' }),
      version(table, 'u', 20, { id: '1', name: 'c' }), version(table, 'c', 15, { id: '3', name: 'n' }), version(table, 'u', 2, { id: '1', name: 'd' }), version(table, 'd', 2, { id: '3', name: 'n' }),
    ];
    await sink.write([...rows('crm_things'), ...rows('crm_whole')]);
    await sink.advance({ source: 'embedded', lsn: 9_000n, committedAt: now, observedAt: now });
  });
  afterAll(async () => {
    await warehouse.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has nothing to do before there are policies', async () => {
    const lines: string[] = [];
    await keepRetention(warehouse, (line) => lines.push(line));
    expect(lines).toEqual([]);
    expect(await names('crm_things')).toHaveSize(8);
  });

  it('shortens a history by its policy and keeps the state at the horizon and after it', async () => {
    await sink.prepare(shapeOf('crm_retention_policies', ['table_name', 'text', 25], ['keep_days', 'integer', 23], ['deleted_at', 'timestamp with time zone', 1184]));
    await policy(1, 'crm_things', 10);
    await policy(2, 'crm_whole', 1, true);
    const before = await Promise.all([stateAt(9), stateAt(1)]);
    expect(before).toEqual([[{ id: 1, name: 'c' }, { id: 3, name: 'n' }], [{ id: 1, name: 'd' }]]);
    expect(await stateAt(30)).toEqual([{ id: 1, name: 'b' }, { id: 2, name: 'x' }]);
    const lines: string[] = [];
    await keepRetention(warehouse, (line) => lines.push(line));
    expect(lines).toEqual([jasmine.stringMatching(/^crm_things: 4 versions of before \d{4}-\d\d-\d\d .* are gone$/)]);
    expect(await names('crm_things')).toEqual(['1uc', '1ud', '3cn', '3dn']);
    expect(await names('crm_whole')).withContext('a policy that was taken back').toHaveSize(8);
    expect(await Promise.all([stateAt(9), stateAt(1)])).toEqual(before);
    await expectAsync(stateAt(30)).toBeRejectedWithError(/does not reach back/);
    const begin = (await historyBegins(warehouse, 'crm_things'))!;
    expect([begin.reason, begin.at >= now - 10n * DAY, begin.at < now - 9n * DAY]).toEqual(['retention', true, true]);
    expect(await warehouse.rows('SELECT id, name FROM crm_raw.crm_things FINAL')).withContext('rows that exist are never touched').toEqual([{ id: 1, name: 'd' }]);
    await keepRetention(warehouse, (line) => lines.push(line));
    expect(lines).withContext('again').toHaveSize(1);
  });

  it('shortens what was set aside under an earlier key, and lets it go once nothing asks it any more', async () => {
    const before = shapeOf('crm_keyed', ['name', 'text', 25]);
    await sink.prepare(before);
    await sink.write([version('crm_keyed', 'c', 40, { id: '1', name: 'a' }), version('crm_keyed', 'u', 20, { id: '1', name: 'b' }), version('crm_keyed', 'u', 2, { id: '1', name: 'c' })]);
    const after: TableShape = { ...before, primaryKey: ['name'], columns: before.columns.map((column) => ({ ...column, notNull: true })) };
    expect((await sink.prepare(after)).archive).toBe('crm_history.crm_keyed__1');
    const at = nowMicros() + 1_000n;
    const [row] = [version('crm_keyed', 'r', 0, { id: '1', name: 'c' })];
    await sink.write([{ ...row!, key: { name: 'c' }, source: { ...row!.source, committed_at: at } }]);
    expect((await historyBegins(warehouse, 'crm_keyed'))).toEqual({ at, reason: 'snapshot' });
    await expectAsync(warehouse.rows(`SELECT * FROM ${asOf('crm_keyed', { at: now - DAY }, ['name'])}`)).withContext('not answered with what happens to be left').toBeRejectedWithError(/does not reach back/);
    const policies = [{ table: 'crm_keyed', keepDays: 10 }];
    expect((await applyRetention(warehouse, policies, now)).map(({ table, removed }) => `${table} ${removed}`)).toEqual(['crm_keyed__1 1', 'crm_keyed 0']);
    expect(await names('crm_keyed__1')).toEqual(['1ub', '1uc']);
    const later = at + 11n * DAY;
    await sink.advance({ source: 'embedded', lsn: 9_001n, committedAt: later, observedAt: later });
    expect((await applyRetention(warehouse, policies, later)).map(({ table, removed }) => `${table} ${removed}`)).toEqual(['crm_keyed__1 2', 'crm_keyed 0']);
    expect([await names('crm_keyed__1'), await names('crm_keyed')]).toEqual([[], ['1rc']]);
  });

  it('begins with the policies, and neither a table nor a broker in trouble keeps it from the rest', async () => {
    const lines: string[] = [];
    // What an older or foreign hand may leave in the database: it comes before the others and cannot be shortened.
    await warehouse.command('CREATE TABLE crm_history.crm_broken (id Int32, _lsn UInt64, _seq UInt32) ENGINE = MergeTree ORDER BY (id, _lsn, _seq)');
    await policy(1, 'crm_things', 1);
    await policy(3, 'crm_broken', 1);
    await warehouse.insert('crm_cdc.erased_keys', [{ table_name: 'crm_things', key: '9', lsn: '10', xid: '1', action: 'delete', columns: [] }]);
    await warehouse.insert('crm_cdc.erasures', [{ id: '018f0000-0000-7000-8000-000000000001', lsn: '10', xid: '1', committed_at: microsText(now), removed: '1', completed_at: microsText(now - DAY), _version: '1' }]);
    const keeper = startKeeper({ warehouseUrl: server.url, kafka: away, everyMs: 20, log: (line) => lines.push(line) });
    const trouble = (): string[] => lines.filter((line) => line.startsWith('history was not kept in order this time: '));
    await until('both troubles told', () => trouble().some((line) => line.includes('crm_broken: ')) && trouble().some((line) => /ECONNREFUSED|KafkaJS|Connection error/i.test(line)), 60_000);
    expect(await names('crm_things')).toEqual(['1ud']);
    expect(lines.filter((line) => line.startsWith('crm_things: 3 versions'))).toHaveSize(1);
    expect(await warehouse.rows('SELECT id FROM crm_cdc.erasures FINAL WHERE topics_purged_at IS NULL')).withContext('not done').toHaveSize(1);
    // What is repaired is met by the next round.
    await policy(3, 'crm_broken', 1, true);
    const seen = lines.length;
    await until('a round without it', () => { const later = lines.slice(seen); return later.length >= 2 && !later.slice(-2).some((line) => line.includes('crm_broken')); }, 60_000);
    await keeper.stop();
  });

  it('finishes its round when it is stopped, and begins no other', async () => {
    await policy(3, 'crm_broken', 1);
    await policy(4, 'crm_whole', 10);
    const lines: string[] = [];
    const start = (to: string[]): Keeper => startKeeper({ warehouseUrl: server.url, kafka: null, everyMs: 1, log: (line) => to.push(line) });
    await start(lines).stop();
    expect(lines).toEqual([jasmine.stringMatching(/^crm_whole: 4 versions/), jasmine.stringMatching(/crm_broken: /)]);
    expect(await names('crm_whole')).toHaveSize(4);
    // Another one tells the time: a stopped one that went on would have failed as often.
    const clock: string[] = [];
    const other = start(clock);
    await until('three more rounds', () => clock.length >= 3);
    await other.stop();
    expect(lines).toHaveSize(2);
  });
});
