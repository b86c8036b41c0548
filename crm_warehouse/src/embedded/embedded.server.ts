import type { AddressInfo } from 'node:net';
import { READERS, WRITERS } from '../config.js';
import { openFolder, StartFailure } from './engine.folder.js';
import { EnginePool } from './engine.pool.js';
import { createFront, type FrontUser } from './http.front.js';
import { QueryRunner } from './query.runner.js';

/** What an embedded warehouse in this process serves with. */
export interface ServeOptions {
  readonly folder: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly users: readonly FrontUser[];
  /** Hears what had to be set aside to open the folder. */
  readonly log?: (message: string) => void;
}

/** A serving warehouse of this process. */
export interface ServedWarehouse {
  readonly port: number;
  /** Answers what runs with a cancellation, closes the folder. */
  stop(): Promise<void>;
}

// Far above what the product sends at once, far below what would hide an overload.
const QUEUE = 1000;

/** Opens the folder and serves it over HTTP from this process; throws StartFailure. One process serves one folder. */
export async function serveWarehouse(options: ServeOptions): Promise<ServedWarehouse> {
  const folder = await openFolder(options.folder, options.log);
  const pool = await EnginePool.create(() => folder.open(), folder.first, { readers: READERS, writers: WRITERS, queue: QUEUE });
  const [version = '', timezone = 'UTC'] = (await pool.ask('SELECT version(), timezone()')).trim().split('\t');
  const server = createFront({ runner: new QueryRunner(pool, folder.spool), users: options.users, version, timezone });
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    await pool.close();
    server.closeAllConnections();
    await closed;
    await folder.drain();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (cause) {
    await pool.close();
    await folder.drain();
    const busy = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new StartFailure(
      busy ? `Port ${String(options.port)} of the warehouse is in use. Stop the program that has it, or change the port in CRM_CLICKHOUSE_URL.` : `The warehouse cannot listen on ${options.host}:${String(options.port)}: ${(cause as Error).message}.`,
      { cause },
    );
  }
  return { port: (server.address() as AddressInfo).port, stop };
}
