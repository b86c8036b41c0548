import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'crm_db';
import pg from 'pg';

/** A throw-away Postgres with an empty publication `crm_cdc` and the schema `crm_core`. */
export interface TestPostgres {
  readonly url: string;
  readonly client: pg.Client;
  /** Creates a published table `crm_core.<name>`. */
  table(name: string, columns: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server for one spec file, with more `name=value` settings if need be; stop it in `afterAll`. */
export async function startTestPostgres(settings: readonly string[] = []): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-cdc-pg-'));
  chmodSync(folder, 0o755); // The server's own user must be able to enter.
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), password: randomBytes(8).toString('hex'), disposable: true, settings });
  const client = new pg.Client({ connectionString: server.superuserUrl });
  await client.connect();
  client.on('error', () => undefined);
  await client.query('CREATE SCHEMA crm_core; CREATE EXTENSION citext; CREATE PUBLICATION crm_cdc WITH (publish_generated_columns = stored)');
  return {
    url: server.superuserUrl,
    client,
    async table(name, columns) {
      await client.query(`CREATE TABLE crm_core.${name} (${columns}); ALTER TABLE crm_core.${name} REPLICA IDENTITY FULL; ALTER PUBLICATION crm_cdc ADD TABLE crm_core.${name}`);
    },
    async stop() {
      await client.end();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Polls until `check` gives something other than undefined or false; fails after `timeoutMs`. */
export async function until<T>(what: string, check: () => Promise<T | undefined | false> | T | undefined | false, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
