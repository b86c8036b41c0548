import type { KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import jwt from 'jsonwebtoken';

/** How many rows of a resource a person may see. */
export type RowScope = 'own' | 'team' | 'region' | 'all';

/** The claims of the internal token; Cube's security context. The scopes come resolved from the role matrix of `crm_db`. */
export interface SecurityContext {
  readonly sub: string;
  readonly roles: readonly string[];
  readonly scopes: Readonly<Record<string, RowScope>>;
  readonly user_id: string | null;
  readonly team_ids: readonly string[];
  readonly region: string | null;
  /** Fields that the person is not shown, by resource. */
  readonly hidden: Readonly<Record<string, readonly string[]>>;
}

const rowScopes: readonly string[] = ['own', 'team', 'region', 'all'];

/** An error that Cube's gateway answers with a status of its own. */
export const { CubejsHandlerError } = createRequire(import.meta.url)('@cubejs-backend/api-gateway/dist/src/cubejs-handler-error.js') as {
  CubejsHandlerError: new (status: number, type: string, message: string) => Error;
};

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Lists by name; what is there but is none of the known forms must not open anything, so it is an error rather than nothing. */
function lists(value: unknown): Record<string, readonly string[]> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('The claim "hidden" must be an object of lists');
  return Object.fromEntries(Object.entries(value).map(([name, list]) => [name, strings(list)]));
}

/** Reads claims strictly: what is not understood gives no access. */
export function parseClaims(claims: unknown): SecurityContext {
  const source = (typeof claims === 'object' && claims !== null ? claims : {}) as Record<string, unknown>;
  const scopes = typeof source['scopes'] === 'object' && source['scopes'] !== null ? Object.entries(source['scopes']) : [];
  return {
    sub: text(source['sub']) ?? '',
    roles: strings(source['roles']),
    scopes: Object.fromEntries(scopes.filter(([, scope]) => rowScopes.includes(String(scope)))) as Record<string, RowScope>,
    user_id: text(source['user_id']),
    team_ids: strings(source['team_ids']),
    region: text(source['region']),
    hidden: lists(source['hidden']),
  };
}

/** Verifies the internal token (HS256) and gives its security context; throws a 403 that the gateway passes on. */
export function authenticate(secret: KeyObject, token: string | undefined): SecurityContext {
  if (!token) throw new CubejsHandlerError(403, 'Forbidden', "Authorization header isn't set");
  try {
    return parseClaims(jwt.verify(token, secret, { algorithms: ['HS256'] }));
  } catch {
    throw new CubejsHandlerError(403, 'Forbidden', 'Invalid token');
  }
}

/**
 * The groups that access policies are keyed by, `<resource>:<scope>`. A scope that has nothing to compare with (no team, no
 * region, no user) falls back to the narrower one, and at last to none: an empty filter would let everything through.
 */
export function groupsOf(context: SecurityContext): string[] {
  return Object.entries(context.scopes).flatMap(([resource, scope]) => {
    if (scope === 'all') return [`${resource}:all`];
    // Each scope includes the narrower ones, as in the role matrix.
    const groups = context.user_id ? [`${resource}:own`] : [];
    if (scope !== 'own' && context.team_ids.length > 0) groups.push(`${resource}:team`);
    if (scope === 'region' && context.region) groups.push(`${resource}:region`);
    return groups;
  });
}
