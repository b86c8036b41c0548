import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';

/** An error of the token endpoint: a problem document that also has OAuth2's own `error` member (RFC 6749, 5.2). */
export function oauthError(error: string, detail: string, status = 400, headers: Record<string, string> = {}): CrmError {
  return new CrmError(status, error, detail, { headers, members: { error, error_description: detail } });
}

/** The grant is wrong, whatever of it: the answer must not tell which part. */
export const invalidGrant = (detail: string): CrmError => oauthError('invalid_grant', detail);

/** The client is unknown or its secret wrong. */
export const invalidClient = (): CrmError =>
  oauthError('invalid_client', 'The client id or secret is wrong. Check both with your administrator.', 401, { 'www-authenticate': 'Basic realm="crm"' });

/** Too many failed attempts; `seconds` until the next one counts. */
export const slowDown = (seconds: number): CrmError =>
  oauthError('slow_down', `Too many failed attempts. Wait ${seconds} seconds and try again.`, 429, { 'retry-after': String(seconds) });

/** The address of the sign-in is not, or no longer, one that this browser began. */
export const interactionOver = (): CrmError =>
  new CrmError(409, 'sign_in_expired', 'This sign-in was not begun in this browser or has expired. Start again.');

/** The code of the second factor is wrong, used or out of its time. */
export const wrongCode = (): CrmError =>
  new CrmError(400, 'invalid_code', 'The code is wrong or was used already. Enter the one that the app shows now, or a recovery code; check the clock of the phone.');

/** The session cookie of the browser is missing, used or revoked. */
export const sessionOver = (headers: Record<string, string> = {}): CrmError =>
  new CrmError(401, 'session_over', 'There is no session in this browser any more. Sign in again.', { headers });

/** 403: what concerns the account itself needs a person's own, whole token. */
export const personOnly = (): CrmError =>
  new CrmError(403, 'person_only', 'This concerns the account itself and needs a token of the person that is not narrowed to some scopes. Sign in with the password.');

/** 422: a password that the policy refuses. */
export const weakPassword = (code: string, message: string): CrmError => invalidBody([{ path: 'new_password', code, message }]);
