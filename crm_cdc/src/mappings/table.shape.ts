/** A published column, in the order of the table. */
export interface ColumnShape {
  readonly name: string;
  /** Postgres' own name of the type with its modifier, for example `numeric(18,2)`. */
  readonly type: string;
  readonly typeOid: number;
  readonly notNull: boolean;
  /** Text of the value that rows older than the column have (`attmissingval`); null when there is none. */
  readonly missing: string | null;
  /** Number of the column in its table, which no later column gets again; absent for a column that only older rows have. */
  readonly attnum?: number;
}

/** A published table as the catalogue describes it. */
export interface TableShape {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  /** Names of the primary key's columns, in key order. */
  readonly primaryKey: readonly string[];
  /** True when old rows travel whole with each change. */
  readonly replicaIdentityFull: boolean;
  /** File of its rows: another one after every rewrite, which the log of changes does not tell of. */
  readonly filenode?: number;
  /** Numbers of columns that it no longer has; the server forgets their names. */
  readonly dropped?: readonly number[];
  /** Its entry in the publication: another one when it left and came back; 0 where the publication names no tables. */
  readonly membership?: number;
}
