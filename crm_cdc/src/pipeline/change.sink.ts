import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import type { ColumnShape, TableShape } from '../mappings/table.shape.js';
import type { DeadLetterReason } from '../outcomes/outcome.types.js';

/** A message of a broker that could not be read, byte for byte. */
export interface RawMessage {
  /** Table that its topic belongs to, empty when none does. */
  readonly table: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** What could not be stored, and why: a change, or a message that is none. */
export type DeadLetter =
  | { readonly envelope: ChangeEnvelope; readonly reason: DeadLetterReason; readonly detail: string }
  | { readonly message: RawMessage; readonly reason: 'undecodable'; readonly detail: string };

/** Up to where all tables are complete. Times are microseconds since 1970-01-01 UTC. */
export interface WatermarkMove {
  readonly source: string;
  readonly lsn: bigint;
  readonly committedAt: bigint;
  readonly observedAt: bigint;
}

/** What the truncation of a table means downstream: all rows older than `lsn` are gone. */
export interface Truncation {
  readonly table: string;
  readonly lsn: bigint;
  readonly seq: number;
  readonly xid: number;
  readonly committed_at: bigint;
}

/** What bringing a table to its shape has changed. */
export interface ShapeChange {
  /** The warehouse did not have the table. */
  readonly created: boolean;
  readonly added: readonly ColumnShape[];
  /** Some column has another type now. */
  readonly retyped: boolean;
  /** Table that keeps the history up to now, because the new key cannot tell its versions apart. */
  readonly archive?: string;
}

/** Where changes go. Every call is durable once it resolves, and repeating it changes nothing. */
export interface ChangeSink {
  /** Brings the warehouse's table to this shape. */
  prepare(shape: TableShape): Promise<ShapeChange>;
  write(changes: readonly ChangeEnvelope[]): Promise<void>;
  truncate(truncation: Truncation): Promise<void>;
  setAside(letters: readonly DeadLetter[]): Promise<void>;
  advance(move: WatermarkMove): Promise<void>;
  /** The stored watermark of a source; undefined before the first. */
  watermark(source: string): Promise<Pick<WatermarkMove, 'lsn'> | undefined>;
}
