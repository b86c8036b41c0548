import { PermissionAction } from '@core/session/permissions';
import { ACTIONS, RolePermissions } from '../admin.model';

/** One scope that a client can be limited to. */
export interface ScopeCell {
  readonly resource: string;
  readonly action: PermissionAction;
  /** As the API names it, such as `crm:deals:read`. */
  readonly scope: string;
}

/** What a role offers to be chosen from, by resource: a scope beyond the role would never count. */
export function scopesOf(permissions: RolePermissions): { resource: string; cells: ScopeCell[] }[] {
  return Object.keys(permissions).sort().map((resource) => ({
    resource, cells: ACTIONS.filter((action) => permissions[resource]?.[action] !== undefined).map((action) => ({ resource, action, scope: `crm:${resource}:${action}` })),
  })).filter(({ cells }) => cells.length > 0);
}

/** The scopes that the role still offers, in its order. */
export function keptScopes(scopes: readonly string[], permissions: RolePermissions): string[] {
  return scopesOf(permissions).flatMap(({ cells }) => cells.map((cell) => cell.scope)).filter((scope) => scopes.includes(scope));
}

/** Addresses typed one a line. */
export const linesOf = (text: string): string[] => [...new Set(text.split(/\s+/).map((line) => line.trim()).filter((line) => line !== ''))];
