import type { Knex } from 'knex';
import PgBoss from 'pg-boss';
import { migrations as all } from '../migrations/index.js';
import type { Migration } from '../migrations/ddl.js';
import { queues } from '../queues.js';

/** The result of a run: the names applied or taken back, in order. */
export interface MigrationRun {
  readonly names: readonly string[];
}

/** The SQL that a run would send. */
export interface MigrationPlan extends MigrationRun {
  readonly statements: readonly string[];
}

class Source implements Knex.MigrationSource<Migration> {
  constructor(private readonly list: readonly Migration[]) {}
  getMigrations(): Promise<Migration[]> {
    return Promise.resolve([...this.list]);
  }
  getMigrationName(migration: Migration): string {
    return migration.name;
  }
  getMigration(migration: Migration): Promise<Knex.Migration> {
    return Promise.resolve(migration);
  }
}

function settings(list: readonly Migration[]): Knex.MigratorConfig {
  return { migrationSource: new Source(list), schemaName: 'crm_core', tableName: 'crm_migrations' };
}

/** Applies what is missing and gives the application's roles their rights. */
export async function migrateUp(knex: Knex, list: readonly Migration[] = all): Promise<MigrationRun> {
  await knex.raw('CREATE SCHEMA IF NOT EXISTS crm_core');
  const [, names] = (await knex.migrate.latest(settings(list))) as [number, string[]];
  await grantRoles(knex);
  return { names };
}

/** Takes back the last `steps` migrations, newest first; all of them by default. */
export async function migrateDown(knex: Knex, steps?: number, list: readonly Migration[] = all): Promise<MigrationRun> {
  const names: string[] = [];
  for (let left = steps ?? list.length; left > 0; left -= 1) {
    const [, undone] = (await knex.migrate.down(settings(list))) as [number, string[]];
    if (undone.length === 0) break;
    names.push(...undone);
  }
  // Tables that came back belong to the application again.
  await grantRoles(knex);
  return { names };
}

/** Runs the missing migrations in a transaction that is rolled back: what would happen, proven on the real database. */
export async function planMigrations(knex: Knex, list: readonly Migration[] = all): Promise<MigrationPlan> {
  await knex.raw('CREATE SCHEMA IF NOT EXISTS crm_core');
  const [, missing] = (await knex.migrate.list(settings(list))) as [unknown, Migration[]];
  const statements: string[] = [];
  const trx = await knex.transaction();
  const listen = (query: { sql: string }): void => void statements.push(query.sql);
  trx.on('query', listen);
  try {
    for (const migration of missing) await migration.up(trx);
  } finally {
    trx.off('query', listen);
    await trx.rollback();
  }
  return { names: missing.map((migration) => migration.name), statements };
}

async function grantRoles(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: { rolname: string }[] }>(`SELECT rolname FROM pg_roles WHERE rolname IN ('crm_app', 'crm_stream')`);
  for (const { rolname } of rows) {
    await knex.raw(`GRANT USAGE ON SCHEMA crm_core TO ${rolname}`);
    if (rolname === 'crm_app') {
      await knex.raw('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA crm_core TO crm_app');
      await knex.raw('REVOKE INSERT, UPDATE, DELETE ON crm_core.crm_migrations, crm_core.crm_migrations_lock FROM crm_app');
      await grantAppendOnly(knex);
    } else {
      const published = await knex.raw<{ rows: { tablename: string }[] }>(`SELECT tablename FROM pg_publication_tables WHERE pubname = 'crm_cdc' AND schemaname = 'crm_core'`);
      for (const { tablename } of published.rows) await knex.raw(`GRANT SELECT ON crm_core.${tablename} TO crm_stream`);
    }
  }
}

/** Tables guarded by a trigger `crm_append_only` only grow, those of the audit chain only by the functions of their owner. */
async function grantAppendOnly(knex: Knex): Promise<void> {
  const guarded = await knex.raw<{ rows: { tablename: string }[] }>(`SELECT c.relname AS tablename FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = 'crm_append_only' AND c.relnamespace = 'crm_core'::regnamespace ORDER BY 1`);
  for (const { tablename } of guarded.rows) {
    const written = /^crm_audit_(chain|seals|pending)$/.test(tablename) ? 'INSERT, UPDATE, DELETE' : 'UPDATE, DELETE';
    await knex.raw(`REVOKE ${written} ON crm_core.${tablename} FROM crm_app`);
  }
  const paths = await knex.raw<{ rows: { signature: string }[] }>(`SELECT oid::regprocedure::text AS signature FROM pg_proc
    WHERE pronamespace = 'crm_core'::regnamespace AND proname IN ('crm_audit_seal', 'crm_audit_erase', 'crm_consent_erase') ORDER BY 1`);
  for (const { signature } of paths.rows) await knex.raw(`GRANT EXECUTE ON FUNCTION ${signature} TO crm_app`);
}

/** Makes the job queue's schema and queues; the application's role may use but not change them. */
export async function migrateJobs(adminUrl: string, knex: Knex): Promise<void> {
  const boss = new PgBoss({ connectionString: adminUrl, schema: 'crm_jobs', supervise: false, schedule: false, max: 2 });
  boss.on('error', () => undefined); // start() and createQueue() reject with the same error.
  await boss.start();
  try {
    const existing = new Set((await boss.getQueues()).map((queue) => queue.name));
    for (const { name, ...options } of queues) if (!existing.has(name)) await boss.createQueue(name, { name, ...options });
  } finally {
    await boss.stop({ graceful: false, wait: true });
  }
  const { rows } = await knex.raw<{ rows: unknown[] }>(`SELECT 1 FROM pg_roles WHERE rolname = 'crm_app'`);
  if (rows.length > 0) {
    await knex.raw('GRANT USAGE ON SCHEMA crm_jobs TO crm_app');
    await knex.raw('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA crm_jobs TO crm_app');
    await knex.raw('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA crm_jobs TO crm_app');
  }
}
