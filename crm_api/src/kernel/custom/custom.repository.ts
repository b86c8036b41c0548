import type { Knex } from 'knex';
import type { Reader } from '../context/call.js';
import { customSql } from './custom.sql.js';
import { valueColumns, type CustomEntity, type CustomField, type ValueColumn } from './custom.types.js';

const columns = ['id', 'entity', 'key', 'label', 'label_ar', 'type', 'options', 'required', 'is_unique', 'min_value', 'max_value', 'pattern', 'position', 'archived_at'] as const;

/** The active custom fields of a resource in their order. */
export async function activeFields(db: Reader, entity: CustomEntity): Promise<CustomField[]> {
  return db('crm_core.crm_custom_fields').where({ entity }).whereNull('deleted_at').whereNull('archived_at').orderBy(['position', 'key']).select<CustomField[]>(...columns);
}

/** A value of one record in the column of its type. */
export interface StoredValue {
  readonly entityId: string;
  readonly fieldId: string;
  readonly column: ValueColumn;
  readonly value: unknown;
  /** What must occur once only; null where it may repeat. */
  readonly unique: string | null;
}

/** Writes values, each over what was there: one statement for any number of them, as values travel as JSON. */
export async function writeValues(trx: Knex.Transaction, values: readonly StoredValue[]): Promise<void> {
  if (values.length === 0) return;
  const rows = values.map(({ entityId, fieldId, column, value, unique }) => ({ field_id: fieldId, entity_id: entityId, unique_value: unique, [column]: value }));
  const names = [...valueColumns, 'unique_value'];
  const listed = ['field_id', 'entity_id', ...names].join(', ');
  await trx.raw(
    `INSERT INTO crm_core.crm_custom_values (${listed}) SELECT ${listed} FROM jsonb_populate_recordset(NULL::crm_core.crm_custom_values, ?::jsonb)
     ON CONFLICT (field_id, entity_id) WHERE deleted_at IS NULL DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`, [JSON.stringify(rows)]);
}

/** Removes values for good: what they were is in the audit log. */
export async function removeValues(trx: Knex.Transaction, values: readonly { readonly entityId: string; readonly fieldId: string }[]): Promise<void> {
  if (values.length === 0) return;
  await trx.raw(`DELETE FROM crm_core.crm_custom_values v USING unnest(?::uuid[], ?::uuid[]) AS gone(entity_id, field_id) WHERE v.entity_id = gone.entity_id AND v.field_id = gone.field_id`,
    [values.map(({ entityId }) => entityId), values.map(({ fieldId }) => fieldId)]);
}

/** The values of records in the form in which they are answered, by record; of active fields only. */
export async function heldValues(db: Reader, entity: CustomEntity, ids: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const { rows } = await db.raw<{ rows: { id: string; custom: Record<string, unknown> }[] }>(`SELECT t.id, ${customSql(entity)} AS custom FROM unnest(?::uuid[]) AS t(id)`, [[...ids]]);
  return new Map(rows.map(({ id, custom }) => [id, custom]));
}

/** Which record has a value that may occur once only, deleted ones included; key: `field:value`. */
export async function uniqueHolders(db: Reader, values: readonly { readonly fieldId: string; readonly unique: string }[]): Promise<ReadonlyMap<string, string>> {
  if (values.length === 0) return new Map();
  const { rows } = await db.raw<{ rows: { field_id: string; unique_value: string; entity_id: string }[] }>(
    `SELECT v.field_id, v.unique_value, v.entity_id FROM unnest(?::uuid[], ?::text[]) AS k(field_id, value)
       JOIN crm_core.crm_custom_values v ON v.field_id = k.field_id AND v.unique_value = k.value AND v.deleted_at IS NULL`,
    [values.map(({ fieldId }) => fieldId), values.map(({ unique }) => unique)]);
  return new Map(rows.map((row) => [`${row.field_id}:${row.unique_value}`, row.entity_id]));
}

/** Which of the texts do not match their pattern as a whole, by position. Postgres judges: its automaton needs no more than linear time, whatever the pattern. */
export async function mismatches(db: Reader, pairs: readonly { readonly text: string; readonly pattern: string }[]): Promise<ReadonlySet<number>> {
  if (pairs.length === 0) return new Set();
  const { rows } = await db.raw<{ rows: { n: number }[] }>(`SELECT n::int FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS p(value, pattern, n) WHERE value !~ ('^(\\?:' || pattern || ')$')`,
    [pairs.map(({ text }) => text), pairs.map(({ pattern }) => pattern)]);
  return new Set(rows.map(({ n }) => n - 1));
}
