import { CrmError, invalidBody } from '../../../kernel/errors/crm.error.js';

const challenge = (cause?: unknown): { cause: unknown; headers: Record<string, string> } => ({ cause, headers: { 'www-authenticate': 'Bearer realm="crm", error="invalid_token"' } });

/** 401: its time is over. */
export const embedExpired = (cause?: unknown): CrmError => new CrmError(401, 'embed_token_expired', 'The embed token is expired. Issue a new one: POST /crm/v1/reports/{id}/embed-tokens.', challenge(cause));

/** 401: not signed here, or signed for something else. */
export const embedForeign = (cause?: unknown): CrmError => new CrmError(401, 'embed_token_foreign', 'This is no embed token of this installation. Issue one: POST /crm/v1/reports/{id}/embed-tokens; access tokens open nothing here.', challenge(cause));

/** 401: it was revoked, or whoever issued it may not show the report any more. Which of these, strangers are not told. */
export const embedWithdrawn = (): CrmError => new CrmError(401, 'embed_token_withdrawn', 'The embed token is not in force any more: it was revoked, or whoever issued it is not shown the report or may not export it any more. Ask them, or issue a new one.', challenge());

/** 403: a page that the token was not issued for. */
export const originRefused = (origin: string | undefined): CrmError =>
  new CrmError(403, 'embed_origin_refused', `The token is not for pages of ${origin ?? 'no origin'}. Issue one whose "origins" name the origin of the page, such as https://intranet.example.com; programs that are no page use an API client.`);

/** 409: more than anybody keeps an eye on. */
export const tooManyEmbeds = (most: number): CrmError => new CrmError(409, 'too_many_embeds', `You have ${most} embed tokens in force already. Revoke one that no page needs any more: DELETE /crm/v1/embed-tokens/{id}.`);

/** 422: not an origin as browsers send it. */
export const noOrigin = (index: number): CrmError =>
  invalidBody([{ path: `origins[${index}]`, code: 'invalid_origin', message: `"origins[${index}]" must be an origin as browsers send it: scheme, host and, where it is not the usual one, port, such as https://intranet.example.com; no path, no wildcard.` }]);

/** 422: there is no such version. */
export const noVersion = (newest: number): CrmError => invalidBody([{ path: 'version', code: 'unknown_reference', message: `"version" must be one from 1 to ${newest}, or null for the current one.` }]);
