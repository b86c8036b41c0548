import { setTimeout as delay } from 'node:timers/promises';
import { classifyError, parseLsn } from 'crm_cdc';
import pg from 'pg';
import { createRandom } from '../random.js';
import type { Version, WriteLedger } from './write.ledger.js';
import { WriteScript, type Statement } from './write.script.js';

/** How the load writes. */
export interface LoadOptions {
  readonly url: string;
  readonly seed: number;
  readonly writers: number;
  /** Pause of each writer between transactions, ms: bounds the rate. */
  readonly pauseMs: number;
  readonly ledger: WriteLedger;
}

const marker = 'INSERT INTO crm_core.crm_fault_commits (writer, number, kind) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';

/** A connection that writes transactions and finds out what became of each, however often the server dies. */
export class FaultWriter {
  readonly script: WriteScript;
  private client: pg.Client | null = null;
  private number = 0;
  private stopped = false;

  constructor(private readonly options: Omit<LoadOptions, 'writers'>, private readonly writer: number) {
    this.script = new WriteScript(writer, createRandom(options.seed * 1_000 + writer));
  }

  /** Writes until stopped. */
  async run(): Promise<void> {
    const random = createRandom(this.options.seed * 1_000 + 500 + this.writer);
    while (!this.stopped) {
      this.script.compose();
      const committed = await this.transact(this.script.statements, this.script.versions, random() < 0.08);
      if (committed) this.script.keep();
      await delay(committed ? this.options.pauseMs : 50);
    }
    await this.client?.end().catch(() => undefined);
  }

  /** Runs a transaction of one's own until it is committed. */
  async insist(compose: (script: WriteScript) => readonly Statement[]): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt++) {
      this.script.begin();
      const before = compose(this.script);
      if (await this.transact([...before, ...this.script.statements], this.script.versions, false)) {
        this.script.keep();
        return;
      }
      await delay(50);
    }
    throw new Error(`a transaction was not committed in 400 attempts: ${this.options.ledger.problems.at(-1) ?? 'the server does not serve'}`);
  }

  stop(): void {
    this.stopped = true;
  }

  /** Ends the connection; for writers that only insist. */
  async close(): Promise<void> {
    await this.client?.end().catch(() => undefined);
    this.client = null;
  }

  /** True when the transaction is committed, whether Postgres could say so or not. */
  private async transact(statements: readonly Statement[], versions: readonly Version[], rollBack: boolean): Promise<boolean> {
    const { ledger } = this.options;
    const number = ++this.number;
    const places: number[] = [];
    let client: pg.Client;
    try {
      client = await this.connected();
      await client.query('BEGIN');
      for (const { sql, values, returnsPlace } of statements) {
        const result = await client.query<{ n: string }>(sql, [...values]);
        if (returnsPlace) places.push(Number(result.rows[0]?.n));
      }
      await client.query(marker, [this.writer, number, 'commit']);
      if (rollBack) {
        await client.query('ROLLBACK');
        ledger.counts.rolledBack++;
        return false;
      }
    } catch (error) {
      // COMMIT was not sent: it is not committed.
      ledger.counts.failed++;
      await this.recover(error);
      return false;
    }
    const placed = versions.map((version) => (version.table === 'crm_fault_hot' ? { ...version, place: places.shift() ?? 0 } : version));
    try {
      await client.query('COMMIT');
    } catch {
      ledger.counts.unknown++;
      if (!(await this.resolve(number))) return false;
      ledger.counts.unknownCommitted++;
      ledger.commit({ versions: placed, lsn: null });
      return true;
    }
    const lsn = await client.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn').then(({ rows }) => parseLsn(rows[0]!.lsn), () => null);
    ledger.commit({ versions: placed, lsn });
    return true;
  }

  /** Finds out whether a transaction was committed: a marker with its number waits for it if it still runs, and keeps it from committing later. */
  private async resolve(number: number): Promise<boolean> {
    for (;;) {
      try {
        const client = await this.reconnected();
        await client.query(marker, [this.writer, number, 'void']);
        const { rows } = await client.query<{ kind: string }>('SELECT kind FROM crm_core.crm_fault_commits WHERE writer = $1 AND number = $2', [this.writer, number]);
        return rows[0]?.kind === 'commit';
      } catch (error) {
        await this.recover(error);
        await delay(50);
      }
    }
  }

  private async recover(error: unknown): Promise<void> {
    if (classifyError(error) === 'retriable' || (error instanceof Error && error.message === 'timeout expired')) {
      await this.close();
      return;
    }
    this.options.ledger.problems.push(`writer ${this.writer}: ${error instanceof Error ? error.message : String(error)}`);
    await this.client?.query('ROLLBACK').catch(() => this.close());
  }

  private async reconnected(): Promise<pg.Client> {
    await this.close();
    return this.connected();
  }

  private async connected(): Promise<pg.Client> {
    if (this.client) return this.client;
    const client = new pg.Client({ connectionString: this.options.url, application_name: 'crm_fault_writer', connectionTimeoutMillis: 5_000 });
    client.on('error', () => { if (this.client === client) this.client = null; });
    await client.connect();
    await client.query(`SET lock_timeout = '10s'`);
    this.client = client;
    return client;
  }
}

/** Several writers at once. */
export class WriteLoad {
  private readonly writers: FaultWriter[];
  private running: Promise<unknown> = Promise.resolve();

  constructor(options: LoadOptions) {
    this.writers = Array.from({ length: options.writers }, (_, index) => new FaultWriter(options, index + 1));
  }

  start(): void {
    this.running = Promise.all(this.writers.map((writer) => writer.run()));
    this.running.catch(() => undefined); // Told by stop().
  }

  /** Resolves when every writer knows what became of its last transaction. */
  async stop(): Promise<void> {
    for (const writer of this.writers) writer.stop();
    await this.running;
  }
}
