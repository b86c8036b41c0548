import type { Request } from '@hapi/hapi';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Knex } from 'knex';
import { behindProxy, isSecure, type ApiConfig } from '../../../config.js';
import type { TokenKeys } from '../../../kernel/auth/token.keys.js';
import type { Call } from '../../../kernel/context/call.js';
import { securityHeaders } from '../../../kernel/plugins/headers.plugin.js';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import { AttemptRepository } from '../attempt.repository.js';
import type { FactorService } from '../factor.service.js';
import type { LoginService } from '../login.service.js';
import { tidyPayloads } from './oidc.adapter.js';
import { apiResource, oidcConfiguration, oidcPath, resourceInfo, uiCallback, uiClientId } from './oidc.config.js';

const tidyEveryMs = 10 * 60_000;
const factorNeeded = 'This account has a second factor, which a password alone does not replace. Sign in by the login page (authorization_code), or use an API client.';
// The provider answers outside of hapi's life cycle, whose plugin sets these elsewhere.
const headers = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" };

/** The OpenID provider with the keys in force; all its state is in Postgres, so it is made anew whenever the keys change. */
export class OidcHost {
  private readonly calls = new WeakMap<IncomingMessage, Call>();
  private current: { keys: string; provider: Provider } | null = null;
  private tidied = Date.now();

  constructor(private readonly db: Knex, private readonly config: ApiConfig, private readonly keys: TokenKeys, private readonly login: LoginService, private readonly factors: FactorService) {}

  /** The provider that signs with the key in force. */
  async provider(): Promise<Provider> {
    const keys = await this.keys.forProvider();
    const names = keys.map((key) => key.kid).join(' ');
    if (this.current?.keys !== names) this.current = { keys: names, provider: this.make(keys) };
    return this.current.provider;
  }

  /** Has the provider answer a request by itself. */
  async answer(call: Call, request: Request): Promise<void> {
    const provider = await this.provider();
    this.tidy(call);
    const { req, res } = request.raw;
    this.calls.set(req, call);
    for (const [name, value] of Object.entries({ ...securityHeaders(isSecure(this.config)), ...headers, 'x-request-id': call.requestId })) res.setHeader(name, value);
    const original = req.url ?? '';
    // A new authorization never meets an earlier one: who is signed in is decided by the login page each time.
    if (/\/oidc\/auth(\?|$)/.test(original)) req.headers.cookie = (req.headers.cookie ?? '').split(';').filter((one) => !one.trim().startsWith(`crm_oidc_${this.config.port}`)).join(';');
    Object.assign(req, { originalUrl: original });
    req.url = original.slice(original.indexOf(oidcPath) + oidcPath.length) || '/';
    const done = once(res, 'close');
    await provider.callback()(req, res);
    if (!res.writableFinished) await done;
  }

  private make(keys: Awaited<ReturnType<TokenKeys['forProvider']>>): Provider {
    const provider = new Provider(this.config.issuer, oidcConfiguration(this.db, this.config, { keys: keys as never }, (ctx) => this.callOf(ctx)));
    // Behind a TLS proxy its headers say how people see the product.
    provider.proxy = behindProxy(this.config);
    const { login, config } = this;
    const prototype = provider.Client.prototype;
    const callOf = (ctx: KoaContextWithOIDC): Call => this.callOf(ctx);
    const registered = Object.getOwnPropertyDescriptor(prototype, 'redirectUriAllowed')?.value as ((this: unknown, value: string) => boolean) | undefined;
    Object.defineProperties(prototype, {
      // Secrets are kept as hashes, and guessing them is slowed down like passwords.
      compareClientSecret: { value: async function compare(this: { clientId: string }, secret: string): Promise<boolean> { return login.checkClient(callOf(Provider.ctx as KoaContextWithOIDC), this.clientId, secret).catch(toOidc); } },
      // A demo is reached by whatever name its host has; the interface only ever sends codes back to where it was loaded from.
      redirectUriAllowed: { value: function allowed(this: { clientId: string }, uri: string): boolean {
        return registered?.call(this, uri) === true || (config.profile === 'demo' && this.clientId === uiClientId && uri === `${(Provider.ctx as KoaContextWithOIDC).origin}${uiCallback}`);
      } },
    });
    if (config.profile === 'demo') provider.registerGrantType('password', (ctx) => this.password(provider, ctx), ['username', 'password', 'scope']);
    provider.on('server_error', (ctx, error) => { callOf(ctx).log.error({ err: error }, 'The OpenID provider failed'); });
    provider.on('grant.revoked', (ctx, grantId) => { this.noteRevocation(ctx, grantId); });
    return provider;
  }

