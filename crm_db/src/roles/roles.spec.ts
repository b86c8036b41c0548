import pg from 'pg';
import { startTestCluster, type TestCluster, type TestDatabase } from '../testing/database.testing.js';
import { actions, mergePermissions, resources, roleMatrix, scopes } from './roles.matrix.js';

const patience = 180_000;

describe('mergePermissions', () => {
  it('takes the widest scope of each action', () => {
    expect(mergePermissions([{ deals: { read: 'own', write: 'own' } }, { deals: { read: 'team' }, quotes: { read: 'all' } }])).toEqual({ deals: { read: 'team', write: 'own' }, quotes: { read: 'all' } });
    expect(mergePermissions([{ deals: { read: 'all' } }, { deals: { read: 'region' } }])).toEqual({ deals: { read: 'all' } });
    expect(mergePermissions([])).toEqual({});
  });

  it('changes none of what it was given', () => {
    const rep = { deals: { read: 'own' } } as const;
    mergePermissions([rep, { deals: { read: 'all', export: 'all' } }]);
    expect(rep).toEqual({ deals: { read: 'own' } });
  });
});

describe('the role matrix', () => {
  it('speaks only of known resources, actions and scopes', () => {
    for (const { permissions } of roleMatrix) {
      for (const [resource, allowed] of Object.entries(permissions)) {
        expect(resources as readonly string[]).toContain(resource);
        for (const [action, scope] of Object.entries(allowed)) {
          expect(actions as readonly string[]).toContain(action);
          expect(scopes as readonly string[]).toContain(scope);
        }
      }
    }
  });

  it('lets nobody write what they cannot read, and a rep see only what is their own', () => {
    for (const { key, permissions } of roleMatrix) {
      for (const [resource, allowed] of Object.entries(permissions)) expect(allowed.read).withContext(`${key} ${resource}`).toBeDefined();
    }
    const rep = roleMatrix.find(({ key }) => key === 'rep')?.permissions;
    for (const resource of ['accounts', 'contacts', 'deals', 'invoices', 'subscriptions', 'forecast'] as const) expect(rep?.[resource]?.read).toBe('own');
  });
});

describe('the roles of the database', () => {
  let cluster: TestCluster;
  let database: TestDatabase;
  beforeAll(async () => {
    cluster = await startTestCluster();
    database = await cluster.createDatabase();
  }, patience);
  afterAll(async () => { await cluster.stop(); }, patience);

  async function refused(url: string, statements: readonly string[]): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const sql of statements) await expectAsync(client.query(sql)).withContext(sql).toBeRejectedWithError(/permission denied|must be owner/);
    await client.end();
  }

  it('let the application change rows but not the schema', async () => {
    await refused(database.appUrl, [
      'CREATE TABLE crm_core.crm_mine (id int)', 'ALTER TABLE crm_core.crm_deals ADD COLUMN mine int', 'DROP TABLE crm_core.crm_deals', 'TRUNCATE crm_core.crm_deals',
      'CREATE SCHEMA mine', 'CREATE TABLE public.mine (id int)', `DELETE FROM crm_core.crm_migrations`, 'ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_credentials',
      'ALTER TABLE crm_core.crm_deals DISABLE TRIGGER crm_touch', 'CREATE OR REPLACE FUNCTION crm_core.crm_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
      'CREATE TABLE crm_jobs.mine (id int)', 'CREATE ROLE mine', `SELECT pg_read_file('/etc/passwd')`, 'SELECT * FROM pg_authid',
    ]);
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    await client.query(`INSERT INTO crm_core.crm_tags (name) VALUES ('app')`);
    await client.query(`UPDATE crm_core.crm_tags SET color = 'red'`);
    await client.query(`DELETE FROM crm_core.crm_tags`);
    await client.query('SELECT count(*) FROM crm_jobs.job');
    await client.end();
  }, patience);

  it('let the stream read what is published and nothing else', async () => {
    await refused(database.streamUrl, [
      ...['crm_credentials', 'crm_api_clients', 'crm_oidc_payloads', 'crm_sessions', 'crm_second_factors', 'crm_recovery_codes', 'crm_login_attempts', 'crm_signing_keys', 'crm_import_files', 'crm_import_rows', 'crm_part_heartbeats', 'crm_migrations'].map((table) => `SELECT * FROM crm_core.${table}`),
      `INSERT INTO crm_core.crm_tags (name) VALUES ('stream')`, 'DELETE FROM crm_core.crm_deals', 'SELECT * FROM crm_jobs.job', 'CREATE TABLE crm_core.mine (id int)',
    ]);
    const client = new pg.Client({ connectionString: database.streamUrl });
    await client.connect();
    const { rows } = await client.query<{ tablename: string }>(`SELECT tablename FROM pg_publication_tables WHERE pubname = 'crm_cdc'`);
    expect(rows.length).toBeGreaterThan(50);
    for (const { tablename } of rows) await client.query(`SELECT 1 FROM crm_core.${tablename} LIMIT 1`);
    await client.end();
  }, patience);
});
