import type { Knex } from 'knex';
import type { Call, Reader } from '../context/call.js';
import type { Sql } from '../crud/scope.js';

/** The switch of everything about segments. */
export const segmentFeature = 'crm_feature_segments';

/** What a saved list asks for: conditions by field and operator as text, words, an order. */
export interface SavedQuery {
  readonly entity: string;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly q: string | null;
  readonly sort: string | null;
}

/** The segments that a caller is shown, `t` being the segment: one's own, what is shared with all, and what a teammate shares with the team. */
export function visibleSegments({ actor }: Call): Sql {
  const parts = [`t.visibility = 'all'`];
  const bindings: Knex.Value[] = [];
  if (actor.userId !== null) {
    parts.push('t.owner_id = ?');
    bindings.push(actor.userId);
  }
  if (actor.teamIds.length > 0) {
    parts.push(`(t.visibility = 'team' AND t.owner_id IN (SELECT su.id FROM crm_core.crm_users su WHERE su.team_id = ANY(?::uuid[])))`);
    bindings.push([...actor.teamIds]);
  }
  return { sql: `(${parts.join(' OR ')})`, bindings };
}

/** A segment's query, where the caller is shown it. */
export async function findSaved(db: Reader, call: Call, id: string): Promise<SavedQuery | undefined> {
  const visible = visibleSegments(call);
  const { rows } = await db.raw<{ rows: SavedQuery[] }>(`SELECT t.entity, t.filter, t.q, t.sort FROM crm_core.crm_segments t WHERE t.id = ? AND t.deleted_at IS NULL AND ${visible.sql}`, [id, ...visible.bindings]);
  return rows[0];
}

/** The same as parameters of a list, so that one reader understands both. A bare value means equal; several conditions on a field are an object by operator. */
export function asParameters({ filter, q, sort }: Omit<SavedQuery, 'entity'>): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [field, condition] of Object.entries(filter)) {
    const byOperator = condition !== null && typeof condition === 'object' && !Array.isArray(condition) ? condition as Record<string, unknown> : { [Array.isArray(condition) ? 'in' : 'eq']: condition };
    for (const [operator, value] of Object.entries(byOperator)) parameters[`filter[${field}][${operator}]`] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return { ...parameters, ...(q === null || q === '' ? {} : { q }), ...(sort === null ? {} : { sort }) };
}
