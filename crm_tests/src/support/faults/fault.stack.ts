import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from 'crm_db';
import { Part } from 'crm_ops';
import { createWarehouse, type Warehouse } from 'crm_warehouse';
import pg from 'pg';
import { javaEnvironment, type FaultProfile } from '../../config.js';
import type { KillTarget, Link } from './fault.plan.js';
import { descendants, processTable } from './process.table.js';
import { signal } from './process.signal.js';
import { SmallDisk } from './small.disk.js';
import { until } from '../product.client.js';
import { TcpProxy } from './tcp.proxy.js';
import { WarehouseGate } from './warehouse.gate.js';

const program = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const password = 'crm-faults';

/** Tables of the load, published, and the unpublished one with the outcomes. */
const schema = `
  CREATE SCHEMA crm_core;
  CREATE TABLE crm_core.crm_fault_rows (id bigint PRIMARY KEY, stamp bigint NOT NULL, amount numeric(18,2), name text, note text, at timestamptz);
  CREATE TABLE crm_core.crm_fault_lines (row_id bigint, line integer, stamp bigint NOT NULL, PRIMARY KEY (row_id, line));
  CREATE TABLE crm_core.crm_fault_docs (id bigint PRIMARY KEY, stamp bigint NOT NULL, body text NOT NULL);
  CREATE TABLE crm_core.crm_fault_hot (id bigint PRIMARY KEY, stamp bigint NOT NULL, n bigint NOT NULL);
  CREATE TABLE crm_core.crm_fault_commits (writer integer, number bigint, kind text NOT NULL, PRIMARY KEY (writer, number));
  ALTER TABLE crm_core.crm_fault_rows REPLICA IDENTITY FULL;
  ALTER TABLE crm_core.crm_fault_lines REPLICA IDENTITY FULL;
  ALTER TABLE crm_core.crm_fault_docs REPLICA IDENTITY FULL;
  ALTER TABLE crm_core.crm_fault_hot REPLICA IDENTITY FULL;
  INSERT INTO crm_core.crm_fault_hot SELECT n, 0, 0 FROM generate_series(1, 4) AS n;
  INSERT INTO crm_core.crm_fault_rows SELECT -n, 0, n, 'before the first snapshot' FROM generate_series(1, 2000) AS n;
  CREATE PUBLICATION crm_cdc FOR TABLE crm_core.crm_fault_rows, crm_core.crm_fault_lines, crm_core.crm_fault_docs, crm_core.crm_fault_hot;
  GRANT USAGE ON SCHEMA crm_core TO crm_app, crm_stream;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA crm_core TO crm_app;
  GRANT SELECT ON crm_core.crm_fault_rows, crm_core.crm_fault_lines, crm_core.crm_fault_docs, crm_core.crm_fault_hot TO crm_stream;`;

/** The product's data path in processes of its own, with ill lines between them. */
export class FaultStack {
  readonly parts = new Map<string, Part>();
  readonly lines: string[] = [];
  readonly proxies = new Map<Link, TcpProxy>();
  readonly warehouse: Warehouse;
  private readonly closers: (() => Promise<void> | void)[] = [];

  private constructor(
    readonly profile: FaultProfile,
    readonly folder: string,
    /** Past the proxies, for the test itself. */
    readonly urls: { readonly admin: string; readonly app: string; readonly stream: string; readonly warehouse: string },
    readonly gate: WarehouseGate,
    readonly disk: SmallDisk | null,
  ) {
    this.warehouse = createWarehouse(urls.warehouse, { retryForMs: 0, requestTimeoutMs: 20_000 });
  }

