import { actions, resources, type Action, type Permissions, type Resource } from 'crm_db';

/** The scope of a token that is not narrowed: all that the role allows. */
export const wholeScope = 'crm';

/** Every scope that narrows a token: `crm:<resource>:<read|write|delete|export>`. */
export const narrowScopes: readonly string[] = resources.flatMap((resource) => actions.map((action) => `${wholeScope}:${resource}:${action}`));

/** The scopes of a token's `scope` claim: null where it is not narrowed. */
export function narrowingOf(scope: string): ReadonlySet<string> | null {
  const all = scope.split(' ');
  return all.includes(wholeScope) ? null : new Set(all);
}

/** What both the role and the token allow; a scope never adds to the role. */
export function narrowed(permissions: Permissions, scopes: ReadonlySet<string> | null): Permissions {
  if (scopes === null) return permissions;
  const result: Permissions = {};
  for (const [resource, allowed] of Object.entries(permissions) as [Resource, Permissions[Resource]][]) {
    const kept = Object.entries(allowed ?? {}).filter(([action]) => scopes.has(`${wholeScope}:${resource}:${action as Action}`));
    if (kept.length > 0) result[resource] = Object.fromEntries(kept);
  }
  return result;
}

/** Permissions as a list of scopes, for the `scope` of a token answer. */
export function scopeText(permissions: Permissions): string {
  return Object.entries(permissions).flatMap(([resource, allowed]) => Object.keys(allowed).map((action) => `${wholeScope}:${resource}:${action}`)).join(' ');
}
