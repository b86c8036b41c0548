import Joi from 'joi';
import type { Resource } from 'crm_db';
import type { Call } from '../../../kernel/context/call.js';
import { inOneTransaction } from '../../../kernel/context/call.js';
import { audit } from '../../../kernel/crud/trail.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { readMeanings } from '../../analytics/member.meanings.js';
import type { MailLocale } from '../../delivery/delivery.types.js';
import { definitionSchema } from '../definition/report.schema.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { madeFile, noteOf } from './export.made.js';
import { exportFormats, type ExportFormat, type ExportRequest } from './export.types.js';
import { askerOf, dispositionOf } from './report.export.js';

/** What answers a report, with the rows and fields that the caller may see. */
export type ReportEngine = (call: Call, definition: ReportDefinition) => Promise<ReportAnswer>;

/** What the route needs of the product. */
export interface ExportDeps {
  /** Whose `export` permission is needed. */
  readonly resource: Resource;
  readonly engine: ReportEngine;
  readonly analytics: Pick<AnalyticsService, 'ask'>;
}

interface ExportBody {
  readonly definition: ReportDefinition;
  readonly format: ExportFormat;
  readonly name: string;
  readonly locale: MailLocale;
}

const body = Joi.object({
  definition: definitionSchema.required(), format: Joi.valid(...exportFormats).required(), name: Joi.string().trim().min(1).max(120).required().description('What the file is called, and what stands above it.'),
  locale: Joi.valid('en', 'ar').default('en').description('Language and direction of the file.'),
}).label('ReportExport');

/** `POST /analytics/report/export`: a report as a file, whole, stamped and sealed; each is in the audit log with what it was made from. */
export function exportRoutes({ resource, engine, analytics }: ExportDeps): RouteSpec[] {
  return [
    route({
      method: 'POST', path: '/analytics/report/export', id: 'postReportExport', tag: 'analytics', access: { resource, action: 'export' }, feature: 'crm_feature_reports', readOnly: true, bareToken: true,
      summary: 'A report as a CSV, Excel, PDF or PNG file, stamped with where it comes from and sealed', body, produces: 'application/octet-stream', responses: { 200: Joi.binary() }, problems: [400, 403, 422, 502, 503],
      async handle(call, input) {
        const { definition, format, name, locale } = input.body as ExportBody;
        const [answer, meanings] = await Promise.all([engine(call, definition), readMeanings(analytics, call.actor)]);
        const request: ExportRequest = { definition, answer, meanings, locale, name, askedBy: askerOf(call.actor), madeAt: new Date() };
        const file = await madeFile(call.config, request, format);
        await inOneTransaction(call, (trx) => audit(trx, call, { action: 'export', entity: resource, entityId: null, after: noteOf(request, format, file) }));
        return new Reply(200, file.content, { 'content-type': file.type, 'content-disposition': dispositionOf(file.name), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      },
    }),
  ];
}
