import type { Action, Permissions, Resource, RoleDefinition } from './roles.matrix.js';
import { mergePermissions, resources } from './roles.matrix.js';

/** What can be done with a field beside everything: it is not shown at all, or shown but not to be changed. */
export const fieldRules = ['hidden', 'read_only'] as const;
export type FieldRule = (typeof fieldRules)[number];

/** Per resource the fields with a rule, by the names of the API; a field without one is as its record is. */
export type FieldRules = Partial<Record<Resource, Readonly<Record<string, FieldRule>>>>;

type Grants = Pick<RoleDefinition, 'permissions' | 'fields'>;

/**
 * The field rules of several roles together. A field is shown where a role shows it whose reach is as wide as that of all together,
 * so that two roles never reveal a value that neither reveals: a role that shows amounts of one's own deals does not open those of
 * all deals, which another role lists without amounts.
 */
export function mergeFieldRules(roles: readonly Grants[]): FieldRules {
  const merged = mergePermissions(roles.map((role) => role.permissions));
  const result: FieldRules = {};
  for (const resource of resources) {
    const readers = widest(roles, merged, resource, 'read');
    const writers = widest(roles, merged, resource, 'write');
    const named = new Set(roles.flatMap((role) => Object.keys(role.fields[resource] ?? {})));
    const rules: Record<string, FieldRule> = {};
    for (const field of [...named].sort()) {
      const rule = (role: Grants): FieldRule | undefined => role.fields[resource]?.[field];
      if (readers.length > 0 && readers.every((role) => rule(role) === 'hidden')) rules[field] = 'hidden';
      else if (writers.length > 0 && writers.every((role) => rule(role) !== undefined)) rules[field] = 'read_only';
    }
    if (Object.keys(rules).length > 0) result[resource] = rules;
  }
  return result;
}

function widest(roles: readonly Grants[], merged: Permissions, resource: Resource, action: Action): readonly Grants[] {
  const scope = merged[resource]?.[action];
  return scope === undefined ? [] : roles.filter((role) => role.permissions[resource]?.[action] === scope);
}
