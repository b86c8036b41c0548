import { idParams } from '../../kernel/crud/crud.routes.js';
import { notFound } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { readProgress, type ErasureProgress } from './erasure.progress.js';
import { findErasure, listErasures, type ErasureRow } from './erasure.repository.js';
import { erase, preview } from './erasure.service.js';
import type { ErasureReason, SubjectType } from './erasure.types.js';
import { erasureBody, erasureItem, erasurePage, retentionBody, retentionItem, retentionPage, retentionParams, subjectParams, subjectPreview } from './privacy.schema.js';
import { accessRoutes } from './access/access.routes.js';
import { endPolicy, listPolicies, setPolicy, type RetentionRow } from './retention.repository.js';

const feature = 'crm_feature_privacy';
// More than are asked for in years; a list of them needs no pages.
const shownErasures = 200;

function present(row: ErasureRow, progress: ErasureProgress | null, counts?: Record<string, number>): unknown {
  const rows: Record<string, number> = {};
  for (const { table, keys } of row.scope) rows[table] = (rows[table] ?? 0) + keys.length;
  return {
    id: row.id, subject_type: row.subject_type, subject_id: row.subject_id, reason: row.reason, requested_by: row.requested_by, identifier_count: row.identifier_count,
    rows: counts ?? rows, created_at: row.created_at.toISOString(), warehouse: progress, certified_at: row.certified_at?.toISOString() ?? null, certificate_hash: row.certificate_hash,
  };
}

const presentPolicy = (row: RetentionRow): unknown => ({ table_name: row.table_name, keep_days: row.keep_days, action: row.action, updated_at: row.updated_at.toISOString() });

function erasureRoutes(): RouteSpec[] {
  return [
    route({
      method: 'GET', path: '/privacy/subjects/{type}/{id}', id: 'previewErasure', tag: 'privacy', feature, access: { resource: 'privacy', action: 'read' },
      summary: 'What an erasure would reach, and by which names, addresses and numbers the person is known', params: subjectParams, problems: [404], responses: { 200: subjectPreview },
      async handle(call, { params }) {
        const shown = await preview(call.db, call, params['type'] as SubjectType, params['id'] ?? '');
        call.origin?.notes.push({ action: 'read', entity: `${params['type'] ?? ''}s`, entityId: params['id'] ?? null, status: null });
        return shown;
      },
    }),
    route({
      method: 'POST', path: '/privacy/erasures', id: 'createErasure', tag: 'privacy', feature, access: { resource: 'privacy', action: 'write' },
      summary: 'Erase a person: in one transaction here, then by the stream in every copy', body: erasureBody, problems: [404, 409, 422], responses: { 201: erasureItem },
      async handle(call, { body }) {
        const { subject_type: type, subject_id: id, reason } = body as { subject_type: SubjectType; subject_id: string; reason: ErasureReason };
        const { erasure, counts } = await call.db.transaction((trx) => erase(trx, call, type, id, reason));
        return Reply.created(`/privacy/erasures/${erasure.id}`, present(erasure, null, counts));
      },
    }),
    route({
      method: 'GET', path: '/privacy/erasures', id: 'listErasures', tag: 'privacy', feature, access: { resource: 'privacy', action: 'read' },
      summary: 'Erasures, newest first', responses: { 200: erasurePage },
      async handle(call) {
        const rows = await listErasures(call.db, shownErasures);
        const progress = await readProgress(call.config.clickhouseUrl, rows.map((row) => row.id));
        return { items: rows.map((row) => present(row, progress?.get(row.id) ?? null)), next_cursor: null };
      },
    }),
    route({
      method: 'GET', path: '/privacy/erasures/{id}', id: 'getErasure', tag: 'privacy', feature, access: { resource: 'privacy', action: 'read' },
      summary: 'One erasure and how far it is', params: idParams, problems: [404], responses: { 200: erasureItem },
      async handle(call, { params }) {
        const row = await findErasure(call.db, params['id'] ?? '');
        if (row === undefined) throw notFound('erasure', params['id'] ?? '');
        return present(row, (await readProgress(call.config.clickhouseUrl, [row.id]))?.get(row.id) ?? null);
      },
    }),
  ];
}

/** `/privacy`: erasure of persons, exports for them, and how long history is kept. */
export function privacyRoutes(): RouteSpec[] {
  return [
    ...erasureRoutes(),
    ...accessRoutes(),
    route({
      method: 'GET', path: '/privacy/retention', id: 'listRetention', tag: 'privacy', feature, access: { resource: 'privacy', action: 'read' },
      summary: 'How long the history of tables is kept; those not listed keep all', responses: { 200: retentionPage },
      handle: async (call) => ({ items: (await listPolicies(call.db)).map(presentPolicy), next_cursor: null }),
    }),
    route({
      method: 'PUT', path: '/privacy/retention/{table}', id: 'setRetention', tag: 'privacy', feature, access: { resource: 'privacy', action: 'write' },
      summary: 'Keep the history of a table for some days', params: retentionParams, body: retentionBody, problems: [404], responses: { 200: retentionItem },
      handle: async (call, { params, body }) => presentPolicy(await call.db.transaction((trx) => setPolicy(trx, call, params['table'] ?? '', (body as { keep_days: number }).keep_days))),
    }),
    route({
      method: 'DELETE', path: '/privacy/retention/{table}', id: 'endRetention', tag: 'privacy', feature, access: { resource: 'privacy', action: 'write' },
      summary: 'Keep the whole history of a table from now on', params: retentionParams, problems: [404], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => endPolicy(trx, call, params['table'] ?? ''));
        return Reply.none();
      },
    }),
  ];
}
