import type { Action } from 'crm_db';
import type { Knex } from 'knex';
import { scopeOf } from '../../../kernel/context/actor.js';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { ownerships } from '../../../kernel/crud/ownership.js';
import { scopeCondition } from '../../../kernel/crud/scope.js';
import type { DedupeCounts } from './dedupe.runner.js';
import { matchEntities, type Evidence, type Match, type MatchEntity } from './match.types.js';

/** A row of `crm_dedupe_jobs`. */
export interface DedupeJobRow {
  id: string;
  entity: MatchEntity;
  status: 'queued' | 'running' | 'done' | 'failed';
  requested_by: string | null;
  threshold: string;
  compared_count: string;
  candidate_count: string;
  finished_at: Date | null;
  error: string | null;
  created_at: Date;
}

/** A row of `crm_merge_candidates`. */
export interface CandidateRow {
  id: string;
  entity: MatchEntity;
  left_id: string;
  right_id: string;
  similarity: string;
  evidence: Evidence;
  status: 'open' | 'merged' | 'rejected' | 'undone';
  decided_by: string | null;
  decided_at: Date | null;
  created_at: Date;
}

/** A pair to be looked at. */
export interface Candidate extends Match {
  readonly leftId: string;
  readonly rightId: string;
}

const candidateColumns = ['c.id', 'c.entity', 'c.left_id', 'c.right_id', 'c.similarity', 'c.evidence', 'c.status', 'c.decided_by', 'c.decided_at', 'c.created_at'] as const;

/** Keeps candidates; pairs that were decided about stay decided. Returns how many are new. */
export async function insertCandidates(db: Knex, job: DedupeJobRow, candidates: readonly Candidate[]): Promise<number> {
  if (candidates.length === 0) return 0;
  const json = JSON.stringify(candidates.map((one) => ({ left_id: one.leftId, right_id: one.rightId, similarity: one.similarity, evidence: one.evidence })));
  const { rows } = await db.raw<{ rows: { fresh: boolean }[] }>(`
    INSERT INTO crm_core.crm_merge_candidates AS c (job_id, entity, left_id, right_id, similarity, evidence)
    SELECT ?, ?, left_id, right_id, similarity, evidence FROM jsonb_to_recordset(?::jsonb) AS i(left_id uuid, right_id uuid, similarity numeric, evidence jsonb)
    ON CONFLICT (entity, left_id, right_id) WHERE deleted_at IS NULL DO UPDATE SET job_id = excluded.job_id, similarity = excluded.similarity, evidence = excluded.evidence
     WHERE c.status = 'open' AND (c.similarity, c.evidence) IS DISTINCT FROM (excluded.similarity, excluded.evidence) RETURNING xmax = 0 AS fresh`, [job.id, job.entity, json]);
  return rows.filter((row) => row.fresh).length;
}

/** Queues a search. */
export async function insertJob(trx: Knex.Transaction, entity: MatchEntity, threshold: number, requestedBy: string | null): Promise<DedupeJobRow> {
  const [row] = await trx<DedupeJobRow>('crm_core.crm_dedupe_jobs').insert({ entity, threshold: String(threshold), requested_by: requestedBy }).returning('*');
  return row as DedupeJobRow;
}

/** Searches, newest first. */
export const listJobs = (db: Reader, limit: number): Promise<DedupeJobRow[]> => db<DedupeJobRow>('crm_core.crm_dedupe_jobs').whereNull('deleted_at').orderBy('created_at', 'desc').orderBy('id').limit(limit);

/** One search. */
export const findJob = (db: Reader, id: string): Promise<DedupeJobRow | undefined> => db<DedupeJobRow>('crm_core.crm_dedupe_jobs').where({ id }).whereNull('deleted_at').first();

/** A search of the kind that has not ended. */
export const findUnfinished = (db: Reader, entity: MatchEntity): Promise<DedupeJobRow | undefined> =>
  db<DedupeJobRow>('crm_core.crm_dedupe_jobs').where({ entity }).whereIn('status', ['queued', 'running']).whereNull('deleted_at').first();

/** Searches that wait or were interrupted. */
export const listUnfinishedJobs = (db: Reader): Promise<DedupeJobRow[]> =>
  db<DedupeJobRow>('crm_core.crm_dedupe_jobs').whereIn('status', ['queued', 'running']).whereNull('deleted_at').orderBy('created_at');

