/** A column of a published Postgres table. */
export interface ColumnDescription {
  readonly name: string;
  /** Text of Postgres' format_type, such as `numeric(18,2)` or `timestamp with time zone`. */
  readonly pgType: string;
  readonly nullable: boolean;
  /** Place in the primary key from 1; absent or 0 for other columns. */
  readonly primaryKeyPosition?: number | null;
  /** Postgres' text of the value that rows older than the column have; null or absent when there is none. */
  readonly missingValue?: string | null;
}

/** A published Postgres table. */
export interface TableDescription {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly ColumnDescription[];
}

/** Says that a table cannot be mirrored as described; the message names the cure. */
export class MirrorError extends Error {
  override name = 'MirrorError';
}

/** Names of the primary key's columns in key order; throws MirrorError when there is none or one of them may be NULL. */
export function primaryKeyOf(table: TableDescription): string[] {
  const key = table.columns.filter((column) => (column.primaryKeyPosition ?? 0) > 0).sort((a, b) => (a.primaryKeyPosition ?? 0) - (b.primaryKeyPosition ?? 0));
  if (key.length === 0) throw new MirrorError(`${table.schema}.${table.name} has no primary key; add one before it is published`);
  return key.map((column) => column.name);
}
