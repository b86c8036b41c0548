import Joi from 'joi';
import { route, type RouteSpec } from '../../kernel/route.js';
import type { ProofService } from './proof.service.js';

const proof = Joi.object({
  kpi: Joi.string().required().description('`view.measure`, as in the KPI dictionary.'),
  equal: Joi.boolean().required().description('True when every number that was compared is the same on both sides.'),
  lsn: Joi.string().required().description('Position of the log that both sides were read at.'),
  committed_at: Joi.string().isoDate().required().description('Everything committed up to here was in it.'),
  checked_at: Joi.string().isoDate().required(),
  compared: Joi.number().integer().required().description('Numbers compared.'),
  different: Joi.number().integer().required(),
  detail: Joi.string().allow('').required().description('The first difference; only for who may read every row.'),
}).label('KpiProof');

/** `/analytics/proof`: when each KPI was last recomputed from Postgres, and whether it was the same. */
export function proofRoutes(service: ProofService): RouteSpec[] {
  return [
    route({
      method: 'GET', path: '/analytics/proof', id: 'getAnalyticsProof', tag: 'analytics', access: 'signed_in', feature: 'crm_feature_analytics', summary: 'How each KPI last compared with the ledger', bareToken: true,
      problems: [503], responses: { 200: Joi.object({ kpis: Joi.array().items(proof).required() }).label('KpiProofs') },
      handle: async (call) => ({ kpis: await service.latest(call.actor) }),
    }),
  ];
}
