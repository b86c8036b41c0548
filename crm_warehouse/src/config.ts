import { resolve } from 'node:path';

/** Settings of the warehouse part, read once at start. */
export interface WarehouseConfig {
  /** Folder of the embedded engine. */
  readonly folder: string;
  /** Address and credentials to listen with. */
  readonly url: URL;
  /** Cluster for ON CLUSTER and replicated engines; none by default, as one server needs neither. */
  readonly cluster: string | undefined;
  /** Whether the process has been given enough threads for the sessions of the pool. */
  readonly threadsGiven: boolean;
}

/** Reads the environment; throws an error that names the variable and the cure. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Readonly<WarehouseConfig> {
  // The same default as the launcher, so that a part started by hand finds the same data.
  const dataDir = env['CRM_DATA_DIR'] ?? '.crm_data';
  // ClickHouse's own port; the password is no secret because the front listens on the loopback only.
  const text = env['CRM_CLICKHOUSE_URL'] ?? 'http://crm_app:crm@127.0.0.1:8123';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'http:' || url.username === '') {
    throw new Error('CRM_CLICKHOUSE_URL must look like http://user:password@127.0.0.1:8123');
  }
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw new Error(`CRM_CLICKHOUSE_URL points at ${url.hostname}: the embedded warehouse listens on 127.0.0.1 only; do not start it when a real server is used`);
  }
  return Object.freeze({
    folder: resolve(dataDir, 'warehouse'),
    url,
    cluster: env['CRM_CLICKHOUSE_CLUSTER'] || undefined,
    // libuv reads it once, before the first line of this program can run.
    threadsGiven: Number(env['UV_THREADPOOL_SIZE'] ?? 4) >= POOL_THREADS,
  });
}

/** Sessions that only read; more than the cores, since many wait for the disk or for locks. */
export const READERS = 8;
/** Sessions that may write. */
export const WRITERS = 8;
/** Threads of libuv: one for each session, one for the front's own, and some for files and zlib. */
export const POOL_THREADS = READERS + WRITERS + 8;

/** Makes UTC the time zone of this process, which is what the engine takes as the server's; to be called before it is loaded. */
export function useUtc(): void {
  process.env['TZ'] = 'UTC';
}

/** Environment of a process that serves an embedded warehouse: this one's, with enough threads and the given settings. */
export function partEnvironment(settings: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...settings, UV_THREADPOOL_SIZE: String(POOL_THREADS) };
}
