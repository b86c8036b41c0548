import type { Knex } from 'knex';
import { createKnex } from './connection.js';
import { startTestCluster, type TestCluster } from './testing/database.testing.js';
import { prepared } from './traced.client.js';

describe('prepared statements', () => {
  let cluster: TestCluster;
  let url: string;
  let owner: Knex;
  beforeAll(async () => {
    cluster = await startTestCluster();
    url = (await cluster.createDatabase()).adminUrl;
    owner = createKnex(url, { max: 1, lockTimeoutMs: 300 });
  }, 120_000);
  afterAll(async () => {
    await owner.destroy();
    await cluster.stop();
  });

  const make = async (name: string): Promise<string> => {
    await owner.raw(`CREATE TABLE crm_core.${name} AS SELECT 1 AS id, 7 AS value`);
    return `crm_core.${name}`;
  };
  const read = async (table: string): Promise<unknown> => (await owner(table).where({ id: 1 }).first<{ value: unknown } | undefined>('value').options(prepared))?.value;
  const kept = async (name: string): Promise<number> => (await owner.raw<{ rows: unknown[] }>('SELECT 1 FROM pg_prepared_statements WHERE statement LIKE ?', [`%${name}%`])).rows.length;

  it('are parsed once for each connection, and only where they are marked', async () => {
    const table = await make('spec_marked');
    await owner(table).where({ id: 1 }).first('id');
    expect(await kept(table.replace('.', '"."'))).toBe(0);
    for (let turn = 0; turn < 3; turn += 1) expect(await read(table)).toBe(7);
    expect(await kept(table.replace('.', '"."'))).toBe(1);
  });

  it('are made anew when a column has got another type, after one error', async () => {
    const table = await make('spec_retyped');
    await read(table);
    await owner.raw(`ALTER TABLE ${table} ALTER COLUMN value TYPE text USING value::text`);
    await expectAsync(read(table)).toBeRejectedWithError(/cached plan must not change result type/);
    expect(await read(table)).toBe('7');
  });

  it('wait for a lock no longer than they were told', async () => {
    const table = await make('spec_locked');
    const other = createKnex(url, { max: 1 });
    try {
      await other.transaction(async (trx) => {
        await trx(table).where({ id: 1 }).forUpdate().first('id');
        await expectAsync((async () => owner(table).where({ id: 1 }).update({ value: 8 }))()).toBeRejectedWith(jasmine.objectContaining({ code: '55P03' }));
      });
      expect(await owner(table).where({ id: 1 }).update({ value: 8 })).toBe(1);
    } finally {
      await other.destroy();
    }
  });
});
