/** A row as Postgres prints it: column → text of the value, null for NULL; a column that was not sent is absent. */
export type RowText = Readonly<Record<string, string | null>>;

/** One change of one row: the change envelope of crm_cdc. */
export interface ChangeRow {
  readonly op: 'c' | 'u' | 'd' | 'r';
  readonly before: RowText | null;
  readonly after: RowText | null;
  readonly source: {
    /** Table without schema. */
    readonly table: string;
    readonly lsn: bigint;
    /** Position of the commit record of its transaction; absent or 0 where the source does not tell. */
    readonly commit_lsn?: bigint;
    readonly seq: number;
    readonly xid: number | bigint;
    /** Microseconds since 1970-01-01 UTC. */
    readonly committed_at: bigint;
  };
  readonly key: RowText;
}

/** Up to where all tables are complete. */
export interface Watermark {
  /** Name of the change source. */
  readonly source: string;
  readonly lsn: bigint;
  /** Commit time of the transaction at `lsn`, microseconds since 1970-01-01 UTC. */
  readonly committedAt: bigint;
  /** When the source had nothing further or was delivering, microseconds since 1970-01-01 UTC. */
  readonly observedAt: bigint;
}

/** What the sink knows of one table. */
export interface TableState {
  readonly table: string;
  readonly lastLsn: bigint;
  readonly rowsApplied: bigint;
  readonly state: 'snapshot' | 'streaming' | 'failed';
}

/** Place of a row that a snapshot read. */
export interface SnapshotPosition {
  /** LSN of the consistent point. */
  readonly version: bigint;
  /** Microseconds since 1970-01-01 UTC. */
  readonly committedAt: bigint;
}
