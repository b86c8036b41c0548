import Joi from 'joi';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { ApiTelemetry } from '../../kernel/telemetry/api.telemetry.js';

/** `GET /metrics`: the API's metrics and what waits in Postgres, for Prometheus, which signs in as an API client. */
export function metricsRoute(measures: ApiTelemetry | null): RouteSpec {
  return route({
    // Load, sizes of queues and names of routes help who wants to do harm: for who may see what the product does, not for everybody.
    method: 'GET', path: '/metrics', id: 'getMetrics', tag: 'meta', access: { resource: 'telemetry', action: 'read' }, feature: 'crm_feature_telemetry',
    summary: 'The metrics of the API in the text format of Prometheus', produces: 'text/plain', responses: { 200: Joi.string().description('Exposition format 0.0.4.') }, problems: [503],
    handle: async () => {
      if (measures === null) throw new CrmError(503, 'not_measured', 'This server measures nothing. Start it as the part api.');
      return new Reply(200, await measures.telemetry.metricsText(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' });
    },
  });
}
