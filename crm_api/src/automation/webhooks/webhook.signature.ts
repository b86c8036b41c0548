import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A new signing secret, `whsec_` and 32 random bytes in base64 (Standard Webhooks allows 24 to 64). */
export function makeSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`;
}

/** The headers that Standard Webhooks 1.0.0 asks for; one signature for each secret, the newest first. `seconds` is Unix time. */
export function signedHeaders(secrets: readonly string[], id: string, seconds: number, body: string): Readonly<Record<string, string>> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' ') };
}
