/** What happened to a row: created, updated, deleted, or read by a snapshot. */
export type ChangeOp = 'c' | 'u' | 'd' | 'r';

/** A row as Postgres prints it: column name → text of the value, null for SQL NULL. A column the source did not send is absent. */
export type RowText = Readonly<Record<string, string | null>>;

/** Where a change comes from; `(table, key, lsn, seq)` identifies it for ever. */
export interface ChangeOrigin {
  /** Table without schema. */
  readonly table: string;
  /** LSN of the change itself (not of its commit): it grows with every committed change of one row, because of row locks. */
  readonly lsn: bigint;
  /** LSN of the transaction's commit record; absent where the source does not tell it. */
  readonly commit_lsn?: bigint;
  /** Position in its transaction, from 0. */
  readonly seq: number;
  /** Top-level transaction id, 32 bits as on the wire; 0 for snapshot rows. */
  readonly xid: number;
  /** Commit time, microseconds since 1970-01-01 UTC. */
  readonly committed_at: bigint;
}

/** One change of one row, the same whichever source delivered it. */
export interface ChangeEnvelope {
  readonly op: ChangeOp;
  readonly before: RowText | null;
  readonly after: RowText | null;
  readonly source: ChangeOrigin;
  /** Primary key columns and their text, of the row this envelope is about. */
  readonly key: RowText;
}