  /** Starts everything; the stream has taken its first snapshot when this resolves. Stop it in any case. */
  static async start(profile: FaultProfile): Promise<FaultStack> {
    const folder = mkdtempSync(join(tmpdir(), 'crm-faults-'));
    chmodSync(folder, 0o755); // The database server's user must be able to enter.
    const [postgres = 0, warehouse = 0, kafka = 0, forwarded = 0, connect = 0] = await freePorts(5);
    const url = (user: string, port: number): string => `postgres://${user}:${password}@127.0.0.1:${port}/crm`;
    const gate = await WarehouseGate.open(warehouse);
    // The engine's own system tables and merges fit into a third of it. The load goes on while something comes back, slowly so on a busy machine: its history needs the rest.
    const disk = SmallDisk.mount(join(folder, 'warehouse'), profile === 'kafka' ? 3072 : 2048);
    const stack = new FaultStack(profile, folder, {
      admin: url('crm_owner', postgres), app: url('crm_app', postgres), stream: url('crm_stream', postgres), warehouse: `http://crm:${password}@127.0.0.1:${warehouse}`,
    }, gate, disk);
    try {
      const lineToPostgres = await TcpProxy.open({ port: postgres });
      const lineToWarehouse = await TcpProxy.open({ port: gate.port });
      stack.proxies.set('stream-postgres', lineToPostgres).set('stream-warehouse', lineToWarehouse);
      mkdirSync(join(folder, 'logs'), { recursive: true });
      const base = { PATH: '/usr/bin:/bin', HOME: folder, CRM_DATA_DIR: folder };
      await Promise.all([
        stack.part('postgres', 'crm_db/dist/server.main.js', { ...base, CRM_PG_URL: stack.urls.app, CRM_PG_ADMIN_URL: stack.urls.admin, CRM_PG_STREAM_URL: stack.urls.stream, CRM_PG_SUPERUSER_PASSWORD: password }),
        stack.part('warehouse', 'crm_warehouse/dist/server.main.js', { ...base, CRM_CLICKHOUSE_URL: stack.urls.warehouse, UV_THREADPOOL_SIZE: '24' }),
      ]);
      await stack.run(schema);
      const distributed = profile === 'kafka' ? await stack.startKafka(base, { kafka, forwarded, connect, postgres }) : {};
      await stack.part('cdc', 'crm_cdc/dist/stream.main.js', {
        ...base, ...distributed, CRM_PG_STREAM_URL: url('crm_stream', lineToPostgres.port), CRM_CLICKHOUSE_URL: `http://crm:${password}@127.0.0.1:${lineToWarehouse.port}`, // A second witness all along; what it had to repair is a fault of the stream.
        CRM_CDC_SILENCE_MS: '4000', CRM_RECONCILE_EVERY_MS: '10000',
      });
      // Before the first watermark versions are only known to the snapshot, as the rows it found.
      await until(() => stack.watermark(profile).then((lsn) => lsn > 0n, () => false), (known) => known, 120_000);
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  /** Runs SQL as the owner of the schema. */
  async run<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.urls.admin, application_name: 'crm_faults', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // Shows as the failure of the query.
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Position of the stream's watermark; 0 before the first. */
  async watermark(source: string): Promise<bigint> {
    const row = await this.warehouse.first<{ lsn: string }>('SELECT lsn FROM crm_raw._watermark FINAL WHERE source = {source:String}', { params: { source } });
    return BigInt(row?.lsn ?? 0);
  }

  /** Process numbers that a kill of this target would hit; none while it is between two lives. */
  victims(target: KillTarget): number[] {
    const own = (name: string): number[] => [this.parts.get(name)?.pid ?? []].flat();
    if (target !== 'postmaster' && target !== 'backend' && target !== 'walsender') return own(target);
    const [part] = own('postgres');
    if (part === undefined) return [];
    const table = processTable();
    const postmaster = table.find(({ parent, command }) => parent === part && command.includes('postgres'));
    if (!postmaster || target === 'postmaster') return postmaster ? [postmaster.pid] : [];
    const pattern = target === 'walsender' ? /postgres: walsender / : /postgres: crm_app /;
    return table.filter(({ parent, command }) => parent === postmaster.pid && pattern.test(command)).map(({ pid }) => pid);
  }

  /** Stops all processes and takes the folder away. What cannot be stopped is killed. */
  async stop(): Promise<void> {
    await this.warehouse.close();
    this.disk?.free();
    this.gate.mode = 'open';
    for (const proxy of this.proxies.values()) proxy.heal();
    const table = processTable();
    const ours = [...this.parts.values()].flatMap(({ pid }) => (pid === undefined ? [] : table.filter((entry) => entry.pid === pid).concat(descendants(pid, table))));
    for (const { pid } of ours) signal(pid, 'SIGCONT'); // A frozen one would not hear that it should stop.
    for (const part of [...this.parts.values()].reverse()) await part.stop();
    const after = processTable();
    // Server processes leave the group of the part that started them; none may outlive this.
    for (const { pid, command } of ours) if (after.some((entry) => entry.pid === pid && entry.command === command)) signal(pid, 'SIGKILL');
    for (const proxy of this.proxies.values()) await proxy.close();
    await this.gate.close();
    for (const close of this.closers) await close();
    this.disk?.unmount();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Starts broker and Connect; answers with what the stream must know of them. Its line to the broker is a proxy, Connect's own is not. */
  private async startKafka(base: Record<string, string>, ports: { kafka: number; forwarded: number; connect: number; postgres: number }): Promise<Record<string, string>> {
    const lineToKafka = await TcpProxy.open({ port: ports.forwarded });
    const lineOfConnect = await TcpProxy.open({ port: ports.postgres });
    this.proxies.set('stream-kafka', lineToKafka).set('connect-postgres', lineOfConnect);
    const env = { ...base, ...javaEnvironment(), CRM_KAFKA_BROKERS: `127.0.0.1:${ports.kafka}`, CRM_KAFKA_CONNECT_URL: `http://127.0.0.1:${ports.connect}` };
    await Promise.all([
      this.part('kafka', 'crm_cdc/dist/kafka.main.js', { ...env, CRM_KAFKA_FORWARDED: `${ports.forwarded}:${lineToKafka.port}` }),
      this.part('connect', 'crm_cdc/dist/connect.main.js', env),
    ]);
    return {
      CRM_KAFKA_BROKERS: `127.0.0.1:${lineToKafka.port}`, CRM_KAFKA_CONNECT_URL: env.CRM_KAFKA_CONNECT_URL,
      CRM_KAFKA_CONNECT_PG_URL: `postgres://crm_stream:${password}@127.0.0.1:${lineOfConnect.port}/crm`,
    };
  }

  private async part(name: string, entry: string, env: Record<string, string>): Promise<void> {
    const part = new Part({ name, entry: program(entry), env }, {
      logDir: join(this.folder, 'logs'), print: (line) => this.lines.push(line),
      // Short pauses: the point is many deaths, not few.
      backoffMs: 50, backoffMaxMs: 300, readyMs: 180_000, stopMs: 10_000,
    });
    this.parts.set(name, part);
    await part.start();
  }
}
