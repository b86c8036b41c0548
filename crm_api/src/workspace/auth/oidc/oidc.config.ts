import { errors, interactionPolicy, type Client, type Configuration, type default as Provider, type JWKS, type KoaContextWithOIDC } from 'oidc-provider';
import type { Knex } from 'knex';
import type { ApiConfig } from '../../../config.js';
import type { Call } from '../../../kernel/context/call.js';
import { narrowScopes, wholeScope } from '../../../kernel/auth/token.scopes.js';
import { apiPrefix } from '../../../kernel/route.js';
import { derivedKeys } from '../../../kernel/secrets/secret.box.js';
import { SessionRepository } from '../../sessions/session.repository.js';
import { OidcAdapter } from './oidc.adapter.js';

/** The interface of the product as a public client. */
export const uiClientId = 'crm_ui';
/** Where the provider lives. */
export const oidcPath = `${apiPrefix}/oidc`;
/** Where the interface takes codes. */
export const uiCallback = '/login/callback';

/** The API as a resource server; every token of the provider is for it. */
export const apiResource = 'urn:crm:api';
// However often it is renewed, a sign-in ends after a quarter.
const longestSeconds = 90 * 24 * 3600;
const interactionSeconds = 600;

const allScopes = [wholeScope, ...narrowScopes].join(' ');

/** Where the UI may be opened: at the issuer's origin, and where that is this machine also by its name. */
function uiOrigins(issuer: string): string[] {
  const { origin, hostname } = new URL(issuer);
  return hostname === '127.0.0.1' ? [origin, origin.replace(hostname, 'localhost')] : [origin];
}

/** How the provider is set up: authorization code with PKCE, client credentials and rotating refresh tokens; all else is off. `callOf` knows who asks. */
export function oidcConfiguration(db: Knex, config: ApiConfig, jwks: JWKS, callOf: (ctx: KoaContextWithOIDC) => Call): Configuration {
  const sessions = new SessionRepository();
  const policy = interactionPolicy.base();
  // Clients are registered by an administrator; there is nobody else to consent to.
  policy.remove('consent');
  const cookie = { httpOnly: true, overwrite: true, sameSite: 'lax' as const, signed: true, path: apiPrefix };
  return {
    adapter: (name: string) => new OidcAdapter(db, name),
    jwks,
    clients: [{
      client_id: uiClientId, client_name: 'CRM', token_endpoint_auth_method: 'none', response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', ...(config.profile === 'demo' ? ['password'] : [])], redirect_uris: uiOrigins(config.issuer).map((origin) => `${origin}${uiCallback}`),
    }],
    clientDefaults: { id_token_signed_response_alg: 'EdDSA' },
    enabledJWA: { idTokenSigningAlgValues: ['EdDSA'] },
    extraClientMetadata: { properties: ['crm_scopes'] },
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    routes: { authorization: '/auth', token: '/token', jwks: '/jwks', revocation: '/token/revocation' },
    interactions: { policy, url: (_ctx, interaction) => `/login?interaction=${interaction.uid}` },
    cookies: { keys: derivedKeys(config, 'oidc-cookies'), names: { session: `crm_oidc_${config.port}`, interaction: `crm_interaction_${config.port}`, resume: `crm_resume_${config.port}` }, short: cookie, long: cookie },
    features: {
      devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false }, userinfo: { enabled: false }, introspection: { enabled: false }, dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false }, clientCredentials: { enabled: true }, revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => apiResource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => {
          if (resource !== apiResource) throw new errors.InvalidTarget();
          return resourceInfo(config, client);
        },
      },
    },
    ttl: {
      AccessToken: config.accessTokenSeconds, ClientCredentials: config.accessTokenSeconds, IdToken: config.accessTokenSeconds, AuthorizationCode: 60,
      RefreshToken: config.refreshTokenSeconds, Grant: longestSeconds, Interaction: interactionSeconds, Session: interactionSeconds,
    },
    rotateRefreshToken: true,
    expiresWithSession: () => Promise.resolve(false),
    issueRefreshToken: (_ctx, client) => Promise.resolve(client.grantTypeAllowed('refresh_token')),
    clientBasedCORS: () => false,
    async findAccount(_ctx, id) {
      const row = await db('crm_core.crm_users').where({ id, is_active: true }).whereNull('deleted_at').first<{ id: string } | undefined>('id');
      return row && { accountId: id, claims: () => Promise.resolve({ sub: id }) };
    },
    loadExistingGrant: (ctx) => grantOf(ctx),
    async extraTokenClaims(ctx, token) {
      if (token.kind !== 'AccessToken' || !('accountId' in token)) return { kind: 'client' };
      const sid = await sessions.open(db, {
        grant_id: token.grantId ?? '', user_id: token.accountId, client_id: token.clientId ?? '', user_agent: ctx.get('user-agent').slice(0, 400) || null, ip: callOf(ctx).ip,
      });
      if (sid === null) throw new errors.InvalidGrant('session has ended');
      return { kind: 'user', sid };
    },
    renderError: (ctx, out) => {
      ctx.type = 'application/json';
      ctx.body = out;
    },
  };
}

/** The API as the provider's tokens name it; a client may have been registered for some scopes only. */
export function resourceInfo(config: ApiConfig, client: Client | undefined): ConstructorParameters<Provider['ResourceServer']>[1] {
  return {
    scope: typeof client?.['crm_scopes'] === 'string' ? client['crm_scopes'] : allScopes, audience: 'crm_api',
    accessTokenFormat: 'jwt', accessTokenTTL: config.accessTokenSeconds, jwt: { sign: { alg: 'EdDSA' } },
  };
}

/** Each sign-in is a grant of its own, for what it asks: sessions end one by one. */
async function grantOf(ctx: KoaContextWithOIDC): Promise<InstanceType<Provider['Grant']> | undefined> {
  const { oidc } = ctx;
  const accountId = oidc.session?.accountId;
  if (accountId === undefined || !oidc.client) return undefined;
  const grant = new oidc.provider.Grant({ accountId, clientId: oidc.client.clientId });
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '));
  for (const [resource, server] of Object.entries(oidc.resourceServers ?? {})) {
    const offered = new Set(server.scope.split(' '));
    grant.addResourceScope(resource, [...oidc.requestParamScopes].filter((scope) => offered.has(scope)).join(' '));
  }
  await grant.save();
  return grant;
}
