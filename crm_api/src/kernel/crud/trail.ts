import { prepared } from 'crm_db';
import type { Knex } from 'knex';
import type { Call } from '../context/call.js';

/** A change for the audit log: what was done to which row. */
export interface AuditEntry {
  readonly action: 'create' | 'update' | 'delete' | 'restore' | 'login' | 'revoke' | 'stage_move' | 'erase' | 'merge' | 'unmerge'
    | 'login_failed' | 'lock' | 'password_change' | 'factor_on' | 'factor_off' | 'session_end' | 'key_rotate' | 'invite' | 'secret_rotate' | 'verify' | 'export';
  readonly entity: string;
  readonly entityId: string | null;
  readonly before?: Record<string, unknown> | null;
  readonly after?: Record<string, unknown> | null;
}

/** An entry of a record's story. */
export interface TimelineEntry {
  readonly entity: string;
  readonly entityId: string;
  readonly accountId: string | null;
  readonly kind: string;
  readonly summary: string;
  readonly data?: Record<string, unknown>;
}

/** Writes who did what to which row, in the transaction of the change itself: neither exists without the other. */
export async function audit(trx: Knex.Transaction, call: Call, entry: AuditEntry): Promise<void> {
  await auditInsert(trx, call, entry).options(prepared);
}

/** Both at once: an audit entry and, where the record has one, an entry of its story. */
export async function auditAndTell(trx: Knex.Transaction, call: Call, entry: AuditEntry, story: TimelineEntry | null): Promise<void> {
  if (story === null) return audit(trx, call, entry);
  await trx.raw('WITH audited AS (?) ?', [auditInsert(trx, call, entry), timelineInsert(trx, call, story)]).options(prepared);
}

/** Adds to the story of a record and of its account. */
export async function tell(trx: Knex.Transaction, call: Call, entry: TimelineEntry): Promise<void> {
  await timelineInsert(trx, call, entry).options(prepared);
}

function auditInsert(trx: Knex.Transaction, call: Call, entry: AuditEntry): Knex.QueryBuilder {
  return trx('crm_core.crm_audit_log').insert({
    actor_id: call.actor.id,
    actor_kind: call.actor.kind,
    action: entry.action,
    entity: entry.entity,
    entity_id: entry.entityId,
    before: entry.before ? JSON.stringify(entry.before) : null,
    after: entry.after ? JSON.stringify(entry.after) : null,
    request_id: call.requestId,
    ip: call.ip,
    session_id: call.origin?.sessionId ?? null,
    client_id: call.origin?.clientId ?? null,
    method: call.origin?.method ?? null,
    route: call.origin?.route ?? null,
    user_agent: call.origin?.userAgent ?? null,
  });
}

function timelineInsert(trx: Knex.Transaction, call: Call, entry: TimelineEntry): Knex.QueryBuilder {
  return trx('crm_core.crm_timeline').insert({
    entity: entry.entity,
    entity_id: entry.entityId,
    account_id: entry.accountId,
    kind: entry.kind,
    actor_id: call.actor.userId,
    summary: entry.summary.slice(0, 500),
    data: JSON.stringify(entry.data ?? {}),
  });
}
