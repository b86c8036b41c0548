import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from 'chdb';
import { quoteName, quoteString } from './sql.scanner.js';
import { toWarehouseError, WarehouseError } from './warehouse.errors.js';

/** What a statement needs of its session: the access it runs with, its database, settings and parameters. */
export interface SessionNeeds {
  readonly access: 'read' | 'write';
  readonly database: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  /** Aborting gives up a place in the queue. */
  readonly signal: AbortSignal;
}

/** Answer of the engine: bytes in the asked format and what was read. */
export interface EngineAnswer {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** Sizes of the pool; the engine runs every query of a session on one thread of libuv's pool. */
export interface PoolLimits {
  readonly readers: number;
  readonly writers: number;
  /** Requests that may wait for a session; further ones are refused with TOO_MANY_SIMULTANEOUS_QUERIES. */
  readonly queue: number;
}

// implicit_select would run a misspelt keyword as an expression; the query size fits long IN lists.
const BASE: ReadonlyMap<string, string> = new Map([
  ['implicit_select', '0'],
  ['max_query_size', '16777216'],
]);

/** Database of statements that name none, in place of the engine's own `default`. */
export const SCRATCH = 'scratch';

class PooledSession {
  private settings = new Map<string, string>();
  private database = '';

  constructor(
    readonly session: Session,
    readonly access: SessionNeeds['access'],
    readonly label: string,
  ) {}

  fits(needs: SessionNeeds): boolean {
    return this.database === databaseOf(needs) && sameMap(this.settings, needs.settings);
  }

  async prepare(needs: SessionNeeds): Promise<void> {
    const changes: string[] = [];
    for (const name of this.settings.keys()) if (!needs.settings.has(name)) changes.push(reset(name));
    for (const [name, value] of needs.settings) if (this.settings.get(name) !== value) changes.push(`${name} = ${quoteString(value)}`);
    for (const [name, value] of needs.parameters) changes.push(`param_${name} = ${quoteString(value)}`);
    const database = databaseOf(needs);
    try {
      if (changes.length > 0) await this.session.queryAsync(`SET ${changes.join(', ')}`);
      this.settings = new Map(needs.settings);
      if (this.database !== database) await this.session.queryAsync(`USE ${quoteName(database)}`);
      this.database = database;
    } catch (error) {
      await this.forget([...this.settings.keys(), ...needs.settings.keys()]);
      throw error;
    }
  }

  /** Puts settings back, one by one because some may not exist, and chooses the database anew next time. */
  async forget(names: Iterable<string>): Promise<void> {
    this.settings = new Map();
    this.database = '';
    for (const name of new Set(names)) await this.session.queryAsync(`SET ${reset(name)}`).catch(() => undefined);
  }

  async initialise(): Promise<void> {
    const base = [...BASE].map(([name, value]) => `${name} = ${quoteString(value)}`);
    // The label is how KILL QUERY finds this session's query: the engine gives its own query ids.
    await this.session.queryAsync(`SET ${[...base, `log_comment = ${quoteString(this.label)}`].join(', ')}`);
    // 2, not 1: a reader may change settings (Cube sends some) but neither data nor this one.
    if (this.access === 'read') await this.session.queryAsync('SET readonly = 2');
  }
}

function reset(name: string): string {
  return `${name} = ${BASE.has(name) ? quoteString(BASE.get(name) ?? '') : 'DEFAULT'}`;
}

function databaseOf(needs: SessionNeeds): string {
  return needs.database === 'default' ? SCRATCH : needs.database;
}

/** A session that belongs to one request until it is released. */
export interface Lease {
  /** Runs one statement; rejects with a WarehouseError. */
  run(sql: string, format: string): Promise<EngineAnswer>;
  /** Cancels what runs now; resolves once it has ended. */
  kill(): Promise<void>;
  /** Gives the session back; `changed` are the settings that the statement itself set, if it was SET or USE. */
  release(changed?: readonly string[]): Promise<void>;
}

interface Waiting {
  readonly needs: SessionNeeds;
  grant(session: PooledSession): void;
}

const KILL_AGAIN_MS = 50;

/** A bounded pool of sessions on one data folder, with a bounded queue and real cancellation. */
export class EnginePool {
  private readonly idle: { read: PooledSession[]; write: PooledSession[] } = { read: [], write: [] };
  private readonly waiting: { read: Waiting[]; write: Waiting[] } = { read: [], write: [] };
  private readonly all: PooledSession[] = [];
  private killing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly limits: PoolLimits,
    private readonly admin: Session,
  ) {}

