import { demoUsers, featureFlags } from 'crm_db';
import Joi from 'joi';
import type { Call } from '../../kernel/context/call.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { Reply, route, type Input, type RouteSpec } from '../../kernel/route.js';
import { calendarOf } from '../settings/calendar.service.js';
import { oauthError } from './auth.errors.js';
import { readTenant } from './tenant.repository.js';
import type { TokenService } from './token.service.js';

const form = 'application/x-www-form-urlencoded';
const formBody = Joi.object().pattern(Joi.string().max(100), Joi.string().allow('').max(4096))
  .description('OAuth2 form: grant_type=password (username, password; demo profile only), authorization_code (code, code_verifier, redirect_uri), client_credentials (client_id, client_secret) or refresh_token (refresh_token). scope narrows the token: crm:<resource>:<read|write|delete|export>; without it all that the role allows.');
const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };

function fields(input: Input): Record<string, string | undefined> {
  const given = (input.body ?? {}) as Record<string, string | undefined>;
  const header: unknown = input.request.headers['authorization'];
  const basic = typeof header === 'string' ? /^Basic +([\w+/=]+)$/i.exec(header)?.[1] : undefined;
  if (basic === undefined) return given;
  const [id = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  try {
    return { ...given, client_id: decodeURIComponent(id), client_secret: decodeURIComponent(rest.join(':')) };
  } catch {
    throw oauthError('invalid_request', 'The Basic credentials are not form-encoded (RFC 6749, 2.3.1).');
  }
}

/** Token, revocation, demo logins and the caller's own profile. */
export function authRoutes(service: TokenService): RouteSpec[] {
  return [
    route({
      method: 'POST', path: '/auth/token', id: 'issueToken', tag: 'auth', access: 'public',
      summary: 'Exchange a grant for an access token', consumes: [form], body: formBody, problems: [400, 401, 429],
      responses: {
        200: Joi.object({
          access_token: Joi.string().required(), token_type: Joi.string().valid('Bearer').required(), expires_in: Joi.number().integer().required(),
          refresh_token: Joi.string(), id_token: Joi.string(), scope: Joi.string().allow('').required(),
        }).label('Token'),
      },
      handle: async (call, input) => new Reply(200, await service.token(call, input.request, fields(input)), noStore),
    }),
    route({
      method: 'POST', path: '/auth/revoke', id: 'revokeToken', tag: 'auth', access: 'public',
      summary: 'End a session by its refresh token (RFC 7009)', consumes: [form], body: formBody, problems: [401], responses: { 200: Joi.object().label('Empty') },
      handle: async (call, input) => {
        const form = fields(input);
        if (!form['token']) throw oauthError('invalid_request', 'The form lacks token.');
        await service.revoke(call, input.request, form);
        return {};
      },
    }),
    route({
      method: 'GET', path: '/auth/demo', id: 'getDemoLogins', tag: 'auth', access: 'public', summary: 'The logins of the demo profile',
      problems: [404],
      responses: {
        200: Joi.object({
          users: Joi.array().items(Joi.object({ email: Joi.string(), name: Joi.string(), name_ar: Joi.string(), role: Joi.string() })).required(),
          password: Joi.string().required(),
        }).label('DemoLogins'),
      },
      handle: (call) => {
        if (call.config.profile !== 'demo') return Promise.reject(new CrmError(404, 'not_in_demo', 'Demo logins exist only in the demo profile (CRM_PROFILE=demo).'));
        return Promise.resolve({
          users: demoUsers.map((user) => ({ email: user.email, name: user.name, name_ar: user.nameAr, role: user.role })),
          password: call.config.demoPassword,
        });
      },
    }),
    route({
      method: 'GET', path: '/me', id: 'getMe', tag: 'auth', access: 'signed_in', summary: 'Who the token stands for and what it may do',
      responses: {
        200: Joi.object({
          id: Joi.string().guid().allow(null).required(), name: Joi.string().required(), email: Joi.string().allow(null).required(),
          kind: Joi.string().required(), roles: Joi.array().items(Joi.string()).required(), locale: Joi.string().required(),
          team: Joi.object({ id: Joi.string().guid(), name: Joi.string() }).allow(null).required(), region: Joi.string().allow(null).required(),
          currency: Joi.string().required().description('The currency of the tenant\'s figures.'), time_zone: Joi.string().required().description('The time zone that figures are reported in.'),
          fiscal_year_start_month: Joi.number().integer().min(1).max(12).required().description('The month in which the tenant\'s fiscal year begins; 1 is the calendar year.'),
          permissions: Joi.object().required().description('resource → action → scope (own, team, region, all).'),
          features: Joi.object().pattern(Joi.string(), Joi.boolean()).required().description('crm_feature_* → on.'),
        }).label('Me'),
      },
      handle: me,
    }),
  ];
}

async function me(call: Call): Promise<unknown> {
  const { actor } = call;
  const [tenant, calendar] = await Promise.all([readTenant(call.db), calendarOf(call)]);
  return {
    id: actor.id, name: actor.name, email: actor.email, kind: actor.kind, roles: actor.roles, locale: actor.locale, team: actor.team,
    region: actor.region, permissions: actor.permissions, currency: tenant.reporting_currency, ...calendar, features: Object.fromEntries(featureFlags.map((flag) => [flag.key, call.feature(flag.key)])),
  };
}
