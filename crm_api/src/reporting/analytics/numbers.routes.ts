import Joi from 'joi';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { recentCalendarOf } from '../../workspace/settings/calendar.service.js';
import type { BatchQuery } from './analytics.batch.js';
import type { AnalyticsService } from './analytics.service.js';
import { inZone } from './query.zone.js';

const query = Joi.object().unknown(true).description('Cube\'s query.');
const number = Joi.string().allow(null).description('Decimal text, exact.');
const watermark = Joi.object({ lsn: Joi.string().required(), committed_at: Joi.string().isoDate().required(), lag_ms: Joi.number().required() }).description('The answer is complete up to here, read before it was computed.');
const proof = Joi.object().unknown(true).allow(null).description('Whether the tables behind it equalled Postgres when last compared, as in the answer of load.');
const cell = Joi.alternatives().try(Joi.string().allow(''), Joi.number(), Joi.boolean()).allow(null);
const member = Joi.string().description('`view.member`.');

const question = Joi.object({
  query: query.required().description('The query whose answer has the number.'),
  measure: member.required().description('Which of its numbers, as `view.measure`.'),
  point: Joi.object().pattern(Joi.string(), cell).description('Which cell: the values of the query\'s dimensions, of time dimensions as `view.dimension.granularity`. What is left out is summed over.'),
  limit: Joi.number().integer().min(1).max(200).default(50).description('Records of a page.'),
  cursor: Joi.string().max(400).description('`next_cursor` of the page before, with the same query, measure and point.'),
}).label('NumberRowsQuestion');

const answer = Joi.object({
  measure: member.required(), value: number.required().description('The number, as load answers it; null without a value.'),
  makes_number: Joi.boolean().required().description('Whether the parts make the number by a sum, a quotient or a middle; else its formula computes it from them, or, without parts, it comes from no records, as a setting does.'),
  parts: Joi.array().items(Joi.object({
    member: member.required(), title: Joi.string().required(), title_ar: Joi.string().required(), unit: Joi.string().required(),
    role: Joi.string().valid('sum', 'numerator', 'denominator', 'sample', 'basis').required().description('The records sum to the number, or to a side of its quotient, or are the values that a median, a mean or a percentile is taken over; `basis`: they sum to what it is computed from in another way.'),
    total: number.required().description('What all records come to; of a sample how many values there are.'),
  })).required(),
  columns: Joi.array().items(Joi.object({
    member: member.required(), member_ar: Joi.string().allow(null).required().description('Where its Arabic words are.'), title: Joi.string().required(), title_ar: Joi.string().required(),
    type: Joi.string().valid('string', 'number', 'date', 'time', 'boolean').required(), unit: Joi.string().allow(null).required(),
  })).required(),
  items: Joi.array().items(Joi.object({
    id: Joi.string().allow(null).required().description('Key of the row.'), resource: Joi.string().allow(null).required().description('The resource that the record opens in.'), record_id: Joi.string().allow(null).required().description('Its id there.'),
    values: Joi.object().pattern(Joi.string(), cell).required(), parts: Joi.object().pattern(Joi.string(), number).required().description('What the record gives to each part.'),
  })).required().description('Those that give most first.'),
  total_rows: Joi.number().integer().required(), next_cursor: Joi.string().allow(null).required(),
  moved: Joi.boolean().required().description('True when the data has changed since the page before: begin anew for pages that sum to the number.'),
  watermark: watermark.required(), proof: proof.required(),
  definition: Joi.object({
    title: Joi.string().required(), title_ar: Joi.string().required(), description: Joi.string().required(), description_ar: Joi.string().required(), formula: Joi.string().allow('').required(), formula_ar: Joi.string().allow('').required(), unit: Joi.string().required(),
    owner: Joi.string().required(), version: Joi.number().integer().required(), kpi: Joi.string().allow(null).required(),
  }).required(),
}).label('NumberRows');

// A dashboard of 60 tiles, each with its number, that of the period before and its course.
const mostQueries = 200;

const batch = Joi.object({
  queries: Joi.array().items(Joi.object({ key: Joi.string().min(1).max(100).required(), query: query.required() })).min(1).max(mostQueries).unique('key').required(),
}).label('AnalyticsBatch');

const batchAnswer = Joi.object({
  watermark: watermark.required(),
  consistent: Joi.boolean().required().description('True when all answers are of one state of the data; false when it changed faster than it could be read.'),
  tables: Joi.object().pattern(Joi.string(), Joi.string()).required().description('The state of each table at which the answers hold: a later answer with the same text for a table has the same rows of it.'),
  trace_id: Joi.string().description('Under which the statements of the queries are found.'),
  answers: Joi.object().pattern(Joi.string(), Joi.object().unknown(true)).required().description('By key: Cube\'s answer with `proof`, or for a query that was refused {title, status, code, detail}.'),
}).label('AnalyticsBatchAnswer');

const json = (text: string): Reply => new Reply(200, text, { 'content-type': 'application/json', 'cache-control': 'no-store' });
const common = { method: 'POST', tag: 'analytics', access: 'signed_in', feature: 'crm_feature_analytics', readOnly: true, bareToken: true, produces: 'application/json', problems: [400, 403, 422, 502, 503] } as const;

/** `/analytics/rows` and `/analytics/batch`: from a number to its records, and many numbers at one watermark. */
export function numbersRoutes(service: AnalyticsService): RouteSpec[] {
  return [
    route({
      ...common, path: '/analytics/rows', id: 'postAnalyticsRows', summary: 'The records behind a number, which sum to it or which it is computed from', body: question, responses: { 200: answer },
      handle: async (call, { body }) => {
        const { time_zone: zone } = await recentCalendarOf(call);
        const asked = body as { query: unknown };
        return json(await service.rows(call.actor, { ...asked, query: inZone(asked.query, zone) }));
      },
    }),
    route({
      ...common, path: '/analytics/batch', id: 'postAnalyticsBatch', summary: 'Compute the figures of several queries at one watermark', body: batch, responses: { 200: batchAnswer },
      handle: async (call, { body }) => {
        const { time_zone: zone } = await recentCalendarOf(call);
        return json(await service.batch(call.actor, (body as { queries: BatchQuery[] }).queries.map((one) => ({ ...one, query: inZone(one.query, zone) as BatchQuery['query'] }))));
      },
    }),
  ];
}
