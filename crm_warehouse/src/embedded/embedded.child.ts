import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { partEnvironment } from '../config.js';

/** What an embedded warehouse of its own process needs; its data lies in `<dataDir>/warehouse`. */
export interface EmbeddedOptions {
  readonly dataDir: string;
  /** Default 0: a free port. */
  readonly port?: number;
  readonly user: string;
  readonly password: string;
}

/** A running embedded warehouse. */
export interface EmbeddedWarehouse {
  /** `http://user:password@127.0.0.1:port`, for createWarehouse(). */
  readonly url: string;
  readonly pid: number;
  /** Stops the process cleanly and waits for its end; may be called again. */
  stop(): Promise<void>;
  /** Resolves when the process has ended for whatever reason. */
  readonly ended: Promise<void>;
}

interface PartMessage {
  readonly type: 'ready' | 'failed';
  readonly url?: string;
  readonly message?: string;
}

/**
 * Starts an embedded warehouse in a process of its own, since one process can open only one data folder; it ends with this process in any case.
 * Rejects with the one-line reason of the part.
 */
export async function startEmbeddedWarehouse(options: EmbeddedOptions): Promise<EmbeddedWarehouse> {
  const address = new URL('http://127.0.0.1');
  address.username = options.user;
  address.password = options.password;
  address.port = String(options.port ?? 0);
  const child = fork(fileURLToPath(new URL('../server.main.js', import.meta.url)), [], {
    env: partEnvironment({ CRM_DATA_DIR: options.dataDir, CRM_CLICKHOUSE_URL: address.href }),
    execArgv: [],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const ready = await new Promise<PartMessage>((resolve, reject) => {
    child.once('message', (message) => {
      resolve(message as PartMessage);
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`The embedded warehouse ended at start (${String(signal ?? code)}): ${errors.trim()}`));
    });
    child.once('error', reject);
  });
  if (ready.type === 'failed' || ready.url === undefined) {
    await ended;
    throw new Error(ready.message ?? 'The embedded warehouse could not start');
  }
  return {
    url: ready.url,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}
