import type { Plugin, Request } from '@hapi/hapi';
import type { RouteSpec } from '../route.js';
import type { ApiTelemetry } from '../telemetry/api.telemetry.js';
import { beginTrace, endTrace, factsOf, type RequestFacts } from '../telemetry/request.trace.js';
import { limitOf } from './limits.plugin.js';

/** Gives each request its trace and measures it. */
export const telemetryPlugin: Plugin<{ measures: ApiTelemetry | null }> = {
  name: 'crm-telemetry',
  register(server, { measures }) {
    server.ext('onRequest', (request, h) => {
      request.app.trace = beginTrace(request);
      measures?.requestBegan();
      // hapi does not tell the end of what a handler has answered by itself, as the sign-in does.
      request.raw.res.once('finish', () => { end(request); }).once('close', () => { end(request); });
      return h.continue;
    });
    server.ext('onPreResponse', (request, h) => {
      if (request.route.settings.plugins?.crm?.spec.lasting === true && !('isBoom' in request.response)) end(request);
      return h.continue;
    });
    server.events.on('response', end);

    function end(request: Request): void {
      const { trace } = request.app;
      if (trace === undefined || trace.ended) return;
      trace.ended = true;
      const facts = factsOf(request, kindOf(request.route.settings.plugins?.crm?.spec));
      endTrace(request, trace, facts);
      measures?.requestEnded(facts, performance.now() - trace.began);
    }
  },
};

const kindOf = (spec: RouteSpec | undefined): RequestFacts['kind'] => (spec === undefined ? 'other' : limitOf(spec) ?? 'other');
