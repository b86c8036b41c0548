import type { CustomColumn } from '../custom/custom.types.js';
import { invalidQuery, type FieldProblem } from '../errors/crm.error.js';
import type { Field } from './fields.js';
import type { Resource } from './resource.js';
import { isUuid } from './uuid.js';
import { isDate, toInstant } from './values.js';

export type Operator = 'eq' | 'ne' | 'in' | 'gte' | 'lte' | 'gt' | 'lt' | 'contains' | 'null';

/** One condition; `value` is text in the form of the column, a list for `in`, a boolean for `null`. */
export interface Filter {
  readonly field: string;
  readonly op: Operator;
  readonly value: string | readonly string[] | boolean;
  /** Where the values are, if it is a custom field. */
  readonly custom?: CustomColumn;
}

/** One key of the order. */
export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
  /** Where the values are, if it is a custom field; then it is the only key. */
  readonly custom?: CustomColumn;
}

/** What a list is asked for, checked. */
export interface ListQuery {
  readonly q: string | null;
  readonly filters: readonly Filter[];
  readonly sort: readonly SortKey[];
  readonly limit: number;
  readonly cursor: string | null;
  readonly count: boolean;
  /** True: deleted records instead of living ones. */
  readonly deleted?: boolean;
}

const equality: readonly Operator[] = ['eq', 'ne', 'in', 'null'];
const ordered: readonly Operator[] = [...equality, 'gte', 'lte', 'gt', 'lt'];
const maxListed = 200;
const maxFilters = 20;
const maxQ = 200;

/** The operators that a field understands. */
export function operatorsOf(field: Field): readonly Operator[] {
  switch (field.kind) {
    case 'text': case 'email': case 'phone': case 'url': return [...ordered, 'contains'];
    case 'words': return ['contains', 'null'];
    case 'money': case 'decimal': case 'number': case 'integer': case 'date': case 'timestamp': return ordered;
    case 'boolean': return ['eq', 'ne', 'null'];
    default: return equality;
  }
}

/** Reads `q, filter[…], sort, limit, cursor, count`; throws 400 with every problem, naming what would be allowed. */
export function parseListQuery(resource: Resource, query: Readonly<Record<string, unknown>>): ListQuery {
  const problems: FieldProblem[] = [];
  const filters: Filter[] = [];
  let q: string | null = null;
  let sort = resource.defaultSort;
  let limit = 50;
  let cursor: string | null = null;
  let count = false;
  let deleted = false;
  for (const [key, raw] of Object.entries(query)) {
    if (typeof raw !== 'string') {
      problems.push({ path: key, code: 'repeated', message: `"${key}" is given more than once; give it once.` });
      continue;
    }
    const filter = /^filter\[([^\]]*)\](?:\[([^\]]*)\])?$/.exec(key);
    if (filter?.[1] === 'deleted') {
      if (filter[2] !== undefined || (raw !== 'true' && raw !== 'false')) problems.push({ path: key, code: 'invalid', message: '"filter[deleted]" must be true or false, without an operator.' });
      deleted = raw === 'true';
    } else if (filter) addFilter(resource, key, filter[1] ?? '', filter[2] ?? 'eq', raw, filters, problems);
    else if (key === 'q') q = readQ(resource, raw, problems);
    else if (key === 'sort') sort = raw;
    else if (key === 'limit') limit = readLimit(raw, problems);
    else if (key === 'cursor') cursor = raw;
    else if (key === 'count') {
      if (raw !== 'true' && raw !== 'false') problems.push({ path: key, code: 'invalid', message: '"count" must be true or false.' });
      count = raw === 'true';
    } else {
      problems.push({ path: key, code: 'unknown_parameter', message: `"${key}" is not a parameter of this list; it knows q, filter[field], filter[field][operator], sort, limit, cursor and count.` });
    }
  }
  if (filters.length > maxFilters) problems.push({ path: 'filter', code: 'too_many', message: `At most ${maxFilters} filters can be combined.` });
  const keys = readSort(resource, sort, problems);
  if (problems.length > 0) throw invalidQuery(problems);
  return { q, filters, sort: keys, limit, cursor, count, deleted };
}

function readQ(resource: Resource, raw: string, problems: FieldProblem[]): string | null {
  if (resource.search === null) problems.push({ path: 'q', code: 'no_search', message: `${resource.name} cannot be searched; use filter[field].` });
  if (raw.length > maxQ) problems.push({ path: 'q', code: 'too_long', message: `"q" must have at most ${maxQ} characters.` });
  if (raw.includes('\u0000')) problems.push({ path: 'q', code: 'invalid', message: '"q" must not contain NUL.' });
  return raw.trim() === '' ? null : raw;
}

function readLimit(raw: string, problems: FieldProblem[]): number {
  const value = Number(raw);
  if (/^\d{1,4}$/.test(raw) && value >= 1 && value <= maxListed) return value;
  problems.push({ path: 'limit', code: 'invalid', message: `"limit" must be a whole number from 1 to ${maxListed}.` });
  return 50;
}

