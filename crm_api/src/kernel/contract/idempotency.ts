import type { Request } from '@hapi/hapi';
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Call } from '../context/call.js';
import { CrmError } from '../errors/crm.error.js';
import { fromPostgres } from '../errors/pg.errors.js';
import { problemBody, problemType } from '../errors/problem.js';
import { Reply, type RouteSpec } from '../route.js';
import { entityTag } from './record.version.js';
import { forgetKeys, keepAnswer, keptAnswer, takeKey } from './idempotency.repository.js';

// A day, as the field does it: longer than any sane retry, short enough that keys may be short.
const lifeSeconds = 24 * 3600;
const forgetEveryMs = 10 * 60_000;
let forgotten = Date.now();
// Answers that tell the caller to send the same request again.
const again = new Set(['write_conflict', 'too_many_requests']);

/** Whether a route takes an `Idempotency-Key`: it changes something, its caller is known, its body is not a stream and its answer may be kept. */
export function takesKey(spec: RouteSpec): boolean {
  return ['POST', 'PUT', 'PATCH'].includes(spec.method) && spec.access !== 'public' && spec.readOnly !== true && spec.secretAnswer !== true && !isStream(spec);
}

const isStream = (spec: RouteSpec): boolean => {
  const payload = spec.hapi?.payload;
  return payload?.output === 'stream' || payload?.multipart !== undefined;
};

/**
 * Runs a request at most once per `Idempotency-Key` and caller. The key, the change and the answer are one transaction: a crash before its end leaves
 * none of them, a crash after it leaves all, so a repetition either does the work or is given the first answer again (with `Idempotency-Replayed: true`).
 * Requests with the same key at the same time wait for each other, as long as the database's connections wait for a lock. Answers of 5xx are not kept: with them nothing was done.
 * Semantics: Stripe's idempotent requests; draft-ietf-httpapi-idempotency-key-header-07.
 * @throws CrmError 400 malformed key, 409 the first request is still running, 422 the key was used for another request.
 */
export async function onceByKey(spec: RouteSpec, request: Request, call: Call, run: (call: Call) => Promise<unknown>): Promise<unknown> {
  const key: unknown = request.headers['idempotency-key'];
  // A stream cannot be compared with an earlier one; uploads are imports, which change nothing when they come twice.
  if (key === undefined || !takesKey(spec)) return run(call);
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) throw new CrmError(400, 'invalid_idempotency_key', 'Idempotency-Key must be 1 to 255 visible ASCII characters without spaces, for example a UUID.');
  const caller = `${call.actor.kind}:${call.actor.id ?? ''}`;
  const requestHash = createHash('sha256').update(JSON.stringify([spec.method, request.path, request.url.search, request.headers['if-match'] ?? null, request.payload])).digest();
  tidy(call);
  return call.db.transaction(async (trx) => {
    const id = await takeKey(trx, { caller, key, requestHash, lifeSeconds }).catch((error: unknown) => { throw busy(error) ?? error; });
    if (id === null) return replay(trx, caller, key, requestHash);
    return perform(trx, id, call, run);
  });
}

async function perform(trx: Knex.Transaction, id: string, call: Call, run: (call: Call) => Promise<unknown>): Promise<unknown> {
  try {
    // A savepoint: what a refused request did is undone while its answer is kept.
    const answer = await trx.transaction((inner) => run({ ...call, db: inner }));
    const reply = answer instanceof Reply ? answer : new Reply(200, answer);
    const tag = entityTag(reply.body);
    await keepAnswer(trx, id, { status: reply.status, headers: { ...reply.headers, ...(tag === undefined ? {} : { etag: tag }) }, body: reply.body === null ? null : JSON.stringify(reply.body) });
    return reply;
  } catch (error) {
    const known = error instanceof CrmError ? error : fromPostgres(error);
    if (known === null || known.status >= 500 || again.has(known.code)) throw error;
    const body = JSON.stringify(problemBody(known, call.requestId));
    await keepAnswer(trx, id, { status: known.status, headers: { ...known.headers, 'content-type': problemType }, body });
    return new Reply(known.status, JSON.parse(body), { ...known.headers, 'content-type': problemType });
  }
}

async function replay(trx: Knex.Transaction, caller: string, key: string, requestHash: Buffer): Promise<Reply> {
  const kept = await keptAnswer(trx, caller, key);
  if (!kept) throw new CrmError(409, 'idempotency_conflict', 'Another request with this Idempotency-Key has just ended without an answer. Send it again.', { headers: { 'retry-after': '1' } });
  if (!kept.request_hash.equals(requestHash)) {
    throw new CrmError(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request within the last 24 hours. Use a new key for a new request, and send a repeated one unchanged.');
  }
  return new Reply(kept.status, kept.body === null ? null : JSON.parse(kept.body), { ...kept.headers, 'idempotency-replayed': 'true' });
}

function busy(error: unknown): CrmError | null {
  if (!(error instanceof Error && 'code' in error && error.code === '55P03')) return null;
  return new CrmError(409, 'idempotency_in_progress', 'The first request with this Idempotency-Key is still running. Send it again in a moment.', { cause: error, headers: { 'retry-after': '1' } });
}

function tidy(call: Call): void {
  if (Date.now() - forgotten < forgetEveryMs) return;
  forgotten = Date.now();
  forgetKeys(call.db).catch((error: unknown) => { call.log.warn({ err: error }, 'idempotency keys could not be tidied'); });
}
