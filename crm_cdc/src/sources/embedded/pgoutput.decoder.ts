import type { RowText } from '../../mappings/change.envelope.js';

/** A table as announced in the stream before its first change. */
export interface StreamRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly typeOid: number; readonly typeMod: number }[];
  /** Every column with null: rows are copies of it, because an object that grows column by column becomes a slow dictionary. */
  readonly empty: RowText;
}

/** The row before an update, decoded only as far as somebody looks: most of it is never needed. */
export interface OldRow {
  /** Text of one column; undefined when it was not sent. */
  cell(column: string): string | null | undefined;
  row(): RowText;
}

/** A decoded message of the pgoutput plugin, protocol version 1. Times are microseconds since 1970-01-01 UTC. */
export type StreamMessage =
  | { readonly tag: 'begin'; readonly finalLsn: bigint; readonly committedAt: bigint; readonly xid: number }
  | { readonly tag: 'commit'; readonly lsn: bigint; readonly endLsn: bigint; readonly committedAt: bigint }
  | { readonly tag: 'relation'; readonly relation: StreamRelation }
  | { readonly tag: 'insert'; readonly relation: StreamRelation; readonly after: RowText }
  | { readonly tag: 'update'; readonly relation: StreamRelation; readonly before: OldRow | null; readonly after: RowText }
  | { readonly tag: 'delete'; readonly relation: StreamRelation; readonly before: RowText }
  | { readonly tag: 'truncate'; readonly relations: readonly StreamRelation[] }
  | { readonly tag: 'other' };

const postgresEpoch = 946_684_800_000_000n;

/** Raised when a large value was not sent and the old row does not hold it either. */
export class MissingValueError extends Error {
  override readonly name = 'MissingValueError';
  constructor(table: string, column: string) {
    super(`${table}.${column}: an unchanged large value was not sent; run ALTER TABLE ${table} REPLICA IDENTITY FULL`);
  }
}

/**
 * Decodes pgoutput messages and keeps every value as the exact text Postgres printed. The parser of `pg-logical-replication` turns
 * values into JavaScript types, which loses microseconds and large integers, and drops a leading byte order mark.
 */
export class PgoutputDecoder {
  private readonly relations = new Map<number, StreamRelation>();
  private buffer: Buffer = Buffer.alloc(0);
  private at = 0;

  /** Decodes one message; throws on a malformed or unknown one. */
  decode(buffer: Buffer): StreamMessage {
    this.buffer = buffer;
    this.at = 1;
    const tag = String.fromCharCode(buffer.readUInt8(0));
    switch (tag) {
      case 'B': return { tag: 'begin', finalLsn: this.u64(), committedAt: this.time(), xid: this.u32() };
      case 'C': this.at++; return { tag: 'commit', lsn: this.u64(), endLsn: this.u64(), committedAt: this.time() };
      case 'R': return this.relation();
      case 'I': {
        const relation = this.known();
        this.at++;
        return { tag: 'insert', relation, after: this.tuple(relation, null) };
      }
      case 'U': return this.update();
      case 'D': {
        const relation = this.known();
        this.at++;
        return { tag: 'delete', relation, before: this.tuple(relation, null) };
      }
      case 'T': {
        const count = this.u32();
        this.at++;
        return { tag: 'truncate', relations: Array.from({ length: count }, () => this.known()) };
      }
      case 'O': case 'Y': case 'M': return { tag: 'other' };
      default: throw new Error(`unknown pgoutput message "${tag}"`);
    }
  }

  private update(): StreamMessage {
    const relation = this.known();
    const kind = this.u8();
    if (kind === 0x4e /* N */) return { tag: 'update', relation, before: null, after: this.tuple(relation, null) };
    const before = this.oldRow(relation);
    this.at++;
    return { tag: 'update', relation, before, after: this.tuple(relation, before) };
  }

