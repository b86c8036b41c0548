import { scopeOf } from '../../../kernel/context/actor.js';
import type { Values } from '../../../kernel/crud/crud.service.js';
import { idParams } from '../../../kernel/crud/crud.routes.js';
import { CrmError, notFound } from '../../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import { findJob, listJobs, readableEntities, type DedupeJobRow } from './duplicate.repository.js';
import { candidateItem, candidatePage, candidateQuery, checkAnswer, checkBody, searchBody, searchItem, searchPage } from './duplicate.schema.js';
import { DuplicateService } from './duplicate.service.js';
import type { MatchEntity } from './match.types.js';

const shared = { tag: 'duplicates', feature: 'crm_feature_dedupe' };
// Nobody reads further back.
const shownSearches = 100;

const presentJob = (row: DedupeJobRow): unknown => ({
  id: row.id, entity: row.entity, status: row.status, threshold: Number(row.threshold), compared: Number(row.compared_count), candidates: Number(row.candidate_count),
  requested_by: row.requested_by, created_at: row.created_at.toISOString(), finished_at: row.finished_at?.toISOString() ?? null, error: row.error,
});

const writeCursor = (after: readonly [string, string] | null): string | null => (after ? Buffer.from(after.join('|')).toString('base64url') : null);

function readCursor(value: unknown): readonly [string, string] | null {
  if (typeof value !== 'string') return null;
  const match = /^([01]\.\d{3})\|([0-9a-f-]{36})$/.exec(Buffer.from(value, 'base64url').toString('utf8'));
  if (!match) throw new CrmError(400, 'invalid_cursor', 'The cursor does not belong to this list. Ask again without cursor.');
  return [match[1] ?? '', match[2] ?? ''];
}

/** `/duplicates`: pairs that may be one record, searches for them, and a look before a record is made. Which records are in reach is each kind's own permission. */
export function duplicateRoutes(): RouteSpec[] {
  const service = new DuplicateService();
  const decide = (path: string, id: string, summary: string, to: 'rejected' | 'open'): RouteSpec => route({
    ...shared, method: 'POST', path: `/duplicates/{id}/${path}`, id, summary, access: 'signed_in', params: idParams, problems: [403, 404, 409], responses: { 200: candidateItem },
    async handle(call, { params }) {
      await call.db.transaction((trx) => service.decide(trx, call, params['id'] ?? '', to));
      return service.get(call, params['id'] ?? '');
    },
  });
  return [
    route({
      ...shared, method: 'GET', path: '/duplicates', id: 'listDuplicates', summary: 'Pairs that may be one record, the most probable first', access: 'signed_in', query: candidateQuery, problems: [400, 403],
      responses: { 200: candidatePage },
      async handle(call, { query }) {
        const { items, next } = await service.list(call, query['entity'] as MatchEntity, query['status'] as string, query['limit'] as number, readCursor(query['cursor']));
        return { items, next_cursor: writeCursor(next) };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/duplicates/check', id: 'checkDuplicates', summary: 'What a record that is about to be made resembles', access: 'signed_in', body: checkBody, readOnly: true,
      problems: [403, 422], responses: { 200: checkAnswer },
      async handle(call, { body }) {
        const { entity, values, except_id: except } = body as { entity: MatchEntity; values: Values; except_id?: string };
        return { matches: await service.check(call, entity, values, except ?? null) };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/duplicates/searches', id: 'listDuplicateSearches', summary: 'Searches for duplicates, newest first', access: 'signed_in', responses: { 200: searchPage },
      async handle(call) {
        const readable = readableEntities(call);
        return { items: (await listJobs(call.db, shownSearches)).filter((row) => readable.includes(row.entity)).map(presentJob), next_cursor: null };
      },
    }),
    route({
      ...shared, method: 'POST', path: '/duplicates/searches', id: 'createDuplicateSearch', summary: 'Search all records of a kind for duplicates', access: 'signed_in', body: searchBody, problems: [403, 409, 422],
      responses: { 201: searchItem },
      async handle(call, { body }) {
        const { entity, threshold } = body as { entity: MatchEntity; threshold?: number };
        const job = await call.db.transaction((trx) => service.search(trx, call, entity, threshold ?? 0.85));
        // The queue only wakes the worker; what is to be done stands in the table.
        await call.jobs.send('crm_quality', { kind: 'dedupe' }).catch((error: unknown) => call.log.warn({ err: error }, 'The worker could not be woken; it looks by itself'));
        return Reply.created(`/duplicates/searches/${job.id}`, presentJob(job));
      },
    }),
    route({
      ...shared, method: 'GET', path: '/duplicates/searches/{id}', id: 'getDuplicateSearch', summary: 'One search and how far it is', access: 'signed_in', params: idParams, problems: [404], responses: { 200: searchItem },
      async handle(call, { params }) {
        const row = await findJob(call.db, params['id'] ?? '');
        if (!row || scopeOf(call.actor, row.entity, 'read') === null) throw notFound('search', params['id'] ?? '');
        return presentJob(row);
      },
    }),
    route({
      ...shared, method: 'GET', path: '/duplicates/{id}', id: 'getDuplicate', summary: 'One pair that may be one record', access: 'signed_in', params: idParams, problems: [404], responses: { 200: candidateItem },
      handle: (call, { params }) => service.get(call, params['id'] ?? ''),
    }),
    decide('dismiss', 'dismissDuplicate', 'Say that the two are not one; no search offers them again', 'rejected'),
    decide('reopen', 'reopenDuplicate', 'Take up a dismissed pair again', 'open'),
  ];
}
