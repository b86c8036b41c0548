import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { spoolName, spoolRows } from './body.spool.js';
import type { EnginePool, Lease, SessionNeeds } from './engine.pool.js';
import type { WarehouseRequest } from './request.reader.js';
import { quoteString } from './sql.scanner.js';
import type { Statement } from './statement.parser.js';
import { WarehouseError } from './warehouse.errors.js';

/** Counters for the header X-ClickHouse-Summary. */
export interface Summary {
  readRows: number;
  readBytes: number;
  writtenRows: number;
  writtenBytes: number;
}

/** An answer whose length and format are known before the first byte is sent. */
export interface Answer {
  readonly body: Readable | Uint8Array;
  readonly bytes: number;
  readonly format: string;
  readonly summary: Summary;
  /** Removes the spool file, if any; to be called when the body was sent or given up. */
  dispose(): Promise<void>;
}

/** Who asks, under which query id, and what the session needs. */
export interface RunOptions {
  readonly user: string;
  readonly queryId: string;
  readonly defaultFormat: string;
  readonly needs: Omit<SessionNeeds, 'signal'>;
}

interface Running {
  readonly user: string;
  readonly text: string;
  readonly cancel: () => Promise<void>;
}

// A result of this size was written a moment ago and lies in the page cache: reading it at once takes microseconds, four hops
// through the thread pool take milliseconds of a dashboard's time.
const SMALL = 128 * 1024;

// Definitions are some kilobytes, lists of what a mutation changes a few more.
const ROOM = 16 * 1024 * 1024;

const nothing = (): Promise<void> => Promise.resolve();

/** Runs requests on the pool; knows what runs, so that KILL QUERY and a lost client really cancel. */
export class QueryRunner {
  private readonly running = new Map<string, Running>();
  /** Writes to files that had failed when it was last asked. */
  private failedWrites = 0;

  constructor(
    private readonly pool: EnginePool,
    private readonly spool: string,
  ) {}

  /** Cancels the query of this id if it still runs or waits. */
  async cancel(queryId: string): Promise<void> {
    await this.running.get(queryId)?.cancel();
  }

