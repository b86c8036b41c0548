import type { Knex } from 'knex';
import type { Reader } from '../context/call.js';
import { valueColumns, type CustomEntity, type CustomField, type ValueColumn } from './custom.types.js';

const columns = ['id', 'entity', 'key', 'label', 'label_ar', 'type', 'options', 'required', 'is_unique', 'min_value', 'max_value', 'pattern', 'position', 'archived_at'] as const;

/** The active custom fields of a resource in their order. */
export async function activeFields(db: Reader, entity: CustomEntity): Promise<CustomField[]> {
  return db('crm_core.crm_custom_fields').where({ entity }).whereNull('deleted_at').whereNull('archived_at').orderBy(['position', 'key']).select<CustomField[]>(...columns);
}

/** A value in the column of its type. */
export interface StoredValue {
  readonly fieldId: string;
  readonly column: ValueColumn;
  readonly value: unknown;
  /** What must occur once only; null where it may repeat. */
  readonly unique: string | null;
}

/** Writes values of one record, each over what was there. */
export async function writeValues(trx: Knex.Transaction, entityId: string, values: readonly StoredValue[]): Promise<void> {
  if (values.length === 0) return;
  const rows = values.map(({ fieldId, column, value, unique }) => ({
    field_id: fieldId, entity_id: entityId, unique_value: unique,
    ...Object.fromEntries(valueColumns.map((one) => [one, one === column ? (one === 'json_value' ? JSON.stringify(value) : value) : null])),
  }));
  await trx('crm_core.crm_custom_values').insert(rows).onConflict(trx.raw('(field_id, entity_id) WHERE deleted_at IS NULL')).merge([...valueColumns, 'unique_value']);
}

/** Removes values of one record for good: what they were is in the audit log. */
export async function removeValues(trx: Knex.Transaction, entityId: string, fieldIds: readonly string[]): Promise<void> {
  if (fieldIds.length > 0) await trx('crm_core.crm_custom_values').where({ entity_id: entityId }).whereIn('field_id', [...fieldIds]).delete();
}

/** Which of the texts do not match their pattern as a whole, by position. Postgres judges: its automaton needs no more than linear time, whatever the pattern. */
export async function mismatches(db: Reader, pairs: readonly { readonly text: string; readonly pattern: string }[]): Promise<ReadonlySet<number>> {
  if (pairs.length === 0) return new Set();
  const { rows } = await db.raw<{ rows: { n: number }[] }>(`SELECT n::int FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS p(value, pattern, n) WHERE value !~ ('^(\\?:' || pattern || ')$')`,
    [pairs.map(({ text }) => text), pairs.map(({ pattern }) => pattern)]);
  return new Set(rows.map(({ n }) => n - 1));
}