  /** Opens all sessions; `open` makes one on the data folder, `admin` is for the front itself. */
  static async create(open: () => Session, admin: Session, limits: PoolLimits): Promise<EnginePool> {
    const pool = new EnginePool(limits, admin);
    for (let i = 0; i < limits.readers + limits.writers; i++) {
      const access = i < limits.readers ? 'read' : 'write';
      const session = new PooledSession(open(), access, `crm-${access}-${String(i)}`);
      await session.initialise();
      pool.all.push(session);
      pool.idle[access].push(session);
    }
    await pool.ask(`CREATE DATABASE IF NOT EXISTS ${SCRATCH}`);
    // The engine's own default database reads any file of the machine by its name as a table. No session can be opened once it is
    // gone, which is why all are open by now and none is ever replaced.
    await pool.ask('DETACH DATABASE default');
    return pool;
  }

  /** Statement of the front itself, beside the pool: version, kill. */
  async ask(sql: string, format = 'TabSeparated'): Promise<string> {
    try {
      return (await this.admin.queryAsync(sql, { format })).text();
    } catch (error) {
      throw toWarehouseError(error);
    }
  }

  /** Cancels queries by a predicate over system.processes, one KILL at a time. */
  async kill(predicate: string): Promise<void> {
    // Not SYNC: an embedded query stays in the list of processes until its session runs the next one, so SYNC would wait for ever.
    const run = this.killing.then(() => this.ask(`KILL QUERY WHERE ${predicate}`));
    this.killing = run.catch(() => undefined);
    await run;
  }

  /** Waits for a session with the right access and makes it fit the needs. */
  async acquire(needs: SessionNeeds): Promise<Lease> {
    const session = await this.next(needs);
    try {
      await session.prepare(needs);
    } catch (error) {
      this.giveBack(session);
      throw toWarehouseError(error);
    }
    return this.lease(session);
  }

  private next(needs: SessionNeeds): Promise<PooledSession> {
    const idle = this.idle[needs.access];
    // A session that has the settings already saves a round trip.
    const fits = idle.findIndex((candidate) => candidate.fits(needs));
    const session = fits >= 0 ? idle.splice(fits, 1)[0] : idle.pop();
    if (session !== undefined) return Promise.resolve(session);
    const queue = this.waiting[needs.access];
    if (queue.length >= this.limits.queue) {
      return Promise.reject(new WarehouseError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `Too many simultaneous queries: ${String(queue.length)} wait already; repeat in a moment`));
    }
    return new Promise<PooledSession>((resolve, reject) => {
      const abort = (): void => {
        queue.splice(queue.indexOf(entry), 1);
        reject(new WarehouseError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled while it waited'));
      };
      const entry: Waiting = {
        needs,
        grant: (granted) => {
          needs.signal.removeEventListener('abort', abort);
          resolve(granted);
        },
      };
      queue.push(entry);
      needs.signal.addEventListener('abort', abort, { once: true });
    });
  }

  private giveBack(session: PooledSession): void {
    const next = this.waiting[session.access].shift();
    if (next === undefined) this.idle[session.access].push(session);
    else next.grant(session);
  }

  private lease(session: PooledSession): Lease {
    let kill: Promise<void> | undefined;
    let running = 0;
    const end = async (): Promise<void> => {
      // A query that has just begun is not in the list of processes yet, and one KILL would miss it for ever.
      for (;;) {
        await this.kill(`Settings['log_comment'] = ${quoteString(session.label)}`);
        if (running === 0) return;
        await delay(KILL_AGAIN_MS);
      }
    };
    return {
      run: async (sql, format) => {
        running += 1;
        try {
          const result = await session.session.queryAsync(sql, { format });
          return { bytes: result.bytes(), rowsRead: result.rowsRead, bytesRead: result.bytesRead };
        } catch (error) {
          throw toWarehouseError(error);
        } finally {
          running -= 1;
        }
      },
      kill: () => (kill ??= end()),
      release: async (changed) => {
        // A kill on its way must not hit the next query of this session.
        await kill?.catch(() => undefined);
        if (changed !== undefined) await session.forget(changed);
        this.giveBack(session);
      },
    };
  }

  /** Cancels everything that runs and closes all sessions. */
  async close(): Promise<void> {
    await this.kill("Settings['log_comment'] LIKE 'crm-%'").catch(() => undefined);
    for (const session of this.all) session.session.close();
    this.admin.close();
  }
}

function sameMap(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
