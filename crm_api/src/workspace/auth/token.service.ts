import type { Request } from '@hapi/hapi';
import type { ApiConfig } from '../../config.js';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import { InvalidToken, type TokenKeys } from '../../kernel/auth/token.keys.js';
import { scopeText, wholeScope } from '../../kernel/auth/token.scopes.js';
import type { Call } from '../../kernel/context/call.js';
import { SessionRepository } from '../sessions/session.repository.js';
import { invalidClient, invalidGrant, oauthError } from './auth.errors.js';
import { LoginRepository } from './login.repository.js';
import { oidcPath, uiClientId } from './oidc/oidc.config.js';

/** The token endpoint's answer (RFC 6749, 5.1). */
export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token?: string;
  id_token?: string;
  scope: string;
}

/** The form as sent, with the client's credentials wherever they came from. */
export type TokenForm = Readonly<Record<string, string | undefined>>;

const needed: Readonly<Record<string, readonly string[]>> = {
  password: ['username', 'password'], client_credentials: ['client_id', 'client_secret'], refresh_token: ['refresh_token'], authorization_code: ['code', 'redirect_uri', 'code_verifier'],
};

/**
 * The token endpoint with the product's defaults: the interface is the client where none is named, the whole role the scope. It asks the OpenID provider,
 * which issues, stores and revokes all tokens, and puts its errors into problem documents.
 */
export class TokenService {
  private readonly logins = new LoginRepository();
  private readonly sessions = new SessionRepository();
  /** Exchanges under way, by the grant that is used up. */
  private readonly exchanges = new Map<string, Promise<unknown>>();

  constructor(private readonly config: ApiConfig, private readonly keys: TokenKeys, private readonly actors: ActorReader) {}

  /** Exchanges a grant for tokens. @throws CrmError with OAuth2's codes */
  async token(call: Call, request: Request, form: TokenForm): Promise<TokenAnswer> {
    const grantType = form['grant_type'];
    const grants = Object.keys(needed).filter((one) => one !== 'password' || this.config.profile === 'demo').join(', ');
    if (grantType === undefined) throw oauthError('invalid_request', `The form lacks grant_type; send one of ${grants}.`);
    const fields = needed[grantType];
    if (!fields) throw oauthError('unsupported_grant_type', `grant_type must be one of ${grants}.`);
    if (grantType === 'password' && this.config.profile !== 'demo') throw oauthError('unsupported_grant_type', 'The password grant exists only in the demo profile. Use authorization_code with PKCE, or client_credentials.');
    for (const name of fields) if (!form[name]) throw oauthError('invalid_request', `The form lacks ${name}.`);
    return this.alone(form['refresh_token'] ?? form['code'], () => this.exchange(call, request, grantType, form));
  }

  /** One exchange of a grant at a time: a replay ends the sign-in, but only after the answer that is on its way. */
  private async alone<T>(grant: string | undefined, work: () => Promise<T>): Promise<T> {
    if (grant === undefined) return work();
    const mine = (this.exchanges.get(grant) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => undefined);
    this.exchanges.set(grant, settled);
    try {
      return await mine;
    } finally {
      if (this.exchanges.get(grant) === settled) this.exchanges.delete(grant);
    }
  }

  private async exchange(call: Call, request: Request, grantType: string, form: TokenForm): Promise<TokenAnswer> {
    const { client_id: clientId = uiClientId, client_secret: secret, ...rest } = form;
    const scope = form['scope'] ?? (['password', 'client_credentials'].includes(grantType) ? await this.defaultScope(call, clientId) : undefined);
    const answer = await ask(call, request, '/token', { ...rest, client_id: clientId, client_secret: secret, scope });
    if (answer.status !== 200) throw problemOf(answer);
    const body = answer.body as unknown as TokenAnswer;
    const actor = await this.actors.read(await this.keys.verify(body.access_token));
    if (!actor) throw grantType === 'client_credentials' ? invalidClient() : invalidGrant('The account is no longer active.');
    return {
      access_token: body.access_token, token_type: 'Bearer', expires_in: body.expires_in, scope: scopeText(actor.permissions),
      ...(body.refresh_token === undefined ? {} : { refresh_token: body.refresh_token }), ...(body.id_token === undefined ? {} : { id_token: body.id_token }),
    };
  }

  /** Ends the session of a refresh or access token; unknown tokens are none of the caller's business (RFC 7009, 2.2). */
  async revoke(call: Call, request: Request, form: TokenForm): Promise<void> {
    const token = form['token'] ?? '';
    if (token.split('.').length === 3) {
      const claims = await this.keys.verify(token).catch((error: unknown) => {
        if (error instanceof InvalidToken) return null;
        throw error;
      });
      if (claims?.sessionId != null) await this.sessions.end(call.db, { id: claims.sessionId }, 'signed_out');
    } else {
      const answer = await ask(call, request, '/token/revocation', { token, client_id: form['client_id'] ?? uiClientId, client_secret: form['client_secret'] });
      if (answer.status === 401) throw problemOf(answer);
    }
    this.actors.forget();
  }

  private async defaultScope(call: Call, clientId: string): Promise<string> {
    const client = clientId === uiClientId ? undefined : await this.logins.clientById(call.db, clientId);
    return client?.scopes?.join(' ') ?? wholeScope;
  }
}

interface ProviderAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
}

/** Asks the provider inside this process, as the caller from where they are. */
async function ask(call: Call, request: Request, path: string, fields: TokenForm): Promise<ProviderAnswer> {
  const form = new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]])));
  const response = await request.server.inject({
    method: 'POST', url: `${oidcPath}${path}`, payload: form.toString(), remoteAddress: call.ip ?? '127.0.0.1',
    headers: { 'content-type': 'application/x-www-form-urlencoded', host: request.info.host || 'localhost', 'user-agent': String(request.headers['user-agent'] ?? ''), 'x-request-id': call.requestId },
  });
  return { status: response.statusCode, headers: response.headers, body: response.payload.startsWith('{') ? JSON.parse(response.payload) as Record<string, unknown> : {} };
}

// The provider's own words are for developers; these say the cure.
const details: Readonly<Record<string, string>> = {
  'refresh token not found': 'The refresh token is expired, used or revoked. Sign in again.',
  'refresh token already used': 'The refresh token is expired, used or revoked. Sign in again.',
  'already used': 'The refresh token or code was used already. Sign in again.',
};

function problemOf({ status, body, headers }: ProviderAnswer): Error {
  const code = typeof body['error'] === 'string' ? body['error'] : 'server_error';
  const given = typeof body['error_description'] === 'string' ? body['error_description'] : '';
  if (code === 'invalid_client') return invalidClient();
  const kept: Record<string, string> = headers['retry-after'] === undefined ? {} : { 'retry-after': String(headers['retry-after']) };
  if (status >= 500) return new Error(`The OpenID provider answers ${status} ${given}`);
  // The provider hides details of grants from callers; so do we.
  return oauthError(code, details[given] ?? (given === '' || given === 'grant request is invalid' ? 'The grant is expired, used, revoked or not this client\'s. Sign in again.' : given), status, kept);
}
