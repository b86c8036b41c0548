import { clearRemovedParts, quoteString, type RowErasure, type Warehouse } from 'crm_warehouse';
import type { RawMessage } from '../pipeline/change.sink.js';

// A message that could not be decoded has no key and no position of its own, but where Debezium wrote it its text tells both.
const TEXT = `concat(tryBase64Decode(raw_key), '\\n', tryBase64Decode(raw))`;
const ID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/** Removes the dead letters of erased rows up to a position of the log, messages that could not be decoded and name such a row as well; answers how many. */
export async function eraseLetters(warehouse: Warehouse, { table, keys }: RowErasure, lsn: bigint): Promise<number> {
  const list = keys.map(quoteString).join(', ');
  const decoded = `topic = '' AND lsn <= ${String(lsn)} AND JSONExtractString(key, 'id') IN (${list})`;
  const raw = `topic != '' AND JSONExtractUInt(tryBase64Decode(raw), 'source', 'lsn') <= ${String(lsn)} AND hasAny(extractAll(lower(${TEXT}), ${quoteString(ID.source)}), [${list}])`;
  const where = `table_name = ${quoteString(table)} AND ((${decoded}) OR (${raw}))`;
  const row = await warehouse.first<{ n: string }>(`SELECT count() AS n FROM crm_cdc.dead_letter WHERE ${where}`);
  if (row === undefined || row.n === '0') return 0;
  await warehouse.command(`ALTER TABLE crm_cdc.dead_letter DELETE WHERE ${where} SETTINGS mutations_sync = 2`, { idempotent: true });
  await clearRemovedParts(warehouse, 'crm_cdc', 'dead_letter');
  return Number(row.n);
}

/** The ids of rows that a message names, and its position in the log: 0 where it tells none, as every erasure is later than that. */
export function namedIn({ key, value }: RawMessage): { readonly ids: ReadonlySet<string>; readonly lsn: bigint } {
  const text = value?.toString('utf8') ?? '';
  return { ids: new Set(`${key?.toString('utf8') ?? ''}\n${text}`.toLowerCase().match(ID) ?? []), lsn: positionIn(text) };
}

function positionIn(text: string): bigint {
  try {
    const { source } = JSON.parse(text) as { source?: { lsn?: unknown } };
    return typeof source?.lsn === 'number' && source.lsn > 0 ? BigInt(Math.trunc(source.lsn)) : 0n;
  } catch {
    return 0n;
  }
}
