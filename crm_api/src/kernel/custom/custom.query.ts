import type { Knex } from 'knex';
import type { Call, Reader } from '../context/call.js';
import { hiddenFields } from '../crud/field.access.js';
import type { Field } from '../crud/fields.js';
import type { Filter } from '../crud/list.query.js';
import type { Resource } from '../crud/resource.js';
import type { Sql } from '../crud/scope.js';
import { featureOff } from '../errors/crm.error.js';
import { activeFields } from './custom.repository.js';
import { asField, columnOf, customFeature, customName, searchedTypes, type CustomColumn, type CustomEntity } from './custom.types.js';

/** The custom fields of a resource as further fields to filter and sort by, where a list's parameters name any. */
export async function customColumns(call: Call, resource: Resource, query: Readonly<Record<string, unknown>>): Promise<{ fields: Record<string, Field>; columns: Record<string, CustomColumn> } | null> {
  const named = Object.entries(query).some(([key, value]) => key.startsWith('filter[custom.') || (key === 'sort' && String(value).includes('custom.')));
  if (!named || resource.computed['custom'] === undefined) return null;
  if (!call.feature(customFeature)) throw featureOff(customFeature);
  const customs = await activeFields(call.db, resource.name as CustomEntity);
  return {
    fields: Object.fromEntries(customs.map((custom) => [customName(custom.key), asField(custom)])),
    columns: Object.fromEntries(customs.map((custom) => [customName(custom.key), { fieldId: custom.id, column: columnOf(custom.type), kind: asField(custom).kind }])),
  };
}

/** The custom fields of a resource whose words `q` finds: those of text that the caller is shown. */
export async function searchedFields(db: Reader, call: Call, resource: Resource): Promise<readonly string[]> {
  if (resource.computed['custom'] === undefined || !call.feature(customFeature)) return [];
  const hidden = hiddenFields(call.actor, resource.name);
  return (await activeFields(db, resource.name as CustomEntity)).filter(({ type, key }) => searchedTypes.includes(type) && !hidden.has(customName(key))).map(({ id }) => id);
}

/** A text's own wildcards are plain characters, and it is folded like what it is looked for in. */
const pattern = `'%' || regexp_replace(crm_core.crm_fold(?::text), '([\\\\%_])', '\\\\\\1', 'g') || '%'`;
const words = 'crm_core.crm_fold(coalesce(v.text_value, v.long_text_value))';

/** Records, as a list of ids, that have a word in one of the given custom fields; found by the index of trigrams. */
export function customWord(fieldIds: readonly string[], word: string): Sql {
  return { sql: `SELECT v.entity_id FROM crm_core.crm_custom_values v WHERE v.field_id = ANY(?::uuid[]) AND v.deleted_at IS NULL AND ${words} LIKE ${pattern}`, bindings: [[...fieldIds], word] };
}

/** The condition of a filter on a custom field, over the alias `t`; each finds by an index that begins with the field. */
export function customCondition(filter: Filter, { fieldId, column, kind }: CustomColumn): Sql {
  const has = (test: string, bindings: readonly Knex.Value[]): Sql => ({ sql: `t.id IN (SELECT v.entity_id FROM crm_core.crm_custom_values v WHERE v.field_id = ? AND v.deleted_at IS NULL AND ${test})`, bindings: [fieldId, ...bindings] });
  const hasNot = (test: string, bindings: readonly Knex.Value[]): Sql => ({ sql: `NOT EXISTS (SELECT FROM crm_core.crm_custom_values v WHERE v.entity_id = t.id AND v.field_id = ? AND v.deleted_at IS NULL AND ${test})`, bindings: [fieldId, ...bindings] });
  const value = filter.value as string;
  const values = Array.isArray(filter.value) ? filter.value as string[] : [];
  const many = column === 'json_value';
  switch (filter.op) {
    case 'null': return filter.value === true ? hasNot('true', []) : has('true', []);
    case 'contains': return has(`${words} LIKE ${pattern}`, [value]);
    case 'in': return many ? has('v.json_value \\?| ?::text[]', [values]) : has(`v.${column} = ANY(?${kind === 'boolean' ? '::boolean[]' : ''})`, [values]);
    case 'ne': return many ? hasNot('v.json_value \\? ?', [value]) : hasNot(`v.${column} = ?`, [value]);
    case 'eq': return many ? has('v.json_value \\? ?', [value]) : has(`v.${column} = ?`, [value]);
    default: return has(`v.${column} ${comparison[filter.op]} ?`, [value]);
  }
}

const comparison = { gte: '>=', lte: '<=', gt: '>', lt: '<' } as const;
