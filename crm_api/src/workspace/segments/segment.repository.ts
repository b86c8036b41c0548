import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { visibleSegments } from '../../kernel/lists/segment.reader.js';
import type { SegmentChange, SegmentRow } from './segment.types.js';

const table = 'crm_core.crm_segments';
const select = `SELECT t.id, t.entity, t.name, t.filter, t.q, t.sort, t.visibility, t.owner_id, u.name AS owner_name, t.created_at, t.updated_at, t.xmin::text AS __version FROM ${table} t LEFT JOIN crm_core.crm_users u ON u.id = t.owner_id`;

/** Segments that the caller is shown, by name. */
export async function listSegments(db: Reader, call: Call, entity: string | null): Promise<SegmentRow[]> {
  const visible = visibleSegments(call);
  return (await db.raw<{ rows: SegmentRow[] }>(`${select} WHERE t.deleted_at IS NULL AND ${visible.sql}${entity === null ? '' : ' AND t.entity = ?'} ORDER BY t.name, t.id LIMIT 500`, [...visible.bindings, ...(entity === null ? [] : [entity])])).rows;
}

/** One segment that the caller is shown, locked where asked for. */
export async function findSegment(db: Reader, call: Call, id: string, lock: boolean): Promise<SegmentRow | undefined> {
  const visible = visibleSegments(call);
  return (await db.raw<{ rows: SegmentRow[] }>(`${select} WHERE t.id = ? AND t.deleted_at IS NULL AND ${visible.sql}${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, [id, ...visible.bindings])).rows[0];
}

/** Stores a segment. */
export async function insertSegment(trx: Knex.Transaction, values: SegmentChange & { readonly entity: string; readonly owner_id: string | null }): Promise<string> {
  const [row] = await trx(table).insert({ ...values, filter: JSON.stringify(values.filter) }).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes a segment. */
export async function updateSegment(trx: Knex.Transaction, id: string, patch: SegmentChange & { readonly deleted_at?: Date }): Promise<void> {
  await trx(table).where({ id }).update({ ...patch, ...(patch.filter ? { filter: JSON.stringify(patch.filter) } : {}) });
}
