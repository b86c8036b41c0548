import type { Knex } from 'knex';
import type { DraftRow, EntityDefinition } from '../import.types.js';

/** The record each row is about: found by the other system's id, else by the entity's natural keys. Rows without one are new. */
export async function matchRecords(trx: Knex.Transaction, entity: EntityDefinition, rows: readonly DraftRow[], source: string): Promise<Map<DraftRow, string>> {
  const matches = new Map<DraftRow, string>();
  const externals = rows.flatMap((row) => (typeof row.values['external_id'] === 'string' ? [row.values['external_id']] : []));
  if (externals.length > 0) {
    const found = await trx<{ id: string; external_id: string; external_source: string; deleted_at: Date | null }>(`crm_core.${entity.table}`)
      .select('id', 'external_id')
      .where({ external_source: source })
      .whereIn('external_id', externals)
      .whereNull('deleted_at');
    const byExternal = new Map(found.map((record) => [record.external_id, record.id]));
    for (const row of rows) {
      const id = byExternal.get(String(row.values['external_id'] ?? ''));
      if (id !== undefined) matches.set(row, id);
    }
    await matchMerged(trx, entity, rows.filter((row) => !matches.has(row)), source, matches);
  }
  for (const key of entity.naturalKeys) {
    const open = rows.filter((row) => !matches.has(row) && typeof row.values[key.field] === 'string');
    if (open.length === 0) continue;
    const column = entity.fields.find((field) => field.key === key.field)?.column ?? key.field;
    const texts = [...new Set(open.map((row) => row.values[key.field] as string))];
    // A record that already has another id of the same system is another record, however alike its name.
    const { rows: found } = await trx.raw<{ rows: { id: string; text: string; region: string | null; external_id: string | null; external_source: string | null }[] }>(
      `SELECT t.id, k.value AS text, ${entity.table === 'crm_accounts' ? 't.region' : 'NULL::text AS region'}, t.external_id, t.external_source
         FROM unnest(?::text[]) AS k(value) JOIN crm_core.${entity.table} t ON ${key.sql(`t.${column}`)} = ${key.sql('k.value')}
        WHERE t.deleted_at IS NULL${key.where === undefined ? '' : ` AND t.${key.where}`}`,
      [texts],
    );
    for (const row of open) {
      const candidates = found.filter((record) => record.text === row.values[key.field]);
      const free = candidates.filter((record) => {
        if (record.external_source !== source || record.external_id === null) return true;
        return (row.values['external_id'] ?? record.external_id) === record.external_id;
      });
      const region = row.values['region'];
      const chosen = typeof region === 'string' ? free.filter((record) => record.region === null || record.region === region) : free;
      if (chosen.length === 1 && chosen[0] !== undefined) matches.set(row, chosen[0].id);
      else if (chosen.length > 1) {
        row.problems.push({ code: 'match_ambiguous', field: key.field, value: row.values[key.field] as string, message: `${chosen.length} records have this value. Map a column to the id in the other system, or to the region.` });
      }
    }
  }
  return matches;
}

/** Rows about records that were merged: importing a file again must not undo what somebody decided, neither by making the double anew nor by giving its values to the survivor. */
async function matchMerged(trx: Knex.Transaction, entity: EntityDefinition, rows: readonly DraftRow[], source: string, matches: Map<DraftRow, string>): Promise<void> {
  const externals = rows.flatMap((row) => (typeof row.values['external_id'] === 'string' ? [row.values['external_id']] : []));
  if (!mergeable.has(entity.table) || externals.length === 0) return;
  const { rows: found } = await trx.raw<{ rows: { external_id: string; id: string }[] }>(
    `SELECT m.external_id, t.id FROM crm_core.${entity.table} m JOIN crm_core.${entity.table} t ON t.id = m.merged_into_id AND t.deleted_at IS NULL
      WHERE m.external_source = ? AND m.external_id = ANY(?::text[]) AND m.merged_into_id IS NOT NULL`, [source, externals]);
  const survivors = new Map(found.map((record) => [record.external_id, record.id]));
  for (const row of rows) {
    const id = survivors.get(String(row.values['external_id'] ?? ''));
    if (id === undefined) continue;
    matches.set(row, id);
    row.mergedAway = true;
  }
}

/** Tables whose records can be merged. */
export const mergeable: ReadonlySet<string> = new Set(['crm_accounts', 'crm_contacts', 'crm_leads']);
