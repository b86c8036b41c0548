import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { testsWithoutOptional } from '../config.js';
import { createKnex } from '../connection.js';
import { bootstrapCluster, type ClusterUrls } from '../embedded/bootstrap.js';
import { startEmbeddedPostgres } from '../embedded/postgres.embedded.js';
import { migrateJobs, migrateUp } from '../migrator/migrator.js';
import { seedBase, seedDemoUsers } from '../seed/base.seed.js';
import { optionalFlags } from '../seed/flags.js';

/** A migrated database of a test's own, with the base data and the demo logins; with `CRM_TEST_FLAGS=off` every optional feature is off. */
export interface TestDatabase extends ClusterUrls {
  drop(): Promise<void>;
}

/** A server for one run of tests. */
export interface TestCluster {
  readonly superuserUrl: string;
  /** Copies the migrated template: a database of one's own in well under a second. */
  createDatabase(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** The password of the demo logins in tests. */
export const testPassword = 'crm-test-password';

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Starts a throw-away PostgreSQL with a migrated template database. Stop it in `afterAll`. */
export async function startTestCluster(options: { readonly durable?: boolean } = {}): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-pg-'));
  chmodSync(folder, 0o755); // The server's user must be able to enter.
  const password = randomBytes(12).toString('hex');
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), password, disposable: options.durable !== true });
  const urls = (database: string): ClusterUrls => ({
    adminUrl: `postgres://crm_owner:${password}@127.0.0.1:${server.port}/${database}`,
    appUrl: `postgres://crm_app:${password}@127.0.0.1:${server.port}/${database}`,
    streamUrl: `postgres://crm_stream:${password}@127.0.0.1:${server.port}/${database}`,
  });
  const template = urls('crm_template');
  await bootstrapCluster(server.superuserUrl, template);
  const knex = createKnex(template.adminUrl, { max: 2 });
  await migrateUp(knex);
  await migrateJobs(template.adminUrl, knex);
  await knex.transaction(async (trx) => {
    await seedBase(trx);
    await seedDemoUsers(trx, testPassword);
    if (testsWithoutOptional()) await trx('crm_core.crm_feature_flags').whereIn('key', [...optionalFlags]).update({ enabled: false });
  });
  await knex.destroy();
  return {
    superuserUrl: server.superuserUrl,
    async createDatabase() {
      const name = `crm_test_${createHash('sha1').update(randomBytes(16)).digest('hex').slice(0, 12)}`;
      await query(server.superuserUrl, `CREATE DATABASE ${name} TEMPLATE crm_template OWNER crm_owner`);
      return {
        ...urls(name),
        async drop() {
          const client = new pg.Client({ connectionString: server.superuserUrl });
          await client.connect();
          const slots = await client.query<{ slot_name: string; active_pid: number | null }>('SELECT slot_name, active_pid FROM pg_replication_slots WHERE database = $1', [name]);
          for (const slot of slots.rows) {
            if (slot.active_pid !== null) await client.query('SELECT pg_terminate_backend($1, 5000)', [slot.active_pid]);
            await client.query('SELECT pg_drop_replication_slot($1)', [slot.slot_name]);
          }
          await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
          await client.end();
        },
      };
    },
    async stop() {
      await server.stop();
      rmSync(server.folder, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
