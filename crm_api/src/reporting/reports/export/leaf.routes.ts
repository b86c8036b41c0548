import Joi from 'joi';
import type { Resource } from 'crm_db';
import type { Call } from '../../../kernel/context/call.js';
import { audit } from '../../../kernel/crud/trail.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { readMeanings } from '../../analytics/member.meanings.js';
import type { MailLocale } from '../../delivery/delivery.types.js';
import { definitionSchema } from '../definition/report.schema.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { sealerOf } from './export.seal.js';
import { leafCsv } from './leaf.csv.js';
import { askerOf, dispositionOf, fileName } from './report.export.js';

/** Where all leaf rows of a report come from: what the stamp says of them, and the rows some at a time, all of one state of the books. */
export type LeafSource = (call: Call, definition: ReportDefinition, options: { readonly locale: MailLocale; readonly signal: AbortSignal }) => Promise<{ readonly answer: ReportAnswer; readonly batches: AsyncIterable<readonly (readonly unknown[])[]> }>;

const body = Joi.object({ definition: definitionSchema.required(), name: Joi.string().trim().min(1).max(120).required(), locale: Joi.valid('en', 'ar').default('en') }).label('ReportRowsExport');

/** `POST /analytics/report/export/rows`: all leaf rows of a report as a CSV that is written as they come. The audit log has that it began before the first byte leaves, and how it ended. */
export function leafRoutes({ resource, leaves, analytics }: { readonly resource: Resource; readonly leaves: LeafSource; readonly analytics: Pick<AnalyticsService, 'ask'> }): RouteSpec[] {
  return [
    route({
      method: 'POST', path: '/analytics/report/export/rows', id: 'postReportRowsExport', tag: 'analytics', access: { resource, action: 'export' }, feature: 'crm_feature_reports', readOnly: true, bareToken: true, lasting: true,
      summary: 'All leaf rows of a report as a CSV file, however many; a file without a seal at its end was broken off', body, produces: 'text/csv', responses: { 200: Joi.string() }, problems: [400, 403, 422, 502, 503],
      async handle(call, input) {
        const { definition, name, locale } = input.body as { definition: ReportDefinition; name: string; locale: MailLocale };
        const left = new AbortController();
        const meanings = await readMeanings(analytics, call.actor);
        const { answer, batches } = await leaves(call, definition, { locale, signal: left.signal });
        const note = (after: Record<string, unknown>): Promise<void> => call.db.transaction((trx) => audit(trx, call, { action: 'export', entity: resource, entityId: null, after: { name, view: definition.view, format: 'csv', locale, lsn: answer.watermark.lsn, ...after } }));
        await note({ state: 'begun' });
        const madeAt = new Date();
        let ended: Record<string, unknown> = { state: 'broken_off' };
        const stream = leafCsv({ definition, answer, meanings, locale, name, askedBy: askerOf(call.actor), madeAt }, batches, sealerOf(call.config), ({ rows: count, hash }) => { ended = { state: 'complete', rows: count, sha256: hash }; });
        stream.once('close', () => {
          // Whoever left wants no more of it read.
          left.abort();
          note(ended).catch((error: unknown) => call.log.error({ err: error }, 'The end of an export could not be noted in the audit log'));
        });
        return new Reply(200, stream, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': dispositionOf(fileName(name, madeAt, 'csv')), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      },
    }),
  ];
}
