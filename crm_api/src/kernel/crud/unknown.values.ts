import type { Reader } from '../context/call.js';

/** Those of the given values that no role has as its key, or no team, user or stage as its id. */
export async function unknownOf(db: Reader, what: 'roles' | 'teams' | 'users' | 'stages', values: readonly string[]): Promise<string[]> {
  if (values.length === 0) return [];
  const column = what === 'roles' ? 'key' : 'id::text';
  const { rows } = await db.raw<{ rows: { value: string }[] }>(`SELECT ${column} AS value FROM crm_core.crm_${what} WHERE ${column} = ANY(?::text[]) AND deleted_at IS NULL${what === 'users' ? ' AND is_active' : ''}`, [[...values]]);
  return values.filter((value) => !rows.some((row) => row.value === value));
}
