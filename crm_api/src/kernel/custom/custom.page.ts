import type { QueryBuilder } from 'objection';
import type { CrmModel, Row } from '../crud/crm.model.js';
import type { Position } from '../crud/cursor.js';
import type { CustomColumn } from './custom.types.js';

/** A page ordered by one custom field. */
export interface CustomOrder {
  readonly custom: CustomColumn;
  readonly descending: boolean;
  readonly limit: number;
  readonly position: Position | null;
}

/**
 * Rows in the order of a custom field, ties by id in the same direction; those without a value come last either way. First what has a value, straight
 * along the index, then the rest by id: one sorted join would have to read every record.
 */
export async function pageByCustom(order: CustomOrder, columns: readonly string[], matching: () => QueryBuilder<CrmModel, CrmModel[]>): Promise<Row[]> {
  const { custom: { fieldId, column }, descending, limit, position } = order;
  const [direction, beyond] = descending ? ['DESC', '<'] : ['ASC', '>'];
  const value = position?.values[0] ?? null;
  const rows: Row[] = [];
  if (position === null || value !== null) {
    const builder = matching()
      .joinRaw(`JOIN crm_core.crm_custom_values cv ON cv.entity_id = t.id AND cv.field_id = ? AND cv.deleted_at IS NULL AND cv.${column} IS NOT NULL`, [fieldId])
      .select(matching().modelClass().raw([...columns, `cv.${column}::text AS __k0`].join(', ')))
      .orderByRaw(`cv.${column} ${direction}, cv.entity_id ${direction}`).limit(limit);
    if (position !== null && value !== null) builder.whereRaw(`(cv.${column}, cv.entity_id) ${beyond} (?, ?)`, [value, position.id]);
    rows.push(...(await builder as unknown as Row[]));
  }
  if (rows.length >= limit) return rows;
  const rest = matching()
    .whereRaw(`NOT EXISTS (SELECT FROM crm_core.crm_custom_values v WHERE v.entity_id = t.id AND v.field_id = ? AND v.deleted_at IS NULL)`, [fieldId])
    .select(matching().modelClass().raw([...columns, 'NULL AS __k0'].join(', '))).orderByRaw(`t.id ${direction}`).limit(limit - rows.length);
  if (position !== null && value === null) rest.whereRaw(`t.id ${beyond} ?`, [position.id]);
  return [...rows, ...(await rest as unknown as Row[])];
}
