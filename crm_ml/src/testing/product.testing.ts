import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestCluster, type TestCluster } from 'crm_db';
import { createSink, createWarehouse, migrateWarehouse, startEmbeddedWarehouse, type ChangeRow, type ChangeSink, type ColumnDescription, type EmbeddedWarehouse, type RowText, type Warehouse } from 'crm_warehouse';
import { Pool } from 'pg';

/** A row to insert: column → value. */
export type TestRow = Record<string, unknown>;

/** Postgres and the warehouse, both real; `mirror` stands in for the stream, so that a spec decides when a change arrives. */
export interface TestProduct {
  readonly pgUrl: string;
  readonly clickhouseUrl: string;
  readonly pool: Pool;
  readonly warehouse: Warehouse;
  insert(table: string, rows: readonly TestRow[]): Promise<void>;
  /** Sends the present rows of a table (or those of the ids) through the sink as one transaction, committed at `at`. */
  mirror(table: string, at?: Date, ids?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Tables that the win model reads. */
export const TABLES = ['crm_users', 'crm_accounts', 'crm_products', 'crm_pipelines', 'crm_stages', 'crm_deals', 'crm_deal_stage_history', 'crm_activities', 'crm_touches'] as const;

/** Starts a product of a spec's own with empty business tables. Stop it in `afterAll`. */
export async function startTestProduct(): Promise<TestProduct> {
  const folder = mkdtempSync(join(tmpdir(), 'crm-ml-'));
  const [cluster, server] = await Promise.all([startTestCluster(), startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'spec' })]);
  const database = await cluster.createDatabase();
  const pool = new Pool({ connectionString: database.adminUrl, max: 3 });
  // The server stops before its last connections do.
  pool.on('error', () => undefined);
  const warehouse = createWarehouse(server.url);
  await migrateWarehouse(warehouse);
  const sink = createSink(warehouse);
  for (const table of TABLES) await sink.ensureTable({ schema: 'crm_core', name: table, columns: await describe(pool, table) });
  return {
    pgUrl: database.appUrl, clickhouseUrl: server.url, pool, warehouse,
    insert: (table, rows) => insert(pool, table, rows),
    mirror: (table, at = new Date(), ids) => mirror(pool, sink, table, at, ids),
    stop: () => stop(pool, warehouse, server, cluster, folder),
  };
}

async function stop(pool: Pool, warehouse: Warehouse, server: EmbeddedWarehouse, cluster: TestCluster, folder: string): Promise<void> {
  await Promise.allSettled([pool.end(), warehouse.close()]);
  await Promise.allSettled([server.stop(), cluster.stop()]);
  rmSync(folder, { recursive: true, force: true });
}

async function describe(pool: Pool, table: string): Promise<ColumnDescription[]> {
  const { rows } = await pool.query<{ name: string; type: string; required: boolean; key: boolean }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required, attname = 'id' AS key
     FROM pg_attribute WHERE attrelid = ('crm_core.' || $1)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, [table]);
  return rows.map((row) => ({ name: row.name, pgType: row.type, nullable: !row.required, primaryKeyPosition: row.key ? 1 : 0 }));
}

async function insert(pool: Pool, table: string, rows: readonly TestRow[]): Promise<void> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => `"${name}"`).join(', ');
  for (let from = 0; from < rows.length; from += 5000) {
    await pool.query(
      `INSERT INTO crm_core.${table} (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::crm_core.${table}, $1)`, [JSON.stringify(rows.slice(from, from + 5000))]);
  }
}

let lsn = 0x1000n;

async function mirror(pool: Pool, sink: ChangeSink, table: string, at: Date, ids?: readonly string[]): Promise<void> {
  const columns = (await describe(pool, table)).map(({ name }) => `"${name}"::text`).join(', ');
  const { rows } = await pool.query<RowText>(`SELECT ${columns} FROM crm_core.${table} ${ids ? 'WHERE id = ANY($1)' : ''} ORDER BY id`, ids ? [ids] : []);
  lsn++;
  const committed = BigInt(at.getTime()) * 1000n;
  const changes = rows.map((row, seq): ChangeRow => ({
    op: 'c', before: null, after: row, key: { id: row['id'] ?? null }, source: { table, lsn, seq, xid: lsn, committed_at: committed },
  }));
  await sink.writeBatch({ changes, watermark: { source: 'spec', lsn, committedAt: committed, observedAt: committed } });
}
