import { parseWarehouseUrl, proveKpis, WarehouseDriver, type ProofReport } from 'crm_semantic';
import pg from 'pg';
import { randomTasks, readValues, type Span } from './random.cases.js';

/** Asks random questions about the records of a running product, all at one position of its log; `env` are its settings. */
export async function askProduct(env: Readonly<Record<string, string | undefined>>, span: Span, seed: number, count: number): Promise<ProofReport> {
  const setting = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new Error(`The product was started without ${name}`);
    return value;
  };
  const [postgresUrl, warehouseUrl] = [setting('CRM_PG_STREAM_URL'), setting('CRM_CLICKHOUSE_URL')];
  const client = new pg.Client({ connectionString: postgresUrl });
  const reader = new WarehouseDriver(parseWarehouseUrl(warehouseUrl), 1);
  await client.connect();
  try {
    const tasks = randomTasks(await readValues(client), span, seed, count);
    return await proveKpis({ postgresUrl, warehouseUrl, cube: { url: setting('CRM_CUBE_URL'), secret: setting('CRM_CUBE_SECRET') }, reader, waitMs: 60_000, budgetMs: Infinity, tasks });
  } finally {
    await reader.release();
    await client.end();
  }
}
