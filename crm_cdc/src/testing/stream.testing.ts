import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWarehouse, startEmbeddedWarehouse, type EmbeddedWarehouse, type Warehouse } from 'crm_warehouse';
import { compareParity, type ParityReport } from '../parity/parity.service.js';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { startStream, type StreamConfig } from '../stream.service.js';
import { startTestPostgres, type TestPostgres } from './postgres.testing.js';

/** A Postgres, a warehouse and what a spec does with them. */
export interface TestStack {
  readonly postgres: TestPostgres;
  readonly warehouse: Warehouse;
  readonly url: string;
  run(sql: string): Promise<void>;
  /** Starts a stream between the two; its log goes to `lines`. */
  stream(options?: Partial<StreamConfig>): Promise<EmbeddedStream>;
  parity(waitMs?: number): Promise<ParityReport>;
  rows<T>(sql: string): Promise<T[]>;
  readonly lines: string[];
  stopWarehouse(): Promise<void>;
  startWarehouse(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both servers for one spec file, Postgres with more settings if need be; stop the stack in `afterAll`. */
export async function startTestStack(settings: readonly string[] = []): Promise<TestStack> {
  const postgres = await startTestPostgres(settings);
  const folder = mkdtempSync(join(tmpdir(), 'crm-cdc-ch-'));
  let server: EmbeddedWarehouse = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm' });
  const { url } = server;
  const warehouse = createWarehouse(url);
  const lines: string[] = [];
  return {
    postgres, warehouse, url, lines,
    async run(sql) { await postgres.client.query(sql); },
    stream: (options = {}) => startStream({ postgresUrl: postgres.url, warehouseUrl: url, retry: { firstMs: 20, maxMs: 200 }, publicationEveryMs: 200, log: (line) => lines.push(line), ...options }),
    parity: (waitMs = 20_000) => compareParity({ postgresUrl: postgres.url, warehouseUrl: url, waitMs, log: (line) => lines.push(line) }),
    rows: (sql) => warehouse.rows(sql),
    stopWarehouse: () => server.stop(),
    async startWarehouse() { server = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'crm', port: Number(new URL(url).port) }); },
    async stop() {
      await warehouse.close();
      await server.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
