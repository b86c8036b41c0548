import type { ChangeEnvelope, ChangeOp, RowText } from '../../mappings/change.envelope.js';
import type { TableShape } from '../../mappings/table.shape.js';
import type { SourceEvent } from '../change.source.js';
import { assertStreamable } from './catalogue.reader.js';
import { lateShape, type LateShape, type SentColumn } from './late.shape.js';
import type { OldRow, StreamMessage, StreamRelation } from './pgoutput.decoder.js';

/** Looks a table up in the catalogue; null when it is not published (any more). */
export type ShapeReader = (oid: number) => Promise<TableShape | null>;

/** Postgres' names of column types, in their order. */
export type TypeReader = (types: StreamRelation['columns']) => Promise<string[]>;

interface KnownTable {
  readonly shape: TableShape | null;
  readonly late: LateShape | null;
  /** Columns of its rows as they travel. */
  readonly sent: readonly SentColumn[];
}

/** Turns decoded messages into source events: numbers the changes of a transaction, adds keys and splits changes of a key. */
export class TransactionDecoder {
  private readonly tables = new Map<number, KnownTable>();
  private transaction: { lsn: bigint; committedAt: bigint; xid: number; seq: number } | null = null;

  constructor(private readonly readShape: ShapeReader, private readonly readTypes: TypeReader) {}

  /** True between the begin and the commit of a transaction. */
  get inTransaction(): boolean {
    return this.transaction !== null;
  }

  /** Handles a table's announcement: its current shape from the catalogue, or nothing when it is gone. */
  async announce(relation: StreamRelation): Promise<SourceEvent[]> {
    const shape = await this.readShape(relation.oid);
    if (shape === null) {
      this.tables.set(relation.oid, { shape, late: null, sent: [] });
      return [];
    }
    assertStreamable(shape);
    const types = await this.readTypes(relation.columns);
    const sent = relation.columns.map(({ name, typeOid }, i) => ({ name, typeOid, type: types[i] ?? 'text' }));
    const same = sent.length === shape.columns.length && sent.every(({ name }, i) => name === shape.columns[i]?.name);
    const late = same ? undefined : { sent, until: this.open().lsn };
    return [{ kind: 'shape', shape: this.take(relation.oid, shape, sent), now: shape, late }];
  }

  /** Takes over what the catalogue says now of a table whose rows still travel in the announced form; gives the shape with a place for them. */
  place(shape: TableShape): TableShape {
    for (const [oid, table] of this.tables) {
      // Rows of a table that was dropped have no place in the one that has its name now.
      if (oid !== shape.oid && table.shape?.name === shape.name) this.tables.set(oid, { ...table, shape: null });
    }
    const known = this.tables.get(shape.oid);
    return known?.shape ? this.take(shape.oid, shape, known.sent) : shape;
  }

  private take(oid: number, shape: TableShape, sent: readonly SentColumn[]): TableShape {
    const late = lateShape(shape, sent);
    this.tables.set(oid, { shape: late.shape, late, sent });
    return late.shape;
  }

  /** Events of any message but an announcement; `lsn` is that of the message. */
  decode(lsn: bigint, message: StreamMessage): SourceEvent[] {
    switch (message.tag) {
      case 'begin':
        this.transaction = { lsn: message.finalLsn, committedAt: message.committedAt, xid: message.xid, seq: 0 };
        return [{ kind: 'begin', lsn: message.finalLsn, xid: message.xid, committed_at: message.committedAt }];
      case 'commit':
        this.transaction = null;
        return [{ kind: 'commit', lsn: message.endLsn, transaction_lsn: message.lsn, committed_at: message.committedAt }];
      case 'insert': return this.change(lsn, message.relation, 'c', null, message.after);
      case 'update': return this.update(lsn, message.relation, message.before, message.after);
      case 'delete': return this.change(lsn, message.relation, 'd', message.before, null);
      case 'truncate': return this.truncate(lsn, message.relations);
      case 'relation': case 'other': return [];
    }
  }

  private update(lsn: bigint, relation: StreamRelation, before: OldRow | null, after: RowText): SourceEvent[] {
    const primaryKey = this.tables.get(relation.oid)?.shape?.primaryKey ?? [];
    if (before !== null && primaryKey.some((column) => before.cell(column) !== after[column])) {
      // Downstream a row is its key: the old one ends here and a new one begins.
      return [...this.change(lsn, relation, 'd', before.row(), null), ...this.change(lsn, relation, 'c', null, after)];
    }
    // The old row of an update that kept its key is not decoded: downstream nothing asks for it.
    return this.change(lsn, relation, 'u', null, after);
  }

  private change(lsn: bigint, relation: StreamRelation, op: ChangeOp, before: RowText | null, after: RowText | null): SourceEvent[] {
    const transaction = this.open();
    const { shape, late } = this.tables.get(relation.oid) ?? {};
    if (!shape) return [{ kind: 'skipped', table: relation.name, reason: 'not_published' }];
    if (late?.keyless) return [{ kind: 'skipped', table: relation.name, reason: 'superseded' }];
    if (late && late.kept.size > 0) {
      if (before) before = renamed(before, late.kept);
      if (after) after = renamed(after, late.kept);
    }
    const row = after ?? before ?? {};
    const key: Record<string, string | null> = {};
    for (const column of shape.primaryKey) key[column] = row[column] ?? null;
    const envelope: ChangeEnvelope = {
      op, before, after, key,
      source: { table: shape.name, lsn, commit_lsn: transaction.lsn, seq: transaction.seq++, xid: transaction.xid, committed_at: transaction.committedAt },
    };
    return [{ kind: 'change', envelope }];
  }

  private truncate(lsn: bigint, relations: readonly StreamRelation[]): SourceEvent[] {
    const { committedAt, xid, seq } = this.open();
    this.open().seq++;
    const tables = relations.flatMap((relation) => this.tables.get(relation.oid)?.shape?.name ?? []);
    return [{ kind: 'truncate', tables, lsn, seq, xid, committed_at: committedAt }];
  }

  private open(): { lsn: bigint; committedAt: bigint; xid: number; seq: number } {
    if (!this.transaction) throw new Error('a change arrived outside of a transaction; the stream is damaged');
    return this.transaction;
  }
}

function renamed(row: RowText, names: ReadonlyMap<string, string>): RowText {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [names.get(name) ?? name, value]));
}
