import { readFile } from 'node:fs/promises';
import { startTestWarehouse, type TestWarehouse } from '../testing/warehouse.testing.js';
import { createDialect } from './ddl.dialect.js';
import { MIGRATIONS } from './migration.list.js';
import { dumpSchema, migrateWarehouse } from './migration.runner.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;

describe('migrateWarehouse', () => {
  let test: TestWarehouse;
  beforeAll(async () => {
    test = await startTestWarehouse();
  });
  afterAll(() => test.close());
  const tables = async (): Promise<string[]> => (await test.warehouse.rows<{ name: string }>(`SELECT name FROM system.tables WHERE database IN ('crm_raw', 'crm_cdc') ORDER BY name`)).map((row) => row.name);

  it('has been run by the part, is complete and gives the committed schema.sql', async () => {
    expect(await migrateWarehouse(test.warehouse)).toEqual([]);
    const committed = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8');
    expect(await dumpSchema(test.warehouse)).withContext('run "npm run schema -w crm_warehouse" and commit schema.sql').toBe(committed);
  });

  it('goes back one by one or to a target, tells before it does, and comes up again', async () => {
    const complete = await tables();
    const newest = MIGRATIONS[MIGRATIONS.length - 1]?.id ?? '';
    expect((await migrateWarehouse(test.warehouse, { direction: 'down', dryRun: true })).map((step) => step.id)).toEqual([newest]);
    expect(await tables()).toEqual(complete);
    await migrateWarehouse(test.warehouse, { direction: 'down' });
    expect((await migrateWarehouse(test.warehouse, { dryRun: true })).map((step) => step.id)).toEqual([newest]);
    const rest = await migrateWarehouse(test.warehouse, { direction: 'down', target: MIGRATIONS[0]?.id });
    expect(rest.length).toBe(MIGRATIONS.length - 1);
    expect(await tables()).toEqual(['_migrations']);
    await migrateWarehouse(test.warehouse, { target: MIGRATIONS[1]?.id });
    expect(await tables()).toEqual(['_migrations', '_watermark']);
    expect((await migrateWarehouse(test.warehouse)).length).toBe(MIGRATIONS.length - 2);
    expect(await tables()).toEqual(complete);
  });

  it('takes dead letters along when their table moves, both ways', async () => {
    const moved = '202611222101_dead_letters_move';
    await migrateWarehouse(test.warehouse, { direction: 'down', target: moved });
    await test.warehouse.command(`INSERT INTO crm_raw._dead_letters VALUES
      ('crm_x', '{"id":"1"}', 18446744073709551615, 2, 'u', 7, '2026-01-02 03:04:05.123456', 'out_of_range', 'why', '{"id":"1","a":null}', now64(6), 1),
      ('crm_x', '{"id":"2"}', 5, 0, 'd', 7, '2026-01-02 03:04:05', 'refused_by_warehouse', 'why', '{"id":"2"}', now64(6), 1)`);
    const before = await test.warehouse.rows('SELECT * FROM crm_raw._dead_letters ORDER BY key');
    await migrateWarehouse(test.warehouse);
    expect(await test.warehouse.rows('SELECT key, lsn, op, before, after, replayed_at FROM crm_cdc.dead_letter FINAL ORDER BY key')).toEqual([
      { key: '{"id":"1"}', lsn: '18446744073709551615', op: 'u', before: 'null', after: '{"id":"1","a":null}', replayed_at: null },
      { key: '{"id":"2"}', lsn: '5', op: 'd', before: '{"id":"2"}', after: 'null', replayed_at: null },
    ]);
    await migrateWarehouse(test.warehouse, { direction: 'down', target: moved });
    expect(await test.warehouse.rows('SELECT * FROM crm_raw._dead_letters ORDER BY key')).toEqual(before);
    await test.warehouse.command('TRUNCATE TABLE crm_raw._dead_letters');
    await migrateWarehouse(test.warehouse);
  });

  it('refuses a target that does not exist', async () => {
    await expectAsync(migrateWarehouse(test.warehouse, { target: 'nope' })).toBeRejectedWithError(/no warehouse migration "nope"/);
  });

  it('writes distributed DDL for a cluster', async () => {
    const steps = MIGRATIONS.flatMap((migration) => [...migration.up(createDialect('main')), ...migration.down(createDialect('main'))]);
    for (const statement of steps.filter((one) => !one.startsWith('INSERT'))) expect(statement).toContain(' ON CLUSTER `main`');
    const engine = createDialect('main').engine('ReplacingMergeTree', '_version', '_deleted');
    expect(engine).toBe("ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', _version, _deleted)");
    expect(createDialect('').engine('ReplacingMergeTree', '_version')).toBe('ReplacingMergeTree(_version)');
    expect((await migrateWarehouse(test.warehouse, { cluster: 'main', dryRun: true, direction: 'down' }))[0]?.statements[0]).toContain('ON CLUSTER');
  });
});
