import Joi from 'joi';
import type { Knex } from 'knex';
import type { Call } from '../context/call.js';
import type { Resource } from '../crud/resource.js';
import { inputSchema, strictBody } from '../crud/values.js';
import { CrmError, featureOff, invalidBody, type FieldProblem } from '../errors/crm.error.js';
import { fieldProblems } from '../errors/joi.problems.js';
import { activeFields, mismatches, removeValues, writeValues } from './custom.repository.js';
import { asField, columnOf, customFeature, customName, type CustomEntity, type CustomField } from './custom.types.js';

type Values = Readonly<Record<string, unknown>>;

/** What a write changes of a record's custom values, checked; null removes one. */
export interface CustomChange {
  readonly fields: ReadonlyMap<string, CustomField>;
  readonly values: Values;
}

const nothing: CustomChange = { fields: new Map(), values: {} };

/**
 * Checks the custom values of a write against the definitions as they are now; of a change (`before`) only what differs is kept.
 * @throws CrmError 422 with every problem, each at `custom.key`.
 */
export async function readCustom(trx: Knex.Transaction, call: Call, resource: Resource, given: unknown, before: Values | null): Promise<CustomChange> {
  if (resource.computed['custom'] === undefined) return nothing;
  if (!call.feature(customFeature)) {
    if (given === undefined) return nothing;
    throw featureOff(customFeature);
  }
  if (given === undefined && before !== null) return nothing;
  const fields = await activeFields(trx, resource.name as CustomEntity);
  const schema = Joi.object({ custom: Joi.object(Object.fromEntries(fields.map((one) => [one.key, schemaOf(one, before === null)]))) }).prefs(strictBody);
  const { error, value } = schema.validate({ custom: given ?? {} }) as { error?: Joi.ValidationError; value: { custom: Record<string, unknown> } };
  if (error) throw invalidBody(fieldProblems(error.details).map((one) => (one.code === 'unknown_field' ? { ...one, message: `"${one.path}" is not a custom field of ${resource.name}; use ${fields.map(({ key }) => key).join(', ') || 'none, as there are none'}.` } : one)));
  const byKey = new Map(fields.map((one) => [one.key, one]));
  const values: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value.custom)) {
    const after = canonical(byKey.get(key), one);
    if (JSON.stringify(after) !== JSON.stringify(before?.[key] ?? null)) values[key] = after;
  }
  const problems = [...Object.entries(values).flatMap(([key, one]) => boundProblems(byKey.get(key), one)), ...await patternProblems(trx, byKey, values)];
  if (problems.length > 0) throw invalidBody(problems);
  return { fields: byKey, values };
}

/** Stores a checked change. @throws CrmError 409 where another record has a value that may occur once only. */
export async function writeCustom(trx: Knex.Transaction, id: string, { fields, values }: CustomChange): Promise<void> {
  const entries = Object.entries(values).flatMap(([key, value]) => { const field = fields.get(key); return field ? [{ field, value }] : []; });
  await removeValues(trx, id, entries.filter(({ value }) => value === null).map(({ field }) => field.id));
  await writeValues(trx, id, entries.filter(({ value }) => value !== null).map(({ field, value }) => ({
    fieldId: field.id, column: columnOf(field.type), value, unique: field.is_unique ? uniqueText(value) : null,
  }))).catch((error: unknown) => { throw taken(error, entries.map(({ field }) => field)) ?? error; });
}

/** How a value that may occur once only is compared: case does not count. */
export const uniqueText = (value: unknown): string => String(value).toLowerCase();

function taken(error: unknown, fields: readonly CustomField[]): CrmError | null {
  const { constraint, detail } = error as { constraint?: string; detail?: string };
  if (constraint !== 'crm_custom_values_unique_key') return null;
  const path = customName(fields.find(({ id }) => detail?.includes(id))?.key ?? '');
  return new CrmError(409, 'already_exists', `Another record, perhaps a deleted one, already has this value of "${path}". Use a different one, or change the other record.`, {
    cause: error, errors: [{ path, code: 'unique', message: `"${path}" must be unique.` }],
  });
}

function schemaOf(one: CustomField, creating: boolean): Joi.Schema {
  const field = asField(one);
  const single = inputSchema({ ...field, nullable: false });
  const schema = one.type === 'multi_choice' ? Joi.array().items(single).unique().min(1) : one.type === 'text' || one.type === 'long_text' ? (single as Joi.StringSchema).disallow('') : single;
  // Text that is empty says nothing: null says it.
  return one.required ? (creating ? schema.required() : schema) : schema.allow(null);
}

/** One form for one value, in which it is compared, stored and answered. */
function canonical(field: CustomField | undefined, value: unknown): unknown {
  if (value === null || value === undefined || field === undefined) return null;
  if (field.type === 'decimal' || field.type === 'money') {
    const [whole = '0', fraction = ''] = String(value).replace(/^-/, '').split('.');
    const digits = fraction.replace(/0+$/, '');
    const number = `${whole.replace(/^0+(?=\d)/, '')}${field.type === 'money' ? `.${digits.padEnd(2, '0')}` : digits === '' ? '' : `.${digits}`}`;
    return String(value).startsWith('-') && /[1-9]/.test(number) ? `-${number}` : number;
  }
  // In the order of the definition, as a set has none of its own.
  if (field.type === 'multi_choice') return field.options.map((one) => one.value).filter((one) => (value as readonly unknown[]).includes(one));
  return value;
}

function boundProblems(field: CustomField | undefined, value: unknown): FieldProblem[] {
  if (!field || value === null) return [];
  const path = customName(field.key);
  const text = field.type === 'text' || field.type === 'long_text';
  const numeric = ['integer', 'decimal', 'money'].includes(field.type);
  const size = text ? String(value).length : numeric ? Number(value) : String(value);
  const bound = (limit: string): number | string => (text || numeric ? Number(limit) : limit);
  const what = text ? 'have' : 'be';
  const unit = text ? ' characters' : '';
  return [
    ...(field.min_value !== null && size < bound(field.min_value) ? [{ path, code: 'too_small', message: `"${path}" must ${what} at least ${field.min_value}${unit}.` }] : []),
    ...(field.max_value !== null && size > bound(field.max_value) ? [{ path, code: 'too_large', message: `"${path}" must ${what} at most ${field.max_value}${unit}.` }] : []),
  ];
}

async function patternProblems(trx: Knex.Transaction, fields: ReadonlyMap<string, CustomField>, values: Values): Promise<FieldProblem[]> {
  const pairs = Object.entries(values).flatMap(([key, value]) => {
    const pattern = fields.get(key)?.pattern ?? null;
    return pattern !== null && typeof value === 'string' ? [{ key, text: value, pattern }] : [];
  });
  const wrong = await mismatches(trx, pairs);
  return pairs.filter((_, index) => wrong.has(index)).map(({ key, pattern }) => ({ path: customName(key), code: 'pattern', message: `"${customName(key)}" must have the form ${pattern}.` }));
}
