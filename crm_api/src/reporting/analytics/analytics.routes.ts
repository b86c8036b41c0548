import Joi from 'joi';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { plainCalendar } from '../../workspace/settings/calendar.model.js';
import { recentCalendarOf } from '../../workspace/settings/calendar.service.js';
import type { AnalyticsService } from './analytics.service.js';
import { withReportingZone } from './query.zone.js';

const query = Joi.object({ query: Joi.string().max(16_000).description('Cube\'s query as JSON; without timezone it is asked in the reporting time zone.') }).unknown(true);
const body = Joi.object({ query: Joi.alternatives().try(Joi.object(), Joi.array().items(Joi.object())).description('Cube\'s query.') }).unknown(true).label('CubeQuery');
const answer = Joi.object().unknown(true).description('Cube\'s answer; that of load has also watermark {lsn, committed_at, lag_ms}, read before the query ran, trace_id, under which the statements of the query are found, and proof {equal, lsn, committed_at, checked_at, rows, different, tables}: whether the tables behind it equalled Postgres when last compared; null says not proven.');

const calls = [
  { name: 'meta', summary: 'Views, measures and dimensions that the caller may use' },
  { name: 'load', summary: 'Compute figures' },
  { name: 'sql', summary: 'The SQL of a query' },
] as const;

/** `/analytics/{meta,load,sql}`: Cube's REST protocol under the API's token. */
export function analyticsRoutes(service: AnalyticsService): RouteSpec[] {
  return calls.flatMap(({ name, summary }) => (['GET', 'POST'] as const).map((method) => route({
    method, path: `/analytics/${name}`, id: `${method === 'GET' ? 'get' : 'post'}Analytics${name[0]?.toUpperCase()}${name.slice(1)}`, tag: 'analytics',
    access: 'signed_in', feature: 'crm_feature_analytics', readOnly: true, summary, bareToken: true, query, problems: [400, 403, 422, 502, 503],
    ...(method === 'POST' ? { body } : {}), produces: 'application/json', responses: { 200: answer },
    handle: async (call, input) => {
      const { time_zone: zone } = name === 'meta' ? plainCalendar : await recentCalendarOf(call);
      const text = await service.ask(call.actor, withReportingZone({ call: name, method, search: input.request.url.search, body: input.body }, zone));
      return new Reply(200, text, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    },
  })));
}
