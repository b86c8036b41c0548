import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { columns, copyLine, sampleTables, type Row, type SampleTable } from './rows.js';

/** Where generated rows go. */
export interface Sink {
  add<T extends SampleTable>(table: T, row: Row<T>): void;
  /** Takes a finished line of COPY's text format; for the table that holds most rows. */
  addLine(table: SampleTable, line: string): void;
  /** Called between records: the moment to write what has gathered. */
  rest(): Promise<void>;
}

/** A sink that keeps nothing, for looking at the generator's truth without a database. */
export const noSink: Sink = { add: () => undefined, addLine: () => undefined, rest: () => Promise.resolve() };

/** 8 MB of text a batch: large enough that COPY's start does not count, small enough that memory stays flat at 10 M rows. */
const batchSize = 8_000_000;

/** Lines of one table as bytes. Strings kept by the million would be copied again and again by the garbage collector. */
class Lines {
  length = 0;
  private bytes = Buffer.allocUnsafe(65_536);

  add(line: string): void {
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    if (this.length + line.length * 3 > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + line.length * 3));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    this.length += this.bytes.write(line, this.length);
  }

  content(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}

/**
 * Writes rows by COPY over one connection, so that all of them belong to its transaction. While Postgres takes one batch the next one
 * is made; never more than two are in memory. Within a batch tables are written in the order of their references.
 */
export class CopySink implements Sink {
  readonly counts = new Map<SampleTable, number>();
  private pending = new Map<SampleTable, Lines>();
  private size = 0;
  private resting = 0;
  private writing: Promise<void> = Promise.resolve();
  private failure: unknown;

  constructor(private readonly client: pg.ClientBase) {}

  add<T extends SampleTable>(table: T, row: Row<T>): void {
    this.addLine(table, copyLine(table, row));
  }

  addLine(table: SampleTable, line: string): void {
    let lines = this.pending.get(table);
    if (lines === undefined) this.pending.set(table, (lines = new Lines()));
    lines.add(line);
    this.counts.set(table, (this.counts.get(table) ?? 0) + 1);
    this.size += line.length;
  }

  async rest(): Promise<void> {
    if (this.size > batchSize) await this.turn();
    this.resting += 1;
    if (this.resting % 64 === 0) await breathe(); // Otherwise the socket would wait until the next batch is full.
  }

  /** Writes what is left; resolves when Postgres has taken everything. */
  async end(): Promise<void> {
    await this.turn();
    await this.turn();
  }

  private async turn(): Promise<void> {
    await this.writing;
    if (this.failure !== undefined) throw this.failure;
    const batch = this.pending;
    this.pending = new Map();
    this.size = 0;
    this.writing = this.write(batch).catch((error: unknown) => { this.failure = error; });
  }

  private async write(batch: Map<SampleTable, Lines>): Promise<void> {
    for (const table of sampleTables) {
      const bytes = batch.get(table)?.content();
      if (bytes === undefined) continue;
      const stream = this.client.query(copyFrom(`COPY crm_core.${table} (${columns[table].join(', ')}) FROM STDIN`));
      const done = finished(stream);
      done.catch(() => undefined); // Awaited below; without this a failure during a wait for drain would be reported as unhandled.
      for (let at = 0; at < bytes.length && !stream.destroyed; at += 262_144) {
        if (!stream.write(bytes.subarray(at, at + 262_144))) await Promise.race([once(stream, 'drain'), done]);
      }
      stream.end();
      await done;
      batch.delete(table);
    }
  }
}
