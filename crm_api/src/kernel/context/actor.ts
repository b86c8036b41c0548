import type { Action, FieldRules, Permissions, Resource, Scope } from 'crm_db';
import { forbidden } from '../errors/crm.error.js';

/** Who acts: a signed-in user, an API client, or the product itself (jobs). */
export interface Actor {
  readonly kind: 'user' | 'client' | 'system' | 'import' | 'model';
  /** The user whose rows count as "own"; null for a client or job without one. */
  readonly userId: string | null;
  /** What the audit log names: the user's or client's row id. */
  readonly id: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly locale: string;
  readonly roles: readonly string[];
  readonly permissions: Permissions;
  /** Fields that the actor is not shown or may not write. */
  readonly fields: FieldRules;
  readonly team: { readonly id: string; readonly name: string } | null;
  /** The team of the user and the teams that the user manages. */
  readonly teamIds: readonly string[];
  readonly region: string | null;
}

/** The product itself under a name, which may do no more than it is given. */
export function systemActor(name: string, permissions: Permissions = {}): Actor {
  return Object.freeze({ kind: 'system', id: null, userId: null, name, email: null, locale: 'en', roles: [], permissions, fields: {}, team: null, teamIds: [], region: null } satisfies Actor);
}

/** How far the actor's permission for an action reaches, or null where it is forbidden. */
export function scopeOf(actor: Actor, resource: Resource, action: Action): Scope | null {
  return actor.permissions[resource]?.[action] ?? null;
}

/**
 * The scope of a permission that the actor must have.
 * @throws CrmError 403 where the role does not allow the action.
 */
export function requireScope(actor: Actor, resource: Resource, action: Action): Scope {
  const scope = scopeOf(actor, resource, action);
  if (scope) return scope;
  const roles = actor.roles.length > 0 ? actor.roles.join(', ') : 'none';
  throw forbidden(`Your role (${roles}) may not ${action} ${resource}. Ask an administrator for the permission ${resource}:${action}.`);
}
