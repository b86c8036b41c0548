import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { columns, copyLine, sampleTables, type Row, type SampleTable } from './rows.js';

/** Where generated rows go. */
export interface Sink {
  add<T extends SampleTable>(table: T, row: Row<T>): void;
  /** Called between records: the moment to write what has gathered. */
  rest(): Promise<void>;
}

/** A sink that keeps nothing, for looking at the generator's truth without a database. */
export const noSink: Sink = { add: () => undefined, rest: () => Promise.resolve() };

/** 8 MB of text a batch: large enough that COPY's start does not count, small enough that memory stays flat at 10 M rows. */
const batchSize = 8_000_000;

/**
 * Writes rows by COPY over one connection, so that all of them belong to its transaction. While Postgres takes one batch the next one
 * is made; never more than two are in memory. Within a batch tables are written in the order of their references.
 */
export class CopySink implements Sink {
  readonly counts = new Map<SampleTable, number>();
  private pending = new Map<SampleTable, string>();
  private size = 0;
  private resting = 0;
  private writing: Promise<void> = Promise.resolve();
  private failure: unknown;

  constructor(private readonly client: pg.ClientBase) {}

  add<T extends SampleTable>(table: T, row: Row<T>): void {
    const line = copyLine(table, row);
    this.pending.set(table, (this.pending.get(table) ?? '') + line);
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

  private async write(batch: Map<SampleTable, string>): Promise<void> {
    for (const table of sampleTables) {
      const text = batch.get(table);
      if (text === undefined) continue;
      batch.delete(table);
      const stream = this.client.query(copyFrom(`COPY crm_core.${table} (${columns[table].join(', ')}) FROM STDIN`));
      const done = finished(stream);
      done.catch(() => undefined); // Awaited below; without this a failure during a wait for drain would be reported as unhandled.
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length && !stream.destroyed; at += 262_144) {
        if (!stream.write(bytes.subarray(at, at + 262_144))) await Promise.race([once(stream, 'drain'), done]);
      }
      stream.end();
      await done;
    }
  }
}
