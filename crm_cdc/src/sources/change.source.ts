import type { ChangeEnvelope } from '../mappings/change.envelope.js';
import type { LateRows } from '../mappings/unclear.names.js';
import type { TableShape } from '../mappings/table.shape.js';
import type { RawMessage } from '../pipeline/change.sink.js';
import type { DropReason } from '../outcomes/outcome.types.js';

/** What a source delivers, in commit order; the changes of a transaction lie between its `begin` and its `commit`. */
export type SourceEvent =
  | { readonly kind: 'begin'; readonly lsn: bigint; readonly xid: number; readonly committed_at: bigint }
  | { readonly kind: 'change'; readonly envelope: ChangeEnvelope }
  /** A change that the source leaves out on purpose. */
  | { readonly kind: 'skipped'; readonly table: string; readonly reason: DropReason }
  | { readonly kind: 'truncate'; readonly tables: readonly string[]; readonly lsn: bigint; readonly seq: number; readonly xid: number; readonly committed_at: bigint }
  /** A message of a broker that is no change of a table; it is set aside as it is. */
  | { readonly kind: 'undecodable'; readonly message: RawMessage; readonly detail: string }
  /** All rows of the source's own snapshot have been delivered. */
  | { readonly kind: 'snapshot_end' }
  /**
   * The shape that the following changes of this table have: sent before its first change and whenever it differs. `now` is the catalogue's own, without
   * a place for older rows: the only one as which the table can be read again. Absent where it is the same. `late` tells of rows whose columns are not the catalogue's.
   */
  | { readonly kind: 'shape'; readonly shape: TableShape; readonly now?: TableShape; readonly late?: LateRows }
  /** End of a transaction: everything up to `lsn` (its end in the log) has been delivered. `transaction_lsn` is that of its `begin`. */
  | { readonly kind: 'commit'; readonly lsn: bigint; readonly transaction_lsn: bigint; readonly committed_at: bigint }
  /** Nothing further up to `lsn`; sent about once a second while the source is idle. `at` is when it was told, microseconds. */
  | { readonly kind: 'idle'; readonly lsn: bigint; readonly at: bigint };

/** Takes events one after the other; while its promise is pending the source stops reading, which bounds memory. */
export type SourceHandler = (event: SourceEvent) => void | Promise<void>;

/** A running delivery. `ended` resolves after `stop()` and rejects when the connection or the handler fails. */
export interface SourceRun {
  readonly ended: Promise<void>;
}

/** Where changes come from. Delivery is at least once: whatever was not confirmed is delivered again by the next start. */
export interface ChangeSource {
  /** Name under which the watermark is kept. */
  readonly name: string;
  /** Starts delivering every transaction that ends after `from`; resolves once the stream is open. */
  start(from: bigint, handler: SourceHandler): Promise<SourceRun>;
  /** The present shape of a table with a place for its rows that are still on their way in an older one; absent where the source itself looks before each row. */
  place?(shape: TableShape): TableShape;
  /** Tells the origin that everything up to `lsn` is safe downstream and may be forgotten. */
  confirm(lsn: bigint): Promise<void>;
  /** Ends the delivery and the connection; safe to call twice. */
  stop(): Promise<void>;
}
