/** A published column, in the order of the table. */
export interface ColumnShape {
  readonly name: string;
  /** Postgres' own name of the type with its modifier, for example `numeric(18,2)`. */
  readonly type: string;
  readonly typeOid: number;
  readonly notNull: boolean;
  /** Text of the value that rows older than the column have (`attmissingval`); null when there is none. */
  readonly missing: string | null;
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
}
