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
  const [judged] = await judgeCustom(trx, resource.name, fields, [{ given, before }]);
  if (judged === undefined || judged.problems.length > 0) throw invalidBody(judged?.problems ?? []);
  return { fields: new Map(fields.map((one) => [one.key, one])), values: judged.values };
}

/** One write of custom values: what is given, and of a change what the record has. */
export interface CustomWrite {
  readonly given: unknown;
  readonly before: Values | null;
}

/** What a write changes, in the form in which it is stored, and everything that is wrong with it. */
export interface CustomVerdict {
  readonly values: Values;
  readonly problems: FieldProblem[];
}

/** Judges writes, in their order, by the given definitions; what only Postgres can judge is one question for all of them. */
export async function judgeCustom(trx: Knex.Transaction, entity: string, fields: readonly CustomField[], writes: readonly CustomWrite[]): Promise<CustomVerdict[]> {
  const byKey = new Map(fields.map((one) => [one.key, one]));
  const schemas = new Map<boolean, Joi.Schema>();
  const verdicts = writes.map((write) => {
    const creating = write.before === null;
    const schema = schemas.get(creating) ?? recordSchema(fields, creating);
    schemas.set(creating, schema);
    return judgeForms(schema, entity, byKey, write);
  });
  const wrong = await patternProblems(trx, byKey, verdicts.map(({ values }) => values));
  return verdicts.map((one, index) => ({ ...one, problems: [...one.problems, ...wrong[index] ?? []] }));
}

const recordSchema = (fields: readonly CustomField[], creating: boolean): Joi.Schema =>
  Joi.object({ custom: Joi.object(Object.fromEntries(fields.map((one) => [one.key, schemaOf(one, creating)]))) }).prefs(strictBody);

function judgeForms(schema: Joi.Schema, entity: string, byKey: ReadonlyMap<string, CustomField>, { given, before }: CustomWrite): CustomVerdict {
  const { error, value } = schema.validate({ custom: given ?? {} }) as { error?: Joi.ValidationError; value: { custom: Record<string, unknown> } };
  if (error) return { values: {}, problems: fieldProblems(error.details).map((one) => (one.code === 'unknown_field' ? { ...one, message: `"${one.path}" is not a custom field of ${entity}; use ${[...byKey.keys()].join(', ') || 'none, as there are none'}.` } : one)) };
  const values: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value.custom)) {
    const after = canonical(byKey.get(key), one);
    if (JSON.stringify(after) !== JSON.stringify(before?.[key] ?? null)) values[key] = after;
  }
  return { values, problems: Object.entries(values).flatMap(([key, one]) => boundProblems(byKey.get(key), one)) };
}

/** Stores a checked change of one record. @throws CrmError 409 where another record has a value that may occur once only. */
export async function writeCustom(trx: Knex.Transaction, id: string, { fields, values }: CustomChange): Promise<void> {
  await writeCustoms(trx, fields, [{ id, values }]);
}

/** Stores checked changes of many records. @throws CrmError 409 as above. */
export async function writeCustoms(trx: Knex.Transaction, fields: ReadonlyMap<string, CustomField>, changes: readonly { readonly id: string; readonly values: Values }[]): Promise<void> {
  const entries = changes.flatMap(({ id, values }) => Object.entries(values).flatMap(([key, value]) => { const field = fields.get(key); return field ? [{ entityId: id, field, value }] : []; }));
  await removeValues(trx, entries.filter(({ value }) => value === null).map(({ entityId, field }) => ({ entityId, fieldId: field.id })));
  await writeValues(trx, entries.filter(({ value }) => value !== null).map(({ entityId, field, value }) => ({
    entityId, fieldId: field.id, column: columnOf(field.type), value, unique: field.is_unique ? uniqueText(value) : null,
  }))).catch((error: unknown) => { throw taken(error, entries.map(({ field }) => field)) ?? error; });
}

/** How a value that may occur once only is compared: case does not count. */
export const uniqueText = (value: unknown): string => String(value).toLowerCase();

/** The problem of a value that another record has. */
export const notUnique = (key: string): FieldProblem => ({ path: customName(key), code: 'unique', message: `"${customName(key)}" must be unique.` });

/** What to do about a value that another record has. */
export const uniqueCure = (key: string): string => `Another record, perhaps a deleted one, already has this value of "${customName(key)}". Use a different one, or change the other record.`;

function taken(error: unknown, fields: readonly CustomField[]): CrmError | null {
  const { constraint, detail } = error as { constraint?: string; detail?: string };
  if (constraint !== 'crm_custom_values_unique_key') return null;
  const key = fields.find(({ id }) => detail?.includes(id))?.key ?? '';
  return new CrmError(409, 'already_exists', uniqueCure(key), { cause: error, errors: [notUnique(key)] });
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

/** For each write the texts that do not have the form that their field demands. */
async function patternProblems(trx: Knex.Transaction, fields: ReadonlyMap<string, CustomField>, writes: readonly Values[]): Promise<FieldProblem[][]> {
  const pairs = writes.flatMap((values, write) => Object.entries(values).flatMap(([key, value]) => {
    const pattern = fields.get(key)?.pattern ?? null;
    return pattern !== null && typeof value === 'string' ? [{ write, key, text: value, pattern }] : [];
  }));
  const problems = writes.map((): FieldProblem[] => []);
  const wrong = await mismatches(trx, pairs);
  pairs.forEach(({ write, key, pattern }, index) => {
    if (wrong.has(index)) problems[write]?.push({ path: customName(key), code: 'pattern', message: `"${customName(key)}" must have the form ${pattern}.` });
  });
  return problems;
}
