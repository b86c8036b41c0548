import { actions, fieldRules, reaches, resources, scopes, type Action, type FieldRules, type Permissions, type Resource as PermissionResource, type Scope } from 'crm_db';
import type { Actor } from '../../kernel/context/actor.js';
import { hideable } from '../../kernel/crud/field.access.js';
import { isCustomName } from '../../kernel/custom/custom.types.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import type { Resource } from '../../kernel/crud/resource.js';
import type { FieldProblem } from '../../kernel/errors/crm.error.js';
import { administratorStays, beyondYours } from './role.errors.js';
import type { RoleContent } from './role.types.js';

/** Whether rows of a resource belong to people, so that scopes below "all" mean something; the forecast's are its deals'. */
export const ownedByPeople = (resource: PermissionResource): boolean => ownerships[resource] !== undefined || resource === 'forecast';

/** Everything that is wrong with what a role permits, each with its cure. */
export function permissionProblems(permissions: Readonly<Record<string, unknown>>): FieldProblem[] {
  return Object.entries(permissions).flatMap(([resource, allowed]) => {
    const path = `permissions.${resource}`;
    if (!(resources as readonly string[]).includes(resource)) return [{ path, code: 'unknown_resource', message: `There is no resource "${resource}"; use ${resources.join(', ')}.` }];
    if (allowed === null || typeof allowed !== 'object' || Array.isArray(allowed)) return [{ path, code: 'invalid', message: `"${path}" must be an object of action and scope such as {"read": "own"}.` }];
    const entries = Object.entries(allowed as Record<string, unknown>);
    const wrong = entries.flatMap(([action, scope]): FieldProblem[] => {
      if (!(actions as readonly string[]).includes(action)) return [{ path: `${path}.${action}`, code: 'unknown_action', message: `There is no action "${action}"; use ${actions.join(', ')}.` }];
      if (!(scopes as readonly unknown[]).includes(scope)) return [{ path: `${path}.${action}`, code: 'unknown_scope', message: `A scope is one of ${scopes.join(', ')}.` }];
      if (scope !== 'all' && !ownedByPeople(resource as PermissionResource)) return [{ path: `${path}.${action}`, code: 'not_owned', message: `${resource} belong to nobody, so that only "all" is a scope for them.` }];
      return [];
    });
    if (wrong.length > 0 || entries.length === 0) return wrong;
    const scopesOf = allowed as Partial<Record<Action, Scope>>;
    if (scopesOf.read === undefined) return [{ path, code: 'unreadable', message: `Who may do anything with ${resource} must be able to read them; add "read".` }];
    return actions.filter((action) => !reaches(scopesOf.read as Scope, scopesOf[action] ?? 'own'))
      .map((action) => ({ path: `${path}.${action}`, code: 'beyond_read', message: `"${action}" reaches further than "read"; nobody may ${action} what they cannot see.` }));
  });
}

/** Everything that is wrong with the rules for fields, each with its cure. */
export function fieldProblems(fields: Readonly<Record<string, unknown>>, known: readonly Resource[]): FieldProblem[] {
  return Object.entries(fields).flatMap(([name, rules]): FieldProblem[] => {
    const path = `fields.${name}`;
    const resource = known.find((one) => one.name === name);
    if (!resource) return [{ path, code: 'unknown_resource', message: `"${name}" has no fields with rules; use ${known.map((one) => one.name).join(', ')}.` }];
    if (rules === null || typeof rules !== 'object' || Array.isArray(rules)) return [{ path, code: 'invalid', message: `"${path}" must be an object of field and rule such as {"email": "hidden"}.` }];
    return Object.entries(rules as Record<string, unknown>).flatMap(([field, rule]): FieldProblem[] => {
      const at = `${path}.${field}`;
      const declared = Object.hasOwn(resource.fields, field) ? resource.fields[field] : undefined;
      if (!(fieldRules as readonly unknown[]).includes(rule)) return [{ path: at, code: 'unknown_rule', message: `A rule is one of ${fieldRules.join(', ')}.` }];
      // A custom field that is made later begins with the rule it was given before.
      if (resource.computed['custom'] !== undefined && isCustomName(field)) return [];
      if (declared === undefined && !Object.hasOwn(resource.computed, field)) return [{ path: at, code: 'unknown_field', message: `${name} have no field "${field}".` }];
      if (rule === 'hidden' && !hideable(resource, field)) return [{ path: at, code: 'not_hideable', message: `"${field}" is what ${name} are known by, or always has a value, and cannot be hidden.` }];
      if (rule === 'read_only' && (declared === undefined || declared.readOnly)) return [{ path: at, code: 'already_read_only', message: `Nobody writes "${field}"; the product sets it.` }];
      if (declared?.required === true) return [{ path: at, code: 'required_field', message: `"${field}" is needed to make one of ${name}; restrict "write" instead.` }];
      return [];
    });
  });
}

/**
 * Refuses a role that permits more than its giver may: otherwise the right to edit roles would be the right to everything.
 * @throws CrmError 403 beyond_your_role.
 */
export function requireCovers(actor: Actor, role: { readonly permissions: Permissions; readonly fields: FieldRules }): void {
  for (const resource of resources) {
    for (const action of actions) {
      const wanted = role.permissions[resource]?.[action];
      const own = actor.permissions[resource]?.[action];
      if (wanted !== undefined && (own === undefined || !reaches(own, wanted))) throw beyondYours(`${action} ${resource} (${wanted})`);
    }
    if (role.permissions[resource] === undefined) continue;
    for (const [field, rule] of Object.entries(actor.fields[resource] ?? {})) {
      const given = role.fields[resource]?.[field];
      if (given !== 'hidden' && given !== rule) throw beyondYours(`${rule === 'hidden' ? 'reading' : 'writing'} ${field} of ${resource}`);
    }
  }
}

/**
 * Keeps the role `admin` able to administer. Users of that role are kept by the users' own rules: the last active one stays.
 * @throws CrmError 409 last_administrator.
 */
export function requireAdministrator(before: RoleContent, after: RoleContent | null): void {
  if (before.key !== 'admin') return;
  const kept = after !== null && after.key === 'admin' && (['roles', 'users'] as const).every((resource) =>
    after.permissions[resource]?.read === 'all' && after.permissions[resource]?.write === 'all' && after.fields[resource] === undefined);
  if (!kept) throw administratorStays();
}
