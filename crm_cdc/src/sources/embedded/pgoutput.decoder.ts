import type { RowText } from '../../mappings/change.envelope.js';

/** A table as announced in the stream before its first change. */
export interface StreamRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly typeOid: number; readonly typeMod: number }[];
}

/** A decoded message of the pgoutput plugin, protocol version 1. Times are microseconds since 1970-01-01 UTC. */
export type StreamMessage =
  | { readonly tag: 'begin'; readonly finalLsn: bigint; readonly committedAt: bigint; readonly xid: number }
  | { readonly tag: 'commit'; readonly lsn: bigint; readonly endLsn: bigint; readonly committedAt: bigint }
  | { readonly tag: 'relation'; readonly relation: StreamRelation }
  | { readonly tag: 'insert'; readonly relation: StreamRelation; readonly after: RowText }
  | { readonly tag: 'update'; readonly relation: StreamRelation; readonly before: RowText | null; readonly after: RowText }
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
    const before = this.tuple(relation, null);
    this.at++;
    return { tag: 'update', relation, before, after: this.tuple(relation, before) };
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
    const relation = { oid, schema, name, columns };
    this.relations.set(oid, relation);
    return { tag: 'relation', relation };
  }

  private known(): StreamRelation {
    const oid = this.u32();
    const relation = this.relations.get(oid);
    if (!relation) throw new Error(`change of a table (oid ${oid}) that was not announced`);
    return relation;
  }

  private tuple(relation: StreamRelation, old: RowText | null): RowText {
    const row: Record<string, string | null> = {};
    const count = this.u16();
    for (let i = 0; i < count; i++) {
      const name = relation.columns[i]!.name;
      const kind = this.u8();
      if (kind === 0x74 /* t */) {
        const length = this.u32();
        row[name] = this.buffer.toString('utf8', this.at, this.at + length);
        this.at += length;
      } else if (kind === 0x6e /* n */) {
        row[name] = null;
      } else if (kind === 0x75 /* u: unchanged large value */) {
        const value = old?.[name];
        if (value === undefined) throw new MissingValueError(`${relation.schema}.${relation.name}`, name);
        row[name] = value;
      } else {
        throw new Error(`${relation.name}.${name}: unexpected encoding ${kind}; the stream asks for text`);
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
