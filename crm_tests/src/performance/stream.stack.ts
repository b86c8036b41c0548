import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres, type EmbeddedPostgres } from 'crm_db';
import { createWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import pg from 'pg';

/** A Postgres and a warehouse of their own, with one published table as wide as a deal; the durability is that of the product. */
export interface StreamStack {
  readonly server: EmbeddedPostgres;
  readonly client: pg.Client;
  readonly store: EmbeddedWarehouse;
  readonly warehouse: Warehouse;
  /** Starts the part `cdc` as a process; resolves once it streams. */
  startPart(env?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  stopPart(part: ChildProcess): Promise<void>;
  dispose(): Promise<void>;
}

const table = `CREATE SCHEMA crm_core; CREATE PUBLICATION crm_cdc;
CREATE TABLE crm_core.crm_bench (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz, owner_id uuid, name text NOT NULL, account_id uuid, stage_id uuid, expected_value numeric(18,2) NOT NULL, currency text NOT NULL,
  close_date date, status text NOT NULL, is_test boolean NOT NULL DEFAULT false, next_step text, custom jsonb);
ALTER TABLE crm_core.crm_bench REPLICA IDENTITY FULL; ALTER PUBLICATION crm_cdc ADD TABLE crm_core.crm_bench`;

/** Starts both servers in a folder that goes away with them. */
export async function startStreamStack(): Promise<StreamStack> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-bench-'));
  chmodSync(folder, 0o755); // The database server's user must be able to enter.
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), password: 'bench' });
  const client = new pg.Client({ connectionString: server.superuserUrl });
  await client.connect();
  await client.query(table);
  const store = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm' });
  const warehouse = createWarehouse(store.url);
  const main = fileURLToPath(new URL('../../../crm_cdc/dist/stream.main.js', import.meta.url));
  return {
    server, client, store, warehouse,
    async startPart(env = {}) {
      // Comparisons in the background would be measured too.
      const part = fork(main, [], { env: { PATH: '/usr/bin:/bin', CRM_PG_STREAM_URL: server.superuserUrl, CRM_CLICKHOUSE_URL: store.url, CRM_RECONCILE_EVERY_MS: '0', ...env }, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      let errors = '';
      part.stderr?.on('data', (chunk: Buffer) => { errors = (errors + chunk.toString()).slice(-4000); });
      const [message] = (await Promise.race([once(part, 'message'), once(part, 'exit').then(() => [{ type: 'exit' }])])) as [{ type: string }];
      if (message.type !== 'ready') throw new Error(`the stream did not start: ${errors.trim()}`);
      return part;
    },
    async stopPart(part) {
      if (part.exitCode !== null || part.signalCode !== null) return;
      const exit = once(part, 'exit');
      part.kill('SIGTERM');
      await exit;
    },
    async dispose() {
      await warehouse.close();
      await client.end();
      await store.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const columns = '(name, owner_id, account_id, stage_id, expected_value, currency, close_date, status, next_step)';

/** Writes half as many new rows as asked, in transactions of 1,000, and then changes each once. */
export async function writeChanges(client: pg.Client, changes: number): Promise<void> {
  for (let done = 0; done < changes / 2; done += 1_000) {
    await client.query(`INSERT INTO crm_core.crm_bench ${columns} SELECT 'Deal number ' || n, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), n * 1.25, 'USD', current_date, 'open', 'call them' FROM generate_series(1, 1000) n`);
  }
  await client.query('UPDATE crm_core.crm_bench SET expected_value = expected_value + 1, updated_at = now()');
}

/** End of the log now. */
export async function logEnd(client: pg.Client): Promise<bigint> {
  const { rows } = await client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
  return BigInt(rows[0]?.lsn ?? 0);
}
