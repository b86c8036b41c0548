import Joi from 'joi';
import { idParams } from '../../../kernel/crud/crud.routes.js';
import { notFound } from '../../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import { subjectTypes, type SubjectType } from '../erasure.types.js';
import { findExport, listExports, type AccessExportRow } from './access.repository.js';
import { downloadExport, requestExport } from './access.service.js';
import type { AccessLocale } from './access.words.js';

/** The flag of exports for persons. */
export const accessFeature = 'crm_feature_access_export';
const shown = 200;

const body = Joi.object({
  subject_type: Joi.string().valid(...subjectTypes).required().description('What kind of record the person is.'),
  subject_id: Joi.string().guid().required().description('Its id; records that were merged, converted or share its e-mail address are the same person.'),
  locale: Joi.string().valid('en', 'ar').description('The language of the readable part; that of the person\'s record where it is not given.'),
}).required().label('AccessExportRequest');

const item = Joi.object({
  id: Joi.string().guid().required(), subject_type: Joi.string().valid(...subjectTypes).required(), subject_id: Joi.string().guid().required(), locale: Joi.string().valid('en', 'ar').required(), requested_by: Joi.string().guid().allow(null).required(),
  status: Joi.string().valid('queued', 'running', 'done', 'failed', 'expired').required(), rows: Joi.object().pattern(Joi.string(), Joi.number().integer()).required().description('Rows by table.'),
  byte_count: Joi.number().integer().allow(null).required(), sha256: Joi.string().allow(null).required().description('Of the file.'), error_code: Joi.string().allow(null).required(), downloads: Joi.number().integer().required(),
  created_at: Joi.string().isoDate().required(), finished_at: Joi.string().isoDate().allow(null).required(), expires_at: Joi.string().isoDate().allow(null).required().description('When the file goes.'),
}).label('AccessExport');

const page = Joi.object({ items: Joi.array().items(item).required(), next_cursor: Joi.valid(null).required() }).label('AccessExportPage');

const present = (row: AccessExportRow): unknown => ({
  id: row.id, subject_type: row.subject_type, subject_id: row.subject_id, locale: row.locale, requested_by: row.requested_by, status: row.status, rows: row.row_counts, byte_count: row.byte_count === null ? null : Number(row.byte_count),
  sha256: row.sha256, error_code: row.error_code, downloads: row.downloads, created_at: row.created_at.toISOString(), finished_at: row.finished_at?.toISOString() ?? null, expires_at: row.expires_at?.toISOString() ?? null,
});

/** `/privacy/access-exports`: everything stored about a person (Art. 15 and 20 GDPR), made by the worker. */
export function accessRoutes(): RouteSpec[] {
  const shared = { tag: 'privacy', feature: accessFeature } as const;
  return [
    route({
      ...shared, method: 'POST', path: '/privacy/access-exports', id: 'createAccessExport', summary: 'Ask for everything stored about a person, as one file', access: { resource: 'privacy', action: 'write' }, body, problems: [404, 409, 422], responses: { 201: item },
      async handle(call, { body: given }) {
        const { subject_type: type, subject_id: id, locale } = given as { subject_type: SubjectType; subject_id: string; locale?: AccessLocale };
        const row = await call.db.transaction((trx) => requestExport(trx, call, type, id, locale));
        // The table says what is to be done; the queue only makes it soon.
        await call.jobs.send('crm_access_export', { id: row.id }).catch((error: unknown) => { call.log.warn({ err: error }, 'The worker could not be woken; it looks by itself'); });
        return Reply.created(`/privacy/access-exports/${row.id}`, present(row));
      },
    }),
    route({
      ...shared, method: 'GET', path: '/privacy/access-exports', id: 'listAccessExports', summary: 'Exports for persons, the newest first', access: { resource: 'privacy', action: 'read' }, responses: { 200: page },
      handle: async (call) => ({ items: (await listExports(call.db, shown)).map(present), next_cursor: null }),
    }),
    route({
      ...shared, method: 'GET', path: '/privacy/access-exports/{id}', id: 'getAccessExport', summary: 'One export and how far it is', access: { resource: 'privacy', action: 'read' }, params: idParams, problems: [404], responses: { 200: item },
      async handle(call, { params }) {
        const row = await findExport(call.db, params['id'] ?? '');
        if (row === undefined) throw notFound('access_export', params['id'] ?? '');
        return present(row);
      },
    }),
    route({
      ...shared, method: 'GET', path: '/privacy/access-exports/{id}/file', id: 'downloadAccessExport', summary: 'The file: a ZIP with a manifest, a page to read and JSON for programs; each download is in the audit log', access: { resource: 'privacy', action: 'export' },
      params: idParams, problems: [404, 409, 410], responses: { 200: Joi.binary() }, produces: 'application/zip',
      async handle(call, { params }) {
        const { row, content } = await call.db.transaction((trx) => downloadExport(trx, call, params['id'] ?? ''));
        return new Reply(200, content, { 'content-type': 'application/zip', 'cache-control': 'no-store', 'content-disposition': `attachment; filename="person-${row.subject_id.slice(-8)}.zip"` });
      },
    }),
  ];
}
