import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestCluster, type TestCluster, type TestDatabase } from 'crm_db';
import { startEmbeddedWarehouse, type EmbeddedWarehouse } from 'crm_warehouse';
import pg from 'pg';
import { compareParity } from './parity/parity.service.js';
import { startStream } from './stream.service.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 240_000; // Servers start and stop in here, on machines that others use as well.

describe('stream of the product schema', () => {
  let cluster: TestCluster;
  let database: TestDatabase;
  let warehouse: EmbeddedWarehouse;
  const folder = mkdtempSync(join(tmpdir(), 'crm-cdc-product-'));

  beforeAll(async () => {
    cluster = await startTestCluster();
    database = await cluster.createDatabase();
    warehouse = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm' });
  });
  afterAll(async () => {
    await warehouse.stop();
    await database.drop();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('needs no more rights than those of its role, and mirrors every published table', async () => {
    const stream = await startStream({ postgresUrl: database.streamUrl, warehouseUrl: warehouse.url });
    const owner = new pg.Client({ connectionString: database.adminUrl });
    await owner.connect();
    await owner.query(`UPDATE crm_core.crm_users SET name = name || ' (changed)'`);
    const { rows } = await owner.query<{ n: string }>(`SELECT count(*) AS n FROM pg_publication_tables WHERE pubname = 'crm_cdc'`);
    await owner.end();
    const lines: string[] = [];
    const report = await compareParity({ postgresUrl: database.streamUrl, warehouseUrl: warehouse.url, waitMs: 60_000, log: (line) => lines.push(line) });
    await stream.stop();
    expect(report.tables.length).toBe(Number(rows[0]!.n));
    expect(report.rows).toBeGreaterThan(10);
    expect(report.different).withContext(lines.join('\n')).toBe(0);
    expect(stream.statistics.deadLetters).toEqual({ out_of_range: 0, refused_by_warehouse: 0, undecodable: 0 });
  });
});
