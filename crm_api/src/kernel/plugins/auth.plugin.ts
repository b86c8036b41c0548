import type { Plugin, Request } from '@hapi/hapi';
import { requireScope } from '../context/actor.js';
import { CrmError } from '../errors/crm.error.js';
import type { ActorReader } from '../auth/actor.reader.js';
import { inTrace } from '../telemetry/request.trace.js';
import { InvalidToken, type TokenClaims, type TokenKeys } from '../auth/token.keys.js';

/** What the authentication needs. */
export interface AuthOptions {
  readonly keys: TokenKeys;
  readonly actors: ActorReader;
}

const challenge = { 'www-authenticate': 'Bearer realm="crm"' };

const unauthenticated = (code: string, detail: string, cause?: unknown): CrmError =>
  new CrmError(401, code, detail, { cause, headers: { 'www-authenticate': `${challenge['www-authenticate']}, error="invalid_token"` } });

/** Bearer tokens and, before any body is read, the permission that the route declares. */
export const authPlugin: Plugin<AuthOptions> = {
  name: 'crm-auth',
  register(server, { keys, actors }) {
    server.auth.scheme('crm-bearer', () => ({
      authenticate: (request, h) => inTrace(request, async () => {
        const own = request.route.settings.plugins?.crm?.spec.caller;
        if (own) {
          request.app.actor = await own(request, tokenOf(request));
          return h.authenticated({ credentials: {} });
        }
        const claims = await keys.verify(tokenOf(request)).catch((cause: unknown) => {
          throw !(cause instanceof InvalidToken) ? cause : unauthenticated('token_invalid', 'The access token is expired or not valid. Get a new one from /crm/v1/auth/token.', cause);
        });
        const actor = await actors.read(claims);
        if (!actor) throw unauthenticated('account_inactive', 'The account or session of this token is no longer active. Sign in again.');
        request.app.actor = actor;
        request.app.claims = claims;
        return h.authenticated({ credentials: {} });
      }),
    }));
    server.auth.strategy('crm', 'crm-bearer');
    // Also a route that declares nothing is closed.
    server.auth.default('crm');
    server.ext('onCredentials', (request, h) => {
      const access = request.route.settings.plugins?.crm?.spec.access;
      const { actor } = request.app;
      if (actor && typeof access === 'object') requireScope(actor, access.resource, access.action);
      return h.continue;
    });
  },
};

function tokenOf(request: Request): string {
  const header: unknown = request.headers['authorization'];
  if (typeof header !== 'string' || header === '') {
    throw new CrmError(401, 'token_missing', 'Send an access token: "Authorization: Bearer …" (from /crm/v1/auth/token).', { headers: challenge });
  }
  const bearer = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (bearer !== undefined) return bearer;
  if (request.route.settings.plugins?.crm?.spec.bareToken === true && /^\S+$/.test(header)) return header;
  throw unauthenticated('token_malformed', 'The Authorization header must be "Bearer" and one token.');
}

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** What the token of the request says. */
    claims?: TokenClaims;
  }
}