  /** Runs one request; rejects with a WarehouseError. */
  async run(request: Exclude<WarehouseRequest, { kind: 'empty' }>, options: RunOptions): Promise<Answer> {
    const placeholders = request.kind === 'insert' ? request.head.placeholders : request.statement.placeholders;
    // A view may have parameters of its own, which are given when it is read.
    const isView = request.kind === 'statement' && /^\s*CREATE\s+(OR\s+REPLACE\s+)?VIEW\b/i.test(request.statement.text);
    for (const name of isView ? [] : placeholders) {
      if (!options.needs.parameters.has(name)) throw new WarehouseError(456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${name}\` is not set; send it as param_${name}`);
    }
    // The engine's own readonly mode refuses writes too; this holds even where a statement's SETTINGS clause would lift it.
    if (options.needs.access === 'read' && (request.kind === 'insert' || ['insert', 'other'].includes(request.statement.kind))) {
      throw new WarehouseError(164, 'READONLY', `${options.user}: Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly; writing takes POST and a user who may write.`);
    }
    if (request.kind === 'statement' && request.statement.kind === 'kill') return this.kill(request.statement, options);
    if (this.running.has(options.queryId)) {
      throw new WarehouseError(216, 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING', `Query with id = ${options.queryId} is already running.`);
    }
    const waiting = new AbortController();
    let lease: Lease | undefined;
    let cancelled = false;
    const cancel = async (): Promise<void> => {
      cancelled = true;
      waiting.abort();
      await lease?.kill();
    };
    const text = request.kind === 'insert' ? request.text : request.statement.text;
    this.running.set(options.queryId, { user: options.user, text, cancel });
    const changed = request.kind === 'statement' ? request.statement.changes : undefined;
    try {
      lease = await this.pool.acquire({ ...options.needs, signal: waiting.signal });
      if (cancelled) throw new WarehouseError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled');
      const answer = await (request.kind === 'insert' ? this.insert(lease, request) : this.statement(lease, request.statement, options));
      return answer;
    } finally {
      this.running.delete(options.queryId);
      await lease?.release(changed);
    }
  }

  private async statement(lease: Lease, statement: Statement, { defaultFormat }: RunOptions): Promise<Answer> {
    const format = statement.format?.name ?? defaultFormat;
    if (statement.kind === 'select' && format.toLowerCase() !== 'null') return this.select(lease, statement, format);
    if (statement.kind === 'other') await this.assertRoom();
    const failures = this.failedWrites;
    const answer = await lease.run(statement.text, format);
    if (statement.kind === 'other') await this.assertWritten(lease, failures);
    const writes = statement.kind === 'insert';
    return {
      body: answer.bytes,
      bytes: answer.bytes.length,
      format,
      summary: { readRows: answer.rowsRead, readBytes: answer.bytesRead, writtenRows: writes ? answer.rowsRead : 0, writtenBytes: writes ? answer.bytesRead : 0 },
      dispose: nothing,
    };
  }

  // The engine writes the result to a file in parallel, several times faster than through memory, and no result is too large for it.
  // The status is known before the first byte, so an error never arrives in the middle of an answer.
  private async select(lease: Lease, statement: Statement, format: string): Promise<Answer> {
    const file = spoolName(this.spool, 'out');
    const at = statement.format?.start ?? statement.text.length;
    const dispose = (): Promise<void> => rm(file, { force: true });
    try {
      const sql = `${statement.text.slice(0, at)}\nINTO OUTFILE ${quoteString(file)} ${statement.format === undefined ? `FORMAT ${format}` : statement.text.slice(at)}`;
      const failures = this.failedWrites;
      const answer = await lease.run(sql, format);
      await this.assertWritten(lease, failures);
      const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      const summary: Summary = { readRows: answer.rowsRead, readBytes: answer.bytesRead, writtenRows: 0, writtenBytes: 0 };
      if (bytes > SMALL) return { body: createReadStream(file, { highWaterMark: 256 * 1024 }), bytes, format, summary, dispose };
      const body = bytes === 0 ? new Uint8Array() : readFileSync(file);
      rmSync(file, { force: true });
      return { body, bytes, format, summary, dispose: nothing };
    } catch (error) {
      await dispose();
      throw error;
    }
  }

  // On a full disk the engine writes an empty file in place of a table's definition and says that all is well: at the next start nobody could open the folder.
  private async assertRoom(): Promise<void> {
    const { bavail, bsize } = await statfs(this.spool);
    if (bavail * bsize < ROOM) throw new WarehouseError(243, 'NOT_ENOUGH_SPACE', `Less than ${String(ROOM / 1024 / 1024)} MB are free, too little to change a table safely; free disk space in the data folder and repeat it`);
  }

  // The engine does not tell when the disk is full under a result: the file is cut short or empty, and the query succeeds. It counts
  // failed writes, though, those of other queries as well: a repeated question is better than a wrong answer.
  private async assertWritten(lease: Lease, before: number): Promise<void> {
    const { bytes } = await lease.run("SELECT value FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'", 'TabSeparated');
    const now = Number(Buffer.from(bytes).toString());
    this.failedWrites = Math.max(this.failedWrites, now);
    if (now > before) throw new WarehouseError(243, 'NOT_ENOUGH_SPACE', 'What this query writes could not be written; free disk space in the data folder and repeat it');
  }

  private async insert(lease: Lease, { head, text, rows }: Extract<WarehouseRequest, { kind: 'insert' }>): Promise<Answer> {
    const summary: Summary = { readRows: 0, readBytes: 0, writtenRows: 0, writtenBytes: 0 };
    await spoolRows(this.spool, head.format, rows, async (file, bytes) => {
      const { input } = head;
      const sql = input === undefined
        ? `${head.before}\nFROM INFILE ${quoteString(file)} ${head.settings} FORMAT ${head.format}`
        : `${text.slice(0, input.start)}file(${quoteString(file)}, ${quoteString(head.format)}, ${head.before.slice(input.end)}`;
      const answer = await lease.run(sql, 'TabSeparated');
      summary.readRows += answer.rowsRead;
      summary.readBytes += bytes;
      summary.writtenRows += answer.rowsRead;
      summary.writtenBytes += answer.bytesRead;
    });
    return { body: new Uint8Array(), bytes: 0, format: head.format, summary, dispose: nothing };
  }

  private async kill(statement: Statement, options: RunOptions): Promise<Answer> {
    const format = statement.format?.name ?? options.defaultFormat;
    const id = /^KILL\s+QUERY\s+WHERE\s+query_id\s*=\s*'((?:[^'\\]|\\.)*)'/i.exec(statement.text)?.[1];
    if (id === undefined) {
      throw new WarehouseError(48, 'NOT_IMPLEMENTED', "The embedded warehouse kills one query: KILL QUERY WHERE query_id = '…'");
    }
    const target = this.running.get(id);
    if (target !== undefined && options.needs.access === 'read' && target.user !== options.user) {
      throw new WarehouseError(497, 'ACCESS_DENIED', `${options.user}: Not enough privileges to kill a query of ${target.user}.`);
    }
    await target?.cancel();
    const rows = `SELECT 'waiting' AS kill_status, ${quoteString(id)} AS query_id, ${quoteString(target?.user ?? '')} AS user, ${quoteString(target?.text ?? '')} AS query WHERE ${target === undefined ? '0' : '1'}`;
    const body = Buffer.from(await this.pool.ask(rows, format));
    return { body, bytes: body.length, format, summary: { readRows: 0, readBytes: 0, writtenRows: 0, writtenBytes: 0 }, dispose: nothing };
  }
}
