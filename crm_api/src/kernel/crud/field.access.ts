import type { FieldRule, Resource as PermissionResource } from 'crm_db';
import type { Actor } from '../context/actor.js';
import { customName, isCustomName } from '../custom/custom.types.js';
import { CrmError } from '../errors/crm.error.js';
import type { Field } from './fields.js';
import { referenceExtras, type Resource } from './resource.js';

const none: ReadonlySet<string> = new Set();

/** The rule of one field for an actor; null: as the record is. */
export function fieldRule(actor: Actor, resource: PermissionResource, field: string): FieldRule | null {
  const rules = actor.fields[resource];
  return rules !== undefined && Object.hasOwn(rules, field) ? rules[field] ?? null : null;
}

/** The fields of a resource that the actor is not shown. */
export function hiddenFields(actor: Actor, resource: PermissionResource): ReadonlySet<string> {
  const rules = Object.entries(actor.fields[resource] ?? {});
  return rules.length === 0 ? none : new Set(rules.filter(([, rule]) => rule === 'hidden').map(([name]) => name));
}

/** The members of a resource (stored, references and computed) that the actor is shown: what exports, webhooks and scores may carry. */
export function visibleFields(actor: Actor, resource: Resource): string[] {
  const hidden = hiddenFields(actor, resource.name);
  return membersOf(resource).filter((name) => !hides(resource, hidden, name));
}

/** Whether a member is hidden: a reference shows no more than the column that it follows. */
export function hides(resource: Resource, hidden: ReadonlySet<string>, name: string): boolean {
  const column = resource.references[name]?.column;
  return hidden.has(name) || (column !== undefined && hidden.has(column));
}

const membersOf = (resource: Resource): string[] => [...Object.keys(resource.fields), ...Object.keys(resource.references), ...Object.keys(resource.computed)];

/**
 * Whether a role may hide a field. A hidden field is null in every answer, so it must be one that can be null; and the names by
 * which other records show a record are part of those records.
 */
export function hideable(resource: Resource, name: string): boolean {
  if (resource.computed['custom'] !== undefined && (name === 'custom' || isCustomName(name))) return name !== 'custom';
  if (Object.hasOwn(resource.computed, name)) return true;
  const field = Object.hasOwn(resource.fields, name) ? resource.fields[name] : undefined;
  return field !== undefined && mayBeNull(field) && !arabicNames.has(name);
}

const arabicNames: ReadonlySet<string> = new Set(['legal_name_ar', 'full_name_ar', 'name_ar']);

/** Whether answers may have null for a field: where it is empty, or an amount that a role hides. */
export const mayBeNull = (field: Field): boolean => field.nullable || field.kind === 'money' || field.kind === 'decimal';

/**
 * Refuses to filter or sort by what is not shown: the answer would tell it.
 * @throws CrmError 403 field_hidden.
 */
export function requireVisible(actor: Actor, resource: Resource, names: readonly string[]): void {
  const hidden = hiddenFields(actor, resource.name);
  const wrong = [...new Set(names.filter((name) => hidden.has(name)))];
  if (wrong.length === 0) return;
  throw new CrmError(403, 'field_hidden', `Your role does not show ${wrong.join(', ')} of ${resource.name}, so nothing can be filtered or sorted by it. Leave it out or ask an administrator to show it.`);
}

/**
 * Refuses to write what is not shown or read-only.
 * @throws CrmError 403 field_read_only.
 */
export function requireWritable(actor: Actor, resource: Resource, values: Readonly<Record<string, unknown>>): void {
  const { custom } = values;
  const names = [...Object.keys(values), ...(custom !== null && typeof custom === 'object' ? Object.keys(custom).map(customName) : [])];
  const wrong = names.filter((name) => (name.includes('.') || values[name] !== undefined) && fieldRule(actor, resource.name, name) !== null);
  if (wrong.length === 0) return;
  throw new CrmError(403, 'field_read_only', `Your role may not write ${wrong.join(', ')} of ${resource.name}. Leave it out or ask an administrator for the permission.`, {
    errors: wrong.map((name) => ({ path: name, code: 'read_only', message: `"${name}" cannot be written by your role; leave it out.` })),
  });
}

/** A payload about a record, such as before and after of an audit entry, without what the actor is not shown. */
export function visiblePayload<T extends Readonly<Record<string, unknown>> | null>(actor: Actor, entity: string, payload: T): T {
  const hidden = hiddenFields(actor, entity as PermissionResource);
  if (payload === null || hidden.size === 0) return payload;
  const kept = Object.entries(payload).filter(([name]) => !hidden.has(name))
    .map(([name, value]): [string, unknown] => [name, name === 'fields' && Array.isArray(value) ? value.filter((one) => !hidden.has(String(one))) : value]);
  return Object.fromEntries(kept) as T;
}

/** Members of references that carry names; what they show can never be hidden. */
export const labelMembers = (resource: Resource): string[] => Object.values(resource.references).flatMap((one) => ['id', 'name', ...Object.keys(referenceExtras(one))]);
