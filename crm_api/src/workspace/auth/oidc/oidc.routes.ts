import Joi from 'joi';
import { answered, route, type RouteSpec } from '../../../kernel/route.js';
import type { OidcHost } from './oidc.host.js';

const anything = Joi.object().unknown(true);
const oauthProblem = Joi.object({ error: Joi.string().required(), error_description: Joi.string() }).unknown(true).label('OAuthError');
const raw = { payload: { parse: false, output: 'stream' } } as const;
const form = ['application/x-www-form-urlencoded'];

/** The endpoints of OAuth 2.1 and OpenID Connect; their answers and errors are those of the standards. */
export function oidcRoutes(host: OidcHost): RouteSpec[] {
  const handle: RouteSpec['handle'] = async (call, input) => {
    await host.answer(call, input.request);
    return answered;
  };
  const base = { tag: 'oidc', access: 'public', handle } as const;
  return [
    route({ ...base, method: 'GET', path: '/oidc/.well-known/openid-configuration', id: 'getOidcConfiguration', summary: 'OpenID Connect discovery', responses: { 200: anything } }),
    route({ ...base, method: 'GET', path: '/oidc/jwks', id: 'getOidcKeys', summary: 'The public keys of all tokens (RFC 7517)', responses: { 200: anything } }),
    route({ ...base, method: 'GET', path: '/oidc/auth', id: 'authorize', summary: 'Authorization endpoint: code with PKCE (S256)', query: anything, responses: { 303: null, 200: anything, 400: oauthProblem } }),
    route({ ...base, method: 'GET', path: '/oidc/auth/{uid}', id: 'resumeAuthorization', summary: 'Goes on with an authorization after the login page', params: Joi.object({ uid: Joi.string().required() }), query: anything, responses: { 303: null, 200: anything, 400: oauthProblem } }),
    route({ ...base, method: 'POST', path: '/oidc/token', id: 'issueOidcToken', summary: 'Token endpoint (RFC 6749)', consumes: form, hapi: raw, responses: { 200: anything, 400: oauthProblem, 401: oauthProblem, 429: oauthProblem } }),
    route({ ...base, method: 'POST', path: '/oidc/token/revocation', id: 'revokeOidcToken', summary: 'Revocation endpoint (RFC 7009)', consumes: form, hapi: raw, responses: { 200: anything, 400: oauthProblem, 401: oauthProblem } }),
  ];
}
