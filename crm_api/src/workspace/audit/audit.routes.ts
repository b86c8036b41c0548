import Joi from 'joi';
import { crudRoutes, listQuerySchema } from '../../kernel/crud/crud.routes.js';
import { parseListQuery } from '../../kernel/crud/list.query.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { auditCsv } from './audit.export.js';
import { auditResource } from './audit.schema.js';
import { AuditService } from './audit.service.js';
import { verificationRoutes } from './verification.routes.js';

/** `/audit`: who did, saw and was refused what; read only, as a file, and verified. */
export function auditRoutes(): RouteSpec[] {
  const service = new AuditService();
  return [
    ...crudRoutes(service, { create: false, update: false, remove: false }),
    route({
      method: 'GET', path: '/audit/entries.csv', id: 'exportAudit', tag: 'audit', feature: auditResource.feature, access: { resource: 'audit', action: 'export' }, summary: 'The entries of a list as CSV, at most 100,000',
      query: listQuerySchema(auditResource, false), problems: [400, 422], responses: { 200: Joi.string() }, produces: 'text/csv',
      async handle(call, { query }) {
        const file = await auditCsv(service, call, parseListQuery(auditResource, query));
        call.origin?.notes.push({ action: 'export', entity: 'audit', entityId: null, status: null });
        return new Reply(200, file, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="audit-${new Date().toISOString().slice(0, 10)}.csv"` });
      },
    }),
    ...verificationRoutes(),
  ];
}
