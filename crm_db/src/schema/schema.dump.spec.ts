import { readFileSync } from 'node:fs';
import pg from 'pg';
import { createKnex } from '../connection.js';
import { migrations } from '../migrations/index.js';
import { migrateDown, migrateUp, planMigrations } from '../migrator/migrator.js';
import { startTestCluster, type TestCluster } from '../testing/database.testing.js';
import { dumpSchema } from './schema.dump.js';

const patience = 180_000;

describe('the schema', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); }, patience);
  afterAll(async () => { await cluster.stop(); }, patience);

  it('is the committed schema.sql (after a change of migrations: npm run db:schema)', async () => {
    const database = await cluster.createDatabase();
    const committed = readFileSync(new URL('../../schema.sql', import.meta.url), 'utf8');
    expect((await dumpSchema(database.adminUrl)) === committed).withContext('schema.sql differs from a fresh database; run npm run db:schema and look at the difference').toBeTrue();
    await database.drop();
  }, patience);

  it('has every table of the plan, and the plan has every table', async () => {
    const database = await cluster.createDatabase();
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    const { rows } = await client.query<{ table_name: string; published: boolean }>(`
      SELECT c.relname AS table_name, p.tablename IS NOT NULL AS published FROM pg_class c
      LEFT JOIN pg_publication_tables p ON p.pubname = 'crm_cdc' AND p.schemaname = 'crm_core' AND p.tablename = c.relname
      WHERE c.relnamespace = 'crm_core'::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE 'crm_migrations%'`);
    await client.end();
    const plan = readFileSync(new URL('../../../crm_docs/PLAN.md', import.meta.url), 'utf8');
    const model = plan.slice(plan.indexOf('## Model'), plan.indexOf('\\* not part of the publication'));
    const planned = [...model.matchAll(/`(crm_[a-z_]+)`(\\\*)?/g)].filter(([, name]) => name !== 'crm_core' && name !== 'crm_').map(([, name = '', star]) => `${name}${star === undefined ? '' : ' unpublished'}`);
    expect(rows.map(({ table_name, published }) => `${table_name}${published ? '' : ' unpublished'}`).sort()).toEqual([...new Set(planned)].sort());
    await database.drop();
  }, patience);

  it('comes back the same when each migration is taken back and applied again', async () => {
    const database = await cluster.createDatabase();
    const knex = createKnex(database.adminUrl, { max: 2 });
    try {
      // Empty first: a migration with rows of the base data may well refuse to go, but none of them does.
      const full = await dumpSchema(database.adminUrl);
      const { names } = await migrateDown(knex);
      expect(names).toEqual(migrations.map(({ name }) => name).reverse());
      const states: string[] = [await dumpSchema(database.adminUrl)];
      for (const [index] of migrations.entries()) {
        await migrateUp(knex, migrations.slice(0, index + 1));
        states.push(await dumpSchema(database.adminUrl));
        await migrateDown(knex, 1, migrations.slice(0, index + 1));
        expect((await dumpSchema(database.adminUrl)) === states[index]).withContext(`down of ${migrations[index]?.name}`).toBeTrue();
        await migrateUp(knex, migrations.slice(0, index + 1));
        expect((await dumpSchema(database.adminUrl)) === states[index + 1]).withContext(`up again of ${migrations[index]?.name}`).toBeTrue();
      }
      expect(states[migrations.length] === full).toBeTrue();
    } finally {
      await knex.destroy();
    }
    await database.drop();
  }, patience);

  it('is not touched by a plan, which names what would be done', async () => {
    const database = await cluster.createDatabase();
    const knex = createKnex(database.adminUrl, { max: 2 });
    try {
      // Back to before the webhooks, however many migrations follow them.
      const back = migrations.length - migrations.findIndex(({ name }) => name.endsWith('_webhooks_create'));
      await migrateDown(knex, back);
      const before = await dumpSchema(database.adminUrl);
      const plan = await planMigrations(knex);
      expect(plan.names).toEqual(migrations.slice(-back).map(({ name }) => name));
      expect(plan.statements.some((statement) => statement.includes('CREATE TABLE crm_core.crm_webhooks'))).toBeTrue();
      expect((await dumpSchema(database.adminUrl)) === before).toBeTrue();
      await migrateUp(knex);
      expect((await planMigrations(knex)).names).toEqual([]);
    } finally {
      await knex.destroy();
    }
    await database.drop();
  }, patience);
});