  /** Steps over a tuple and keeps its bytes: the buffer belongs to the connection and is written over. */
  private oldRow(relation: StreamRelation): OldRow {
    const start = this.at;
    const count = this.u16();
    for (let i = 0; i < count; i++) {
      if (this.buffer[this.at++] !== 0x74) continue;
      const length = this.u32(); // Not within `+=`, which would take the position from before it was read.
      this.at += length;
    }
    const bytes = Buffer.from(this.buffer.subarray(start, this.at));
    let row: RowText | undefined;
    const whole = (): RowText => (row ??= new PgoutputDecoder().detached(bytes, relation));
    return {
      row: whole,
      cell: (column) => {
        if (row !== undefined) return row[column];
        let at = 2;
        for (const { name } of relation.columns) {
          const kind = bytes[at++];
          const length = kind === 0x74 ? bytes.readUInt32BE(at) : 0;
          if (name === column) return kind === 0x74 ? bytes.toString('utf8', at + 4, at + 4 + length) : kind === 0x6e ? null : whole()[column];
          if (kind === 0x74) at += 4 + length;
        }
        return undefined;
      },
    };
  }

  private detached(bytes: Buffer, relation: StreamRelation): RowText {
    this.buffer = bytes;
    this.at = 0;
    return this.tuple(relation, null);
  }

  private relation(): StreamMessage {
    const oid = this.u32();
    const schema = this.cstring();
    const name = this.cstring();
    this.at++; // replica identity; the catalogue is asked for it
    const columns = Array.from({ length: this.u16() }, () => {
      this.at++; // key flag; with REPLICA IDENTITY FULL it is set on every column
      return { name: this.cstring(), typeOid: this.u32(), typeMod: this.i32() };
    });
    const relation = { oid, schema, name, columns, empty: JSON.parse(JSON.stringify(Object.fromEntries(columns.map((column) => [column.name, null])))) as RowText };
    this.relations.set(oid, relation);
    return { tag: 'relation', relation };
  }

  private known(): StreamRelation {
    const oid = this.u32();
    const relation = this.relations.get(oid);
    if (!relation) throw new Error(`change of a table (oid ${oid}) that was not announced`);
    return relation;
  }

  private tuple(relation: StreamRelation, old: OldRow | null): RowText {
    const row: Record<string, string | null> = { ...relation.empty };
    const { buffer } = this;
    const count = this.u16();
    const begin = this.at;
    // One call into the engine for the row instead of one for each short value: ASCII, and that is most, reads the same in both.
    // Not for long rows: a short value would keep the whole text in memory.
    const text = buffer.length - begin <= 4096 ? buffer.toString('latin1', begin) : null;
    for (let i = 0; i < count; i++) {
      const name = relation.columns[i]!.name;
      const kind = buffer[this.at++];
      if (kind === 0x74 /* t */) {
        const length = this.u32();
        const end = this.at + length;
        row[name] = text !== null && length <= 64 && isPlain(buffer, this.at, end) ? text.substring(this.at - begin, end - begin) : buffer.toString('utf8', this.at, end);
        this.at = end;
      } else if (kind === 0x6e /* n */) {
        row[name] = null;
      } else if (kind === 0x75 /* u: unchanged large value */) {
        const value = old?.cell(name);
        if (value === undefined) throw new MissingValueError(`${relation.schema}.${relation.name}`, name);
        row[name] = value;
      } else {
        throw new Error(`${relation.name}.${name}: unexpected encoding ${String(kind)}; the stream asks for text`);
      }
    }
    return row;
  }

  private u8(): number { return this.buffer.readUInt8(this.at++); }
  private u16(): number { const value = this.buffer.readUInt16BE(this.at); this.at += 2; return value; }
  private u32(): number { const value = this.buffer.readUInt32BE(this.at); this.at += 4; return value; }
  private i32(): number { const value = this.buffer.readInt32BE(this.at); this.at += 4; return value; }
  private u64(): bigint { const value = this.buffer.readBigUInt64BE(this.at); this.at += 8; return value; }
  private time(): bigint { const value = this.buffer.readBigInt64BE(this.at); this.at += 8; return value + postgresEpoch; }

  private cstring(): string {
    const end = this.buffer.indexOf(0, this.at);
    const value = this.buffer.toString('utf8', this.at, end);
    this.at = end + 1;
    return value;
  }
}

function isPlain(buffer: Buffer, from: number, to: number): boolean {
  let bits = 0;
  for (let at = from; at < to; at++) bits |= buffer[at]!;
  return bits < 0x80;
}