function readSort(resource: Resource, text: string, problems: FieldProblem[]): SortKey[] {
  const sortable = Object.entries(resource.fields).filter(([, field]) => field.sort).map(([name]) => name);
  const keys: SortKey[] = [];
  for (const part of text.split(',')) {
    const descending = part.startsWith('-');
    const name = descending ? part.slice(1) : part;
    if (!sortable.includes(name)) {
      problems.push({ path: 'sort', code: 'unknown_field', message: `Cannot sort by "${name}"; use ${sortable.join(', ')}, with - in front for descending.` });
    } else if (keys.some((key) => key.field === name)) {
      problems.push({ path: 'sort', code: 'repeated', message: `"sort" names "${name}" twice.` });
    } else keys.push({ field: name, descending, ...located(resource, name) });
  }
  if (keys.length > 1 && keys.some((key) => key.custom !== undefined)) problems.push({ path: 'sort', code: 'not_combinable', message: 'A custom field can only be sorted by alone; leave out the other sort keys.' });
  if (keys.length > 3) problems.push({ path: 'sort', code: 'too_many', message: 'At most 3 sort keys can be combined.' });
  return keys;
}

function addFilter(resource: Resource, key: string, name: string, op: string, raw: string, filters: Filter[], problems: FieldProblem[]): void {
  const condition = resource.conditions !== undefined && Object.hasOwn(resource.conditions, name) ? resource.conditions[name] : undefined;
  if (condition !== undefined) {
    if (op !== 'eq' && op !== 'ne') problems.push({ path: key, code: 'unknown_operator', message: `"${name}" has no operator "${op}"; use eq or ne.` });
    else if (!condition.accepts(raw)) problems.push({ path: key, code: 'invalid', message: `"${raw.slice(0, 60)}" is not a value for "${name}"; send ${condition.description}` });
    else filters.push({ field: name, op, value: raw });
    return;
  }
  const field = name === 'id' ? idField : resource.fields[name];
  if (!field?.filter || !(name === 'id' || Object.hasOwn(resource.fields, name))) {
    const known = Object.entries(resource.fields).filter(([, one]) => one.filter).map(([one]) => one).join(', ');
    problems.push({ path: key, code: 'unknown_field', message: `Cannot filter ${resource.name} by "${name}"; use id, ${known}.` });
    return;
  }
  const operator = operatorsOf(field).find((one) => one === op);
  if (!operator) {
    problems.push({ path: key, code: 'unknown_operator', message: `"${name}" has no operator "${op}"; use ${operatorsOf(field).join(', ')}.` });
    return;
  }
  const value = readValue(field, operator, raw);
  if (value === null) {
    problems.push({ path: key, code: 'invalid', message: `"${raw.slice(0, 60)}" is not a value for "${name}"; send ${expected(field, operator)}.` });
    return;
  }
  filters.push({ field: name, op: operator, value, ...located(resource, name) });
}

const located = ({ custom }: Resource, name: string): { custom?: CustomColumn } => (custom?.[name] === undefined ? {} : { custom: custom[name] });

function readValue(field: Field, op: Operator, raw: string): Filter['value'] | null {
  if (op === 'null') return raw === 'true' ? true : raw === 'false' ? false : null;
  if (op !== 'in') return normalise(field, raw);
  const parts = raw.split(',').map((part) => normalise(field, part));
  if (parts.length > maxListed) return null;
  const known = parts.filter((part): part is string => part !== null);
  return known.length === parts.length ? known : null;
}

/** The value as Postgres can cast it to the column's type, or null where it is none. */
export function normalise(field: Pick<Field, 'kind' | 'values'>, raw: string): string | null {
  switch (field.kind) {
    case 'uuid': return isUuid(raw) ? raw.toLowerCase() : null;
    case 'money': case 'decimal': case 'number': return /^-?\d{1,16}(\.\d{1,10})?$/.test(raw) ? raw : null;
    case 'integer': return /^-?\d{1,9}$/.test(raw) ? raw : null;
    case 'boolean': return raw === 'true' || raw === 'false' ? raw : null;
    case 'date': return isDate(raw) ? raw : null;
    case 'timestamp': return toInstant(raw);
    case 'choice': return field.values?.includes(raw) === true ? raw : null;
    default: return raw.includes('\u0000') || raw.length > 500 ? null : raw;
  }
}

function expected(field: Field, op: Operator): string {
  if (op === 'null') return 'true or false';
  const one = ((): string => {
    switch (field.kind) {
      case 'uuid': return 'a UUID';
      case 'date': return 'a date such as 2026-03-31';
      case 'timestamp': return 'a time such as 2026-03-31T14:05:00Z';
      case 'boolean': return 'true or false';
      case 'choice': return `one of ${(field.values ?? []).join(', ')}`;
      case 'text': case 'words': case 'email': case 'phone': case 'url': return 'at most 500 characters';
      default: return 'a number';
    }
  })();
  return op === 'in' ? `up to ${maxListed} values separated by commas, each ${one}` : one;
}

const idField: Field = {
  kind: 'uuid', description: '', required: true, nullable: false, readOnly: true, createOnly: false, sort: false, filter: true,
  max: undefined, min: undefined, scale: undefined, values: undefined, input: undefined,
};
