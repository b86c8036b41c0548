import type { Knex } from 'knex';
import type { ImportMapping } from '../import.types.js';

/** A mapping saved under a name. */
export interface SavedMapping {
  readonly id: string;
  readonly name: string;
  readonly entity: string;
  readonly mapping: ImportMapping;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = ['id', 'name', 'entity', 'mapping', 'created_at', 'updated_at'] as const;

/** All saved mappings by name. */
export async function listMappings(db: Knex): Promise<SavedMapping[]> {
  return db('crm_core.crm_import_mappings').select<SavedMapping[]>(...columns).whereNull('deleted_at').orderBy(['entity', 'name']);
}

/** Saves a mapping; one of the same name and entity is replaced. */
export async function saveMapping(trx: Knex.Transaction, values: { readonly name: string; readonly entity: string; readonly mapping: ImportMapping; readonly ownerId: string | null }): Promise<SavedMapping> {
  const [saved] = await trx('crm_core.crm_import_mappings')
    .insert({ name: values.name, entity: values.entity, mapping: JSON.stringify(values.mapping), source: values.mapping.source ?? 'file', owner_id: values.ownerId })
    .onConflict(trx.raw('(entity, name) WHERE deleted_at IS NULL'))
    .merge(['mapping', 'source'])
    .returning<SavedMapping[]>([...columns]);
  if (saved === undefined) throw new Error('The mapping was not stored');
  return saved;
}

/** Forgets a mapping; false when there is none. */
export async function deleteMapping(trx: Knex.Transaction, id: string): Promise<boolean> {
  return (await trx('crm_core.crm_import_mappings').where({ id }).whereNull('deleted_at').update({ deleted_at: trx.fn.now() })) > 0;
}