  /** The password grant of the demo: the same grant, session and tokens as by the login page. */
  private async password(provider: Provider, ctx: KoaContextWithOIDC): Promise<void> {
    const { username, password, scope } = ctx.oidc.params as Record<string, string | undefined>;
    const { client } = ctx.oidc;
    if (!client || !username || !password) throw new errors.InvalidRequest('username and password are needed');
    const call = this.callOf(ctx);
    const accountId = await login(this.login, call, username, password);
    if ((await this.factors.state(accountId)).enabled) throw new errors.CustomOIDCProviderError('invalid_grant', factorNeeded);
    const granted = (scope ?? '').split(' ').filter((one) => one.startsWith('crm')).join(' ');
    const grant = new provider.Grant({ accountId, clientId: client.clientId });
    grant.addResourceScope(apiResource, granted);
    const grantId = await grant.save();
    const token = new provider.AccessToken({ accountId, client, grantId, gty: 'password', scope: granted } as never);
    token.resourceServer = new provider.ResourceServer(apiResource, resourceInfo(this.config, client));
    token.scope = granted;
    ctx.oidc.entity('AccessToken', token);
    const accessToken = await token.save();
    const refresh = new provider.RefreshToken({ accountId, client, grantId, gty: 'password', scope: granted, resource: apiResource, rotations: 0 } as never);
    ctx.oidc.entity('RefreshToken', refresh);
    await this.login.note(call, accountId, 'login', { by: 'password', client: client.clientId });
    ctx.body = { access_token: accessToken, token_type: 'Bearer', expires_in: this.config.accessTokenSeconds, refresh_token: await refresh.save(), scope: granted };
  }

  private callOf(ctx: KoaContextWithOIDC): Call {
    const call = this.calls.get(ctx.req);
    if (!call) throw new Error('The provider was called outside of a request');
    return call;
  }

  private noteRevocation(ctx: KoaContextWithOIDC, grantId: string): void {
    const call = this.callOf(ctx);
    const accountId = ctx.oidc.entities.RefreshToken?.accountId ?? ctx.oidc.entities.AuthorizationCode?.accountId ?? null;
    this.login.note(call, accountId, 'revoke', { client: ctx.oidc.client?.clientId ?? null, route: ctx.oidc.route, grant: grantId.slice(0, 6) })
      .catch((error: unknown) => { call.log.error({ err: error }, 'A revocation could not be written into the audit log'); });
  }

  private tidy(call: Call): void {
    if (Date.now() - this.tidied < tidyEveryMs) return;
    this.tidied = Date.now();
    Promise.all([tidyPayloads(this.db), new AttemptRepository(this.db).tidy()]).catch((error: unknown) => { call.log.warn({ err: error }, 'expired tokens could not be tidied'); });
  }
}

async function login(service: LoginService, call: Call, username: string, password: string): Promise<string> {
  return service.check(call, username, password).catch(toOidc);
}

/** Our coded errors in the provider's form, with their status and headers. */
function toOidc(error: unknown): never {
  if (!(error instanceof CrmError)) throw error;
  const mapped = new errors.CustomOIDCProviderError(error.code, error.message);
  mapped.status = error.status;
  mapped.statusCode = error.status;
  const ctx = Provider.ctx;
  for (const [name, value] of Object.entries(error.headers)) ctx?.set(name, value);
  throw mapped;
}