/** How far a search is. */
export async function noteProgress(db: Reader, id: string, counts: DedupeCounts): Promise<void> {
  await db('crm_core.crm_dedupe_jobs').where({ id }).update({ status: 'running', compared_count: counts.compared, candidate_count: counts.candidates });
}

/** The end of a search. */
export async function finishJob(db: Reader, id: string, counts: DedupeCounts | null, error: string | null): Promise<void> {
  await db('crm_core.crm_dedupe_jobs').where({ id }).update({
    status: error === null ? 'done' : 'failed', error, finished_at: db.fn.now(), ...(counts ? { compared_count: counts.compared, candidate_count: counts.candidates } : {}),
  });
}

/** Both records of a candidate live and in reach of the caller. */
function inReach(call: Call, entity: MatchEntity, builder: Knex.QueryBuilder): void {
  const scope = scopeCondition(call.actor, entity, 'read', ownerships[entity] ?? null);
  for (const side of ['left_id', 'right_id']) {
    builder.whereRaw(`EXISTS (SELECT 1 FROM crm_core.crm_${entity} t WHERE t.id = c.${side} AND t.deleted_at IS NULL AND t.merged_into_id IS NULL${scope ? ` AND ${scope.sql}` : ''})`, [...(scope?.bindings ?? [])]);
  }
}

/** Open or decided candidates, the most alike first, that the caller may see on both sides; `after` continues behind a similarity and id. */
export async function listCandidates(db: Reader, call: Call, entity: MatchEntity, status: string, limit: number, after: readonly [string, string] | null): Promise<CandidateRow[]> {
  const query = db('crm_core.crm_merge_candidates as c').where({ 'c.entity': entity, 'c.status': status }).whereNull('c.deleted_at')
    .orderByRaw('c.similarity DESC, c.id').limit(limit).select<CandidateRow[]>(...candidateColumns);
  if (status === 'open') inReach(call, entity, query);
  if (after) query.whereRaw('(c.similarity < ?::numeric OR (c.similarity = ?::numeric AND c.id > ?))', [after[0], after[0], after[1]]);
  return query;
}

/** One candidate that the caller may see, optionally locked; undefined where there is none. */
export async function findCandidate(db: Reader, call: Call, id: string, lock = false): Promise<CandidateRow | undefined> {
  const query = db('crm_core.crm_merge_candidates as c').where('c.id', id).whereNull('c.deleted_at').first<CandidateRow | undefined>(...candidateColumns);
  if (lock) query.forUpdate();
  const row = await query;
  return row && scopeOf(call.actor, row.entity, 'read') !== null && await bothInReach(db, call, row, 'read') ? row : undefined;
}

/** Whether an action of the caller reaches both records of a candidate, merged ones included. */
export async function bothInReach(db: Reader, call: Call, row: CandidateRow, action: Action): Promise<boolean> {
  const scope = scopeCondition(call.actor, row.entity, action, ownerships[row.entity] ?? null);
  const { rows } = await db.raw<{ rows: { n: string }[] }>(`SELECT count(*) AS n FROM crm_core.crm_${row.entity} t WHERE t.id IN (?, ?)${scope ? ` AND ${scope.sql}` : ''}`, [row.left_id, row.right_id, ...(scope?.bindings ?? [])]);
  return rows[0]?.n === '2';
}

/** The candidate of two records, in whatever order, locked. */
export function findPair(trx: Knex.Transaction, entity: MatchEntity, a: string, b: string): Promise<CandidateRow | undefined> {
  const [left, right] = a < b ? [a, b] : [b, a];
  return Promise.resolve(trx('crm_core.crm_merge_candidates as c').where({ 'c.entity': entity, 'c.left_id': left, 'c.right_id': right }).whereNull('c.deleted_at').forUpdate().first<CandidateRow | undefined>(...candidateColumns));
}

/** Notes a decision about a candidate. */
export async function decideCandidate(trx: Knex.Transaction, id: string, status: CandidateRow['status'], userId: string | null): Promise<void> {
  await trx('crm_core.crm_merge_candidates').where({ id }).update(status === 'open' ? { status, decided_by: null, decided_at: null } : { status, decided_by: userId, decided_at: trx.fn.now() });
}

/** The kinds that the caller may read. */
export const readableEntities = (call: Call): MatchEntity[] => matchEntities.filter((entity) => scopeOf(call.actor, entity, 'read') !== null);
