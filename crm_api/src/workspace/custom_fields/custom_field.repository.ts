import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { CustomEntity, CustomField } from '../../kernel/custom/custom.types.js';
import type { CustomFieldRow } from './custom_field.types.js';

const table = 'crm_core.crm_custom_fields';
const columns = 't.*, t.xmin::text AS __version';

/** Definitions in the order of forms. */
export async function listFields(db: Reader, entity: CustomEntity | null, archived: boolean): Promise<CustomFieldRow[]> {
  const query = db(`${table} as t`).whereNull('t.deleted_at').orderBy(['t.entity', 't.position', 't.key']).select<CustomFieldRow[]>(db.raw(columns));
  if (entity !== null) query.where('t.entity', entity);
  if (!archived) query.whereNull('t.archived_at');
  return query;
}

/** One definition, locked against writers of its values where asked for. */
export async function findField(db: Reader, id: string, lock = false): Promise<CustomFieldRow | undefined> {
  const query = db(`${table} as t`).where('t.id', id).whereNull('t.deleted_at').select<CustomFieldRow[]>(db.raw(columns));
  if (lock) query.forUpdate('t');
  return (await query)[0];
}

/** Stores a new definition, last in its order unless told otherwise. */
export async function insertField(trx: Knex.Transaction, values: Omit<CustomField, 'id' | 'archived_at' | 'position'> & { readonly position: number | null }): Promise<string> {
  const position = values.position ?? trx.raw(`(SELECT coalesce(max(position), 0) + 1 FROM ${table} WHERE entity = ? AND deleted_at IS NULL)`, [values.entity]);
  const [row] = await trx(table).insert({ ...values, position, options: JSON.stringify(values.options) }).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes a definition. */
export async function updateField(trx: Knex.Transaction, id: string, patch: Partial<CustomField> & { readonly deleted_at?: Date }): Promise<void> {
  await trx(table).where({ id }).update({ ...patch, ...(patch.options ? { options: JSON.stringify(patch.options) } : {}) });
}

/** Notes of every value of a field what must not occur twice, or forgets it. */
export async function setUnique(trx: Knex.Transaction, id: string, unique: boolean): Promise<void> {
  await trx('crm_core.crm_custom_values').where({ field_id: id }).whereNull('deleted_at').update({ unique_value: unique ? trx.raw('lower(coalesce(text_value, trim_scale(number_value)::text))') : null });
}

/** Removes every value of a field for good. */
export async function dropValues(trx: Knex.Transaction, id: string): Promise<void> {
  await trx('crm_core.crm_custom_values').where({ field_id: id }).delete();
}

/** How many fields a kind of record shows. */
export async function countActive(db: Reader, entity: CustomEntity): Promise<number> {
  const row = await db(table).where({ entity }).whereNull('deleted_at').whereNull('archived_at').count<{ count: string }[]>('* as count').first();
  return Number(row?.count ?? 0);
}

/** Whether Postgres understands a regular expression. */
export async function isPattern(trx: Knex.Transaction, pattern: string): Promise<boolean> {
  try {
    await trx.transaction((inner) => inner.raw(`SELECT '' ~ ('^(\\?:' || ?::text || ')$')`, [pattern]));
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === '2201B') return false;
    throw error;
  }
}
