import { inOneTransaction, type Call } from '../../../kernel/context/call.js';
import { idParams } from '../../../kernel/crud/crud.routes.js';
import { featureOff } from '../../../kernel/errors/crm.error.js';
import { apiPrefix, Reply, route, type RouteSpec } from '../../../kernel/route.js';
import type { Kernel } from '../../../kernel/server.js';
import { recentCalendarOf } from '../../../workspace/settings/calendar.service.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { readMeanings } from '../../analytics/member.meanings.js';
import type { MailLocale } from '../../delivery/delivery.types.js';
import { reportingDay } from '../../period/period.range.js';
import { ReportEngine } from '../engine/report.engine.js';
import { embedAnswerOf } from './embed.answer.js';
import { embedCaller } from './embed.caller.js';
import { touchEmbed } from './embed.repository.js';
import { embedAnswer, embedAsk, embedCreate, embedMade, embedPage, embedQuery } from './embed.schema.js';
import { EmbedService } from './embed.service.js';
import { embedFeature, embedPath, reportsFeature, type EmbedRequest, type EmbedRow } from './embed.types.js';

const issuing = { tag: 'reports', feature: embedFeature, access: { resource: 'reports', action: 'export' } } as const;

/** `/reports/{id}/embed-tokens` and `/embed-tokens`: tokens that show a report in pages of others; `/embed/report`: what such a page asks. */
export function embedRoutes({ deps, keys, actors }: Kernel, analytics: AnalyticsService): RouteSpec[] {
  const service = new EmbedService(keys);
  const engine = new ReportEngine(analytics);
  return [
    route({
      ...issuing, method: 'POST', path: '/reports/{id}/embed-tokens', id: 'createEmbedToken', summary: 'Issue a token that shows one report, with your rows and fields, in pages of the origins named', params: idParams, body: embedCreate, secretAnswer: true,
      problems: [404, 409, 422], responses: { 201: embedMade },
      async handle(call, { params, body, request }) {
        requireReports(call);
        const { row, token } = await inOneTransaction(call, (trx) => service.issue(trx, call, params['id'] ?? '', body as EmbedRequest, request.app.claims?.scope ?? ''));
        return new Reply(201, { ...present(row), token }, { location: `${apiPrefix}/embed-tokens/${row.id}`, 'cache-control': 'no-store' });
      },
    }),
    route({
      ...issuing, method: 'GET', path: '/embed-tokens', id: 'listEmbedTokens', summary: 'Your embed tokens in force, the newest first', query: embedQuery, problems: [400], responses: { 200: embedPage },
      async handle(call, { query }) {
        return { items: (await service.list(call.db, call, (query['report_id'] as string | undefined) ?? null)).map(present), next_cursor: null };
      },
    }),
    route({
      // Who may not issue any more must be able to end what they issued.
      ...issuing, access: 'signed_in', method: 'DELETE', path: '/embed-tokens/{id}', id: 'revokeEmbedToken', summary: 'Revoke one of your embed tokens: its pages show nothing from now on', params: idParams, problems: [404, 422], responses: { 204: null },
      async handle(call, { params }) {
        await inOneTransaction(call, (trx) => service.revoke(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
    route({
      method: 'POST', path: embedPath, id: 'postEmbedReport', tag: 'analytics', access: 'signed_in', caller: embedCaller({ deps, keys, actors }), feature: embedFeature, readOnly: true,
      summary: 'The report of an embed token, for a page of its origins, with the rows and fields that its issuer may see now', body: embedAsk, produces: 'application/json', problems: [403, 404, 422, 502, 503], responses: { 200: embedAnswer },
      async handle(call, { body, request }) {
        const embed = request.app.embed as EmbedRow;
        const locale = (body as { locale?: MailLocale } | null)?.locale ?? embed.locale;
        const { report, definition, version } = await service.shown(call, embed);
        const at = reportingDay(await recentCalendarOf(call), new Date());
        const [answer, meanings] = await Promise.all([engine.answer(call.actor, definition, at), readMeanings(analytics, call.actor)]);
        await touchEmbed(call.db, embed.id);
        return new Reply(200, JSON.stringify(embedAnswerOf({ embed, report, version, definition, answer, meanings, locale, startMonth: at.startMonth })), { 'content-type': 'application/json', 'cache-control': 'no-store' });
      },
    }),
  ];
}

/** @throws CrmError 404 while reports are off. */
function requireReports(call: Call): void {
  if (!call.feature(reportsFeature)) throw featureOff(reportsFeature);
}

function present({ id, report_id, version, origins, locale, created_at: created, expires_at: expires, last_used_at: used }: EmbedRow): object {
  return { id, report_id, version, origins, locale, created_at: created.toISOString(), expires_at: expires.toISOString(), last_used_at: used?.toISOString() ?? null };
}
