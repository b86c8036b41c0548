import { CrmError } from '../../kernel/errors/crm.error.js';

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
