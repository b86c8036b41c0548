import { createSink, createWarehouse, migrateWarehouse, readExisting, type Warehouse } from 'crm_warehouse';
import type pg from 'pg';
import { createRowMapper } from '../mappings/row.mapper.js';
import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import type { TableShape } from '../mappings/table.shape.js';
import { classifyError } from '../outcomes/error.classifier.js';
import { WarehouseSink } from '../pipeline/warehouse.sink.js';
import { readPublishedTables } from '../sources/embedded/catalogue.reader.js';
import { withClient } from '../sources/embedded/embedded.bootstrap.js';
import { envelopeOf, LetterStore, type LetterFilter, type StoredLetter } from './letter.store.js';
import { MessageReader } from './message.reader.js';
import { findGone } from './row.presence.js';
import { unfitColumns } from './table.fit.js';

/** What to send through the pipeline again. */
export interface ReplayOptions {
  readonly postgresUrl: string;
  readonly warehouseUrl: string;
  readonly publication?: string;
  readonly filter?: LetterFilter;
  /** Only tells what would happen. */
  readonly dryRun?: boolean;
}

/** What became of one dead letter. */
export interface ReplayedLetter {
  readonly table: string;
  readonly key: string;
  readonly lsn: string;
  /** Where a message that could not be decoded lies, as it has neither key nor position: topic, partition and offset. */
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly reason: string;
  /** `replayed`, `refused` because the cause persists, or of a dry run `would_replay`. */
  readonly outcome: 'replayed' | 'refused' | 'would_replay';
  /** What happened, or why not. */
  readonly detail: string;
}

/** The outcome of a replay. */
export interface ReplayReport {
  readonly found: number;
  readonly replayed: number;
  readonly refused: number;
  readonly letters: readonly ReplayedLetter[];
}

interface Ready {
  readonly letter: StoredLetter;
  readonly envelope: ChangeEnvelope;
}

/**
 * Sends dead letters through mapper and sink once more, with the position that they had: newer changes of the same row still win, and a
 * second replay changes nothing. Safe while the stream runs.
 */
export async function replayDeadLetters(options: ReplayOptions): Promise<ReplayReport> {
  const warehouse = createWarehouse(options.warehouseUrl);
  try {
    await migrateWarehouse(warehouse);
    return await withClient({ url: options.postgresUrl }, async (client) => new Replay(client, warehouse, options).run());
  } finally {
    await warehouse.close();
  }
}

/** Takes letters off the list that can never be stored, such as messages of somebody else; they stay in the table with the reason given. Answers which. */
export async function discardDeadLetters(options: { readonly warehouseUrl: string; readonly filter: LetterFilter; readonly why: string }): Promise<StoredLetter[]> {
  const warehouse = createWarehouse(options.warehouseUrl);
  try {
    await migrateWarehouse(warehouse);
    const store = new LetterStore(warehouse);
    const all = await store.all(options.filter);
    await store.settle(all, `discarded: ${options.why}`);
    return all;
  } finally {
    await warehouse.close();
  }
}

class Replay {
  private readonly store: LetterStore;
  private readonly sink: WarehouseSink;
  private readonly letters: ReplayedLetter[] = [];
  private readonly dryRun: boolean;
  private shapes = new Map<string, TableShape>();

  constructor(private readonly client: pg.Client, private readonly warehouse: Warehouse, private readonly options: ReplayOptions) {
    this.store = new LetterStore(warehouse);
    this.sink = new WarehouseSink(warehouse, createSink(warehouse));
    this.dryRun = options.dryRun ?? false;
  }

  async run(): Promise<ReplayReport> {
    const publication = this.options.publication ?? 'crm_cdc';
    this.shapes = new Map((await readPublishedTables(this.client, publication)).map((shape) => [shape.name, shape]));
    const reader = new MessageReader(this.client, this.warehouse, publication);
    let after: StoredLetter | undefined;
    for (;;) {
      const found = await this.store.waiting(this.options.filter ?? {}, after);
      const byTable = new Map<string, Ready[]>();
      for (const letter of found) {
        const envelope = envelopeOf(letter) ?? (await this.decode(reader, letter));
        if (envelope === null) continue;
        const ready = byTable.get(envelope.source.table) ?? [];
        ready.push({ letter, envelope });
        byTable.set(envelope.source.table, ready);
      }
      for (const [table, ready] of byTable) await this.table(table, ready);
      after = found.at(-1);
      if (after === undefined) break;
    }
    const replayed = this.letters.filter((letter) => letter.outcome !== 'refused').length;
    return { found: this.letters.length, replayed, refused: this.letters.length - replayed, letters: this.letters };
  }

