import { quoteName } from '../embedded/sql.scanner.js';

/** A part of a sorting key: a column, or with `bytes` the sixteen bytes of a UUID. */
export interface KeyPart {
  readonly name: string;
  readonly bytes: boolean;
}

/**
 * The order of rows in a table of `crm_raw`, from the columns of its key and their ClickHouse types. Ids begin with their time (UUIDv7), but the engine
 * orders the type UUID by its second half, which is random; as bytes they lie in the order of time. The engine knows that UUIDToNum keeps equality, so
 * that `id = …`, `id IN …` and tuples use the key as before; a range has to ask for `UUIDToNum(id)`.
 */
export function rawOrder(key: readonly { readonly name: string; readonly type: string }[]): KeyPart[] {
  return key.map(({ name, type }) => ({ name, bytes: type === 'UUID' }));
}

/** The end of CREATE TABLE for a table of `crm_raw`: its order, a min-max index on each column of time that is NOT NULL, and when it is merged. */
export function rawStorage(parts: readonly KeyPart[]): string {
  return `ORDER BY (${parts.map(({ name, bytes }) => (bytes ? `UUIDToNum(${quoteName(name)})` : quoteName(name))).join(', ')})\nSETTINGS ${INDEXED_TIMES} = 1, ${MERGED_AT_REST}`;
}

// The engine makes and drops these indexes with the columns, so that ALTER needs no words about them: one that becomes Nullable loses its own, one that is
// renamed takes it along. It can only be set when a table is made.
const INDEXED_TIMES = 'add_minmax_index_for_temporal_columns';

// FINAL costs least where each row stands once: a table that nobody changed for ten minutes becomes one part. At worst one that changes every ten minutes is
// rewritten as often, which takes 20 s for ten million rows; a table that always changes is merged as the engine thinks best.
const MERGED_AT_REST = 'min_age_to_force_merge_seconds = 600, min_age_to_force_merge_on_partition_only = 1';

/** Whether a table has these indexes; `engine` is `engine_full` of system.tables. */
export function hasIndexedTimes(engine: string): boolean {
  return new RegExp(`\\b${INDEXED_TIMES} = (1|true)\\b`).test(engine);
}

/** The parts of a key as `sorting_key` of system.tables prints it. */
export function readSortingKey(text: string): KeyPart[] {
  return [...text.matchAll(/(UUIDToNum\()?(?:`((?:[^`\\]|\\.)*)`|([A-Za-z_]\w*))/g)].map(([, bytes, quoted, plain]) => ({
    name: plain ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '', bytes: bytes !== undefined,
  }));
}
