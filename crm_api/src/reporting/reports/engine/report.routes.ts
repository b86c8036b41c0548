import Joi from 'joi';
import type { Call } from '../../../kernel/context/call.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import { recentCalendarOf } from '../../../workspace/settings/calendar.service.js';
import { reportingDay, type ReportingDay } from '../../period/period.range.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import { definitionSchema } from '../definition/report.schema.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { exportRoutes } from '../export/export.routes.js';
import { journalRoutes } from '../export/journal/journal.routes.js';
import { leafRoutes } from '../export/leaf.routes.js';
import { ReportEngine } from './report.engine.js';

const scalar = Joi.alternatives().try(Joi.string().allow(''), Joi.number(), Joi.boolean()).allow(null);
const decimal = Joi.string().allow(null);
const days = Joi.array().ordered(Joi.string().required(), Joi.string().required()).allow(null);
const node = Joi.object({
  level: Joi.number().integer().required().description('How many splits it is of; 0 is the total.'), parent: Joi.number().integer().allow(null).required().description('Place of its group in this list.'),
  value: scalar.required(), value_ar: Joi.string().allow(null).required(), others: Joi.boolean().required(), filters: Joi.array().items(Joi.object().unknown(true)).description('Of others: the conditions of its records.'),
  point: Joi.object().pattern(Joi.string(), scalar).required().description('Its part of `point` of /analytics/rows, beside that of its groups.'),
}).label('ReportNode');
const cells = Joi.object().pattern(Joi.string(), Joi.array().items(decimal)).description('By value: rows × columns decimals, row after row.');
const answer = Joi.object({
  watermark: Joi.object({ lsn: Joi.string().required(), committed_at: Joi.string().isoDate().required(), lag_ms: Joi.number().required() }).required(), consistent: Joi.boolean().required(), proof: Joi.object().unknown(true).allow(null).required(), trace_id: Joi.string(),
  currency: Joi.string().allow(null).required(), range: days.required(), compared: days.required(),
  values: Joi.array().items(Joi.object({ key: Joi.string().required(), measure: Joi.string().allow(null).required(), title: Joi.string().required(), title_ar: Joi.string().required(), unit: Joi.string().required(), version: Joi.number().integer().allow(null).required() })).required(),
  rows: Joi.array().items(node).required(), columns: Joi.array().items(node).required(), cells: cells.required(), before: cells.allow(null).required(),
  cut: Joi.array().items(Joi.object({ what: Joi.valid('rows', 'columns', 'having', 'top').required(), kept: Joi.number().integer().required(), of: Joi.number().integer().allow(null).required() })).required().description('What is not shown; empty where everything is.'),
  query: Joi.object().unknown(true).required().description('Cube\'s query of the leaves.'),
}).label('ReportAnswer');

/** `POST /analytics/report`: the answer to a definition, and as files. */
export function reportRoutes(analytics: AnalyticsService): RouteSpec[] {
  const engine = new ReportEngine(analytics);
  const dayOf = async (call: Call): Promise<ReportingDay> => reportingDay(await recentCalendarOf(call), new Date());
  const answerOf = async (call: Call, report: ReportDefinition): Promise<ReportAnswer> => engine.answer(call.actor, report, await dayOf(call));
  return [
    route({
      method: 'POST', path: '/analytics/report', id: 'postAnalyticsReport', tag: 'analytics', access: 'signed_in', feature: 'crm_feature_reports', readOnly: true,
      summary: 'Answer a report: every level of its rows and columns with totals, at one watermark', body: definitionSchema, problems: [400, 403, 422, 502, 503],
      // A hundred thousand cells are written once and not looked at again.
      produces: 'application/json', bareToken: true, responses: { 200: answer },
      async handle(call, { body }) {
        return new Reply(200, JSON.stringify(await answerOf(call, body as ReportDefinition)), { 'content-type': 'application/json', 'cache-control': 'no-store' });
      },
    }),
    ...exportRoutes({ resource: 'reports', engine: answerOf, analytics }),
    ...leafRoutes({ resource: 'reports', analytics, leaves: async (call, report, options) => engine.leaves(call.actor, report, { at: await dayOf(call), ...options }) }),
    ...journalRoutes(),
  ];
}
