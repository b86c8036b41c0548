import { createHash } from 'node:crypto';
import { maxText, type CustomColumn } from '../custom/custom.types.js';
import { CrmError } from '../errors/crm.error.js';
import { normalise, type ListQuery, type SortKey } from './list.query.js';
import type { Resource } from './resource.js';

/** Where a page ended: the sort values of its last row, as Postgres writes them, and its id. */
export interface Position {
  readonly values: readonly (string | null)[];
  readonly id: string;
}

const timeText = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?[+-]\d{2}(:\d{2})?$/;

const wrong = (): CrmError =>
  new CrmError(400, 'invalid_cursor', 'The cursor does not belong to this list. Ask again without cursor, and keep q, filter and sort unchanged while paging.');

/** A short fingerprint of what is listed: a cursor only fits the list that gave it. */
function listKey(resource: Resource, query: ListQuery): string {
  return createHash('sha256').update(JSON.stringify([resource.name, query.q, query.filters, query.sort, ...(query.deleted === true ? ['deleted'] : [])])).digest('base64url').slice(0, 12);
}

/** The opaque text that continues a list after a row. */
export function writeCursor(resource: Resource, query: ListQuery, position: Position): string {
  return Buffer.from(JSON.stringify([1, listKey(resource, query), position.id, ...position.values])).toString('base64url');
}

/**
 * Reads a cursor and checks each value against its column, so that a forged one can do no more than a filter could.
 * @throws CrmError 400 `invalid_cursor`.
 */
export function readCursor(resource: Resource, query: ListQuery): Position | null {
  if (query.cursor === null) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(query.cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw Object.assign(wrong(), { cause });
  }
  if (!Array.isArray(parts) || parts.length !== query.sort.length + 3 || parts[0] !== 1 || parts[1] !== listKey(resource, query)) throw wrong();
  const [, , id, ...values] = parts as unknown[];
  if (typeof id !== 'string' || normalise({ kind: 'uuid', values: undefined }, id) === null) throw wrong();
  return { id, values: query.sort.map((key, index) => readPart(resource, key, values[index])) };
}

function readPart(resource: Resource, key: SortKey, value: unknown): string | null {
  if (key.custom) return readCustomPart(key.custom, value);
  const field = resource.fields[key.field];
  if (!field) throw wrong();
  if (value === null && field.nullable) return null;
  if (typeof value !== 'string') throw wrong();
  // Times keep the microseconds that JavaScript's dates would lose.
  if (field.kind === 'timestamp') {
    if (!timeText.test(value)) throw wrong();
    return value;
  }
  if (field.kind === 'text' || field.kind === 'email') return value;
  if (normalise(field, value) === null) throw wrong();
  return value;
}

function readCustomPart({ column }: CustomColumn, value: unknown): string | null {
  if (value === null) return null;
  const form = ({ number_value: /^-?\d{1,20}(\.\d{1,8})?$/, date_value: /^\d{4}-\d{2}-\d{2}$/, timestamp_value: timeText, boolean_value: /^(true|false)$/ } as Partial<Record<CustomColumn['column'], RegExp>>)[column];
  if (typeof value !== 'string' || value.length > maxText || value.includes('\u0000') || form?.test(value) === false) throw wrong();
  return value;
}
