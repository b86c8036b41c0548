import Joi from 'joi';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { HealthService } from './health.service.js';

const component = Joi.object({ status: Joi.string().valid('ok', 'down').required(), detail: Joi.string(), latency_ms: Joi.number().required(), degraded: Joi.string().description('What is about to go wrong although the part serves.') }).label('Component');
const names = ['postgres', 'warehouse', 'cdc', 'semantic', 'jobs'];

/** The watermark as answers carry it. */
export const watermarkSchema = Joi.object({
  lsn: Joi.string().required().description('Decimal.'), committed_at: Joi.string().isoDate().required(), lag_ms: Joi.number().required(),
}).label('Watermark');

const moment = Joi.string().isoDate().allow(null).required();
const proof = Joi.object({
  lsn: Joi.string().allow(null).required().description('Decimal; the oldest position among the tables.'), committed_at: moment, checked_at: moment,
  rows: Joi.number().required(), different: Joi.number().required().description('Rows of the warehouse that are known to differ from Postgres.'),
}).label('ProofSummary');

const health = Joi.object({
  status: Joi.string().valid('ok', 'down').required(),
  components: Joi.object(Object.fromEntries(names.map((name) => [name, component.required()]))).required(),
  watermark: watermarkSchema.allow(null).required(),
  proof: proof.allow(null).required().description('What the last comparison of all tables found; null while that is not known.'),
}).label('Health');

/** `GET /health`: 200 while every part serves, else 503. */
export function healthRoute(service: HealthService): RouteSpec {
  return route({
    method: 'GET', path: '/health', id: 'getHealth', tag: 'meta', access: 'public', summary: 'The state of every part and the freshness of the figures',
    responses: { 200: health, 503: health },
    handle: async () => {
      const answer = await service.check();
      return new Reply(answer.status === 'ok' ? 200 : 503, answer, { 'cache-control': 'no-store' });
    },
  });
}
