import type { Request } from '@hapi/hapi';
import Joi from 'joi';
import { isSecure, type ApiConfig } from '../../config.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { apiPrefix, Reply, route, type RouteSpec } from '../../kernel/route.js';
import { sessionOver } from './auth.errors.js';
import type { InteractionService } from './interaction.service.js';
import { uiClientId } from './oidc/oidc.config.js';
import type { TokenAnswer, TokenService } from './token.service.js';

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };
const answer = Joi.object({
  access_token: Joi.string().required(), token_type: Joi.string().valid('Bearer').required(), expires_in: Joi.number().integer().required(), scope: Joi.string().allow('').required(),
}).label('BrowserToken');
const step = Joi.object({
  next: Joi.string().valid('password', 'code', 'redirect').required(), client: Joi.object({ id: Joi.string().required(), name: Joi.string().required() }),
  redirect_to: Joi.string(),
}).label('SignInStep');

/** The login page and the session of a browser, whose refresh token no script can read: it lives in a cookie that only these routes are sent. */
export function browserRoutes(config: ApiConfig, tokens: TokenService, interactions: InteractionService): RouteSpec[] {
  const name = `crm_refresh_${config.port}`;
  const cookie = (value: string, seconds: number): string =>
    `${name}=${value}; HttpOnly; SameSite=Strict; Path=${apiPrefix}/auth/session; Max-Age=${seconds}${isSecure(config) ? '; Secure' : ''}`;
  const kept = ({ refresh_token: refresh, id_token: _id, ...rest }: TokenAnswer): Reply => new Reply(200, rest, { ...noStore, 'set-cookie': cookie(refresh ?? '', config.refreshTokenSeconds) });
  return [
    route({
      method: 'GET', path: '/auth/interaction', id: 'getSignIn', tag: 'auth', access: 'public', summary: 'Where the sign-in of this browser stands', problems: [409], responses: { 200: step },
      handle: async (_call, { request }) => new Reply(200, await interactions.step(request), noStore),
    }),
    route({
      method: 'POST', path: '/auth/interaction', id: 'signInByPassword', tag: 'auth', access: 'public', summary: 'The password of a sign-in begun at the authorization endpoint',
      body: Joi.object({ email: Joi.string().max(320).required(), password: Joi.string().max(1024).required() }).required().label('SignInPassword'), problems: [403, 409, 429], responses: { 200: step },
      async handle(call, { request, body }) {
        sameSite(request);
        const { email, password } = body as { email: string; password: string };
        return new Reply(200, await interactions.password(call, request, email, password), noStore);
      },
    }),
    route({
      method: 'POST', path: '/auth/interaction/code', id: 'signInByCode', tag: 'auth', access: 'public', summary: 'The code of the second factor, or a recovery code',
      body: Joi.object({ code: Joi.string().max(64).required() }).required().label('SignInCode'), problems: [403, 409, 429], responses: { 200: step },
      async handle(call, { request, body }) {
        sameSite(request);
        return new Reply(200, await interactions.code(call, request, (body as { code: string }).code), noStore);
      },
    }),
    route({
      method: 'POST', path: '/auth/session', id: 'openSession', tag: 'auth', access: 'public', summary: 'Exchange the code of the login page: the access token is in the answer, the refresh token in a cookie',
      body: Joi.object({ code: Joi.string().max(512).required(), code_verifier: Joi.string().max(512).required(), redirect_uri: Joi.string().max(2048).required() }).required().label('SessionCode'),
      problems: [401, 403, 429], responses: { 200: answer },
      async handle(call, { request, body }) {
        sameSite(request);
        return kept(await tokens.token(call, request, { ...(body as Record<string, string>), grant_type: 'authorization_code', client_id: uiClientId }));
      },
    }),
    route({
      method: 'POST', path: '/auth/session/refresh', id: 'refreshSession', tag: 'auth', access: 'public', summary: 'A new access token by the cookie, which is replaced', problems: [401, 403, 429], responses: { 200: answer },
      async handle(call, { request }) {
        sameSite(request);
        const refresh = cookieOf(request, name);
        if (!refresh) throw sessionOver();
        const tokensNow = await tokens.token(call, request, { grant_type: 'refresh_token', refresh_token: refresh, client_id: uiClientId }).catch((error: unknown) => {
          if (error instanceof CrmError && error.status === 400) throw sessionOver({ 'set-cookie': cookie('', 0) });
          throw error;
        });
        return kept(tokensNow);
      },
    }),
    route({
      method: 'DELETE', path: '/auth/session', id: 'closeSession', tag: 'auth', access: 'public', summary: 'Sign this browser out', problems: [403], responses: { 204: null },
      async handle(call, { request }) {
        sameSite(request);
        const refresh = cookieOf(request, name);
        if (refresh) await tokens.revoke(call, request, { token: refresh });
        return new Reply(204, null, { ...noStore, 'set-cookie': cookie('', 0) });
      },
    }),
  ];
}

/** Cookies are SameSite already; a browser that says that another site sends the request is refused besides. */
function sameSite(request: Request): void {
  const site: unknown = request.headers['sec-fetch-site'];
  const origin: unknown = request.headers['origin'];
  const foreign = typeof site === 'string' ? site !== 'same-origin' && site !== 'none' : typeof origin === 'string' && (!URL.canParse(origin) || new URL(origin).host !== request.info.host);
  if (foreign) throw new CrmError(403, 'foreign_site', 'Another web site may not send this request. Use the product\'s own pages.');
}

function cookieOf(request: Request, name: string): string | null {
  const header: unknown = request.headers['cookie'];
  if (typeof header !== 'string') return null;
  const value = header.split(';').map((one) => one.trim()).find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  return value !== undefined && /^[\w-]{1,200}$/.test(value) ? value : null;
}
