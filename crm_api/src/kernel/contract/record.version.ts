import { createHash } from 'node:crypto';
import type { Call } from '../context/call.js';
import { CrmError } from '../errors/crm.error.js';

// The version travels beside the body, not in it: a WeakMap keeps it from leaking into answers, logs or audits.
const versions = new WeakMap<object, string>();

/** Remembers the stored version (`xmin`) of the row that a body was made from. */
export function withVersion<T extends object>(body: T, version: unknown): T {
  if (typeof version === 'string') versions.set(body, version);
  return body;
}

/**
 * The strong entity tag of an answer about one record: its version, then a digest of the answer, as names of referenced records
 * may change without the record. Undefined where the body has no version (RFC 9110, 8.8.3).
 */
export function entityTag(body: unknown): string | undefined {
  if (body === null || typeof body !== 'object') return undefined;
  const version = versions.get(body);
  if (version === undefined) return undefined;
  return `"${version}.${createHash('sha1').update(JSON.stringify(body)).digest('base64url').slice(0, 12)}"`;
}

/** The versions that an `If-Match` header accepts; null where any is fine. Weak tags never match (RFC 9110, 13.1.1). */
export function acceptedVersions(header: unknown): readonly string[] | null {
  if (typeof header !== 'string' || header.trim() === '' || header.trim() === '*') return null;
  return [...header.matchAll(/(W\/)?"([^".]*)[^"]*"/g)].filter(([, weak]) => weak === undefined).map(([, , version]) => version ?? '');
}

/**
 * Refuses a change of a row that is not the one the caller has seen.
 * @throws CrmError 412 with the cure.
 */
export function requireVersion(call: Call, row: Readonly<Record<string, unknown>>): void {
  if (call.ifMatch === null || call.ifMatch.includes(String(row['__version']))) return;
  throw new CrmError(412, 'changed_meanwhile', 'The record was changed since you read it. Read it again, look at what is new, and send your change with the new ETag as If-Match.');
}
