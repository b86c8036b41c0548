import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStream, type EmbeddedStream, type StreamStatistics } from 'crm_cdc';
import { freePort, loadSample, type TestCluster, type TestDatabase } from 'crm_db';
import { parseWarehouseUrl, proveKpis, readConfig, startSemanticServer, WarehouseDriver, type ProofReport, type ProofTask, type SemanticServer } from 'crm_semantic';
import { createWarehouse, migrateWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import pg from 'pg';

const secret = 'a secret of the proof specs, long enough to be taken';

/** Postgres, stream, warehouse and Cube, all real, with a small sample business in them. */
export class ProofFixture {
  private constructor(
    private readonly folder: string,
    private readonly database: TestDatabase,
    private readonly engine: EmbeddedWarehouse,
    private readonly stream: EmbeddedStream,
    private readonly server: SemanticServer,
    private readonly reader: WarehouseDriver,
    readonly warehouse: Warehouse,
    readonly client: pg.Client,
  ) {}

  /** A business of its own in a server that is shared; with `everyMs` the semantic layer also proves by itself. */
  static async start(cluster: TestCluster, seed: number, everyMs = 0, statistics?: StreamStatistics): Promise<ProofFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'crm-proof-'));
    const database = await cluster.createDatabase();
    await loadSample(database.adminUrl, { size: 'small', seed });
    const engine = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'specs' });
    const warehouse = createWarehouse(engine.url);
    await migrateWarehouse(warehouse);
    const stream = await startStream({ postgresUrl: database.streamUrl, warehouseUrl: engine.url, log: () => undefined, ...(statistics ? { statistics } : {}) });
    const url = `http://127.0.0.1:${await freePort()}`;
    const server = await startSemanticServer(readConfig({ CRM_CUBE_URL: url, CRM_CUBE_SECRET: secret, CRM_CLICKHOUSE_URL: engine.url, CRM_PG_STREAM_URL: database.streamUrl, CRM_KPI_PROOF_EVERY_MS: String(everyMs) }));
    const client = new pg.Client({ connectionString: database.adminUrl, options: '-c search_path=crm_core,public' });
    await client.connect();
    return new ProofFixture(folder, database, engine, stream, server, new WarehouseDriver(parseWarehouseUrl(engine.url), 2), warehouse, client);
  }

  get settings(): { readonly CRM_PG_STREAM_URL: string; readonly CRM_CLICKHOUSE_URL: string; readonly CRM_CUBE_URL: string; readonly CRM_CUBE_SECRET: string } {
    return { CRM_PG_STREAM_URL: this.database.streamUrl, CRM_CLICKHOUSE_URL: this.engine.url, CRM_CUBE_URL: this.server.url, CRM_CUBE_SECRET: secret };
  }

  /** What the API is started with. */
  get apiSettings(): Readonly<Record<string, string>> {
    return { ...this.settings, CRM_PG_URL: this.database.appUrl };
  }

  /** Proves at a position of now. */
  prove(tasks?: readonly ProofTask[]): Promise<ProofReport> {
    return proveKpis({
      postgresUrl: this.database.streamUrl, warehouseUrl: this.engine.url, cube: { url: this.server.url, secret }, reader: this.reader, waitMs: 60_000, budgetMs: Infinity, ...(tasks ? { tasks } : {}),
    });
  }

  async stop(): Promise<void> {
    await this.client.end();
    await this.reader.release();
    await this.server.close();
    await this.stream.stop();
    await this.warehouse.close();
    await this.engine.stop();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The differences of a report, a line each. */
export function differences(report: ProofReport): string[] {
  return report.results.filter(({ equal }) => !equal).map(({ kpi, grouping, different, rows, detail }) => `${kpi} by ${grouping}: ${different} of ${rows}: ${detail}`);
}