  /** The change in a message that could not be read before; null when it holds none, which has been noted. */
  private async decode(reader: MessageReader, letter: StoredLetter): Promise<ChangeEnvelope | null> {
    const read = await reader.read(letter);
    if (read.kind === 'change') return read.envelope;
    if (read.kind === 'unreadable') this.note(letter, 'refused', read.detail);
    else if (this.dryRun) this.note(letter, 'would_replay', read.detail);
    else await this.done([letter], read.detail);
    return null;
  }

  private async table(table: string, ready: readonly Ready[]): Promise<void> {
    const shape = this.shapes.get(table);
    const problem = shape === undefined ? `${table} is not published; put it back into the publication first` : await this.problem(shape);
    if (shape === undefined || problem !== null) {
      for (const { letter } of ready) this.note(letter, 'refused', problem ?? '');
      return;
    }
    const mapper = createRowMapper(shape);
    const fit: Ready[] = [];
    for (const { letter, envelope } of ready) {
      const outcome = mapper.map(envelope);
      if (outcome.kind === 'ok') fit.push({ letter, envelope: outcome.value });
      else this.note(letter, 'refused', outcome.kind === 'dead_letter' ? `${outcome.detail}; let the column be NULL in Postgres (ALTER TABLE … ALTER COLUMN … DROP NOT NULL) or correct the row` : outcome.reason);
    }
    if (fit.length === 0) return;
    if (this.dryRun) {
      for (const { letter } of fit) this.note(letter, 'would_replay', 'nothing stands in its way but what the warehouse itself may refuse');
      return;
    }
    await this.sink.prepare(shape);
    const gone = await findGone(this.client, shape, fit.map(({ envelope }) => envelope));
    const refused = new Map<Ready, string>();
    await this.write(fit, refused);
    const stored = fit.filter((each) => !refused.has(each));
    // A row that is in Postgres no more has left no end behind it in the warehouse, as it was never there. The byte after the change's own
    // position belongs to no other change: later than this one, older than whatever came after it.
    const ends = stored.filter(({ envelope }) => gone.has(envelope)).map(({ envelope }) => ({ ...envelope, op: 'd' as const, before: envelope.after, after: null, source: { ...envelope.source, lsn: envelope.source.lsn + 1n } }));
    if (ends.length > 0) await this.sink.write(ends);
    const alive = stored.filter(({ envelope }) => !gone.has(envelope)).map(({ letter }) => letter);
    const ended = stored.filter(({ envelope }) => gone.has(envelope)).map(({ letter }) => letter);
    await this.done(alive, 'stored at its own position; a newer change of the row stays on top');
    await this.done(ended, 'stored in history and ended there, as the row is gone from Postgres');
    for (const [{ letter }, detail] of refused) this.note(letter, 'refused', detail);
  }

  /** Why the warehouse's table does not take rows of this shape yet; null when it does. New columns are for the stream to bring: it also reads their rows. */
  private async problem(shape: TableShape): Promise<string | null> {
    const existing = await readExisting(this.warehouse, shape.name);
    const missing = unfitColumns(shape, existing.raw);
    return missing.length === 0 ? null : `the warehouse does not have the present shape of ${shape.name} yet (${missing.join(', ')}); let the stream run until the next change of that table, then replay`;
  }

  /** Writes all that the warehouse takes; halves where it refuses. */
  private async write(ready: readonly Ready[], refused: Map<Ready, string>): Promise<void> {
    try {
      await this.sink.write(ready.map(({ envelope }) => envelope));
    } catch (error) {
      if (classifyError(error) !== 'poison') throw error;
      const [only] = ready;
      if (ready.length === 1 && only) {
        refused.set(only, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
        return;
      }
      const middle = ready.length >> 1;
      await this.write(ready.slice(0, middle), refused);
      await this.write(ready.slice(middle), refused);
    }
  }

  private async done(letters: readonly StoredLetter[], detail: string): Promise<void> {
    await this.store.settle(letters, detail);
    for (const letter of letters) this.note(letter, 'replayed', detail);
  }

  private note(letter: StoredLetter, outcome: ReplayedLetter['outcome'], detail: string): void {
    const { table, key, lsn, topic, partition, offset, reason } = letter;
    this.letters.push({ table, key, lsn: String(lsn), ...(topic === '' ? {} : { topic, partition, offset: String(offset) }), reason, outcome, detail });
  }
}
