import { metricOptions, observed, type Telemetry } from 'crm_telemetry';
import { poolUse, type StatementListener } from 'crm_db';
import type { Knex } from 'knex';
import { performance } from 'node:perf_hooks';
import { METRICS } from './metric.list.js';
import type { RequestFacts } from './request.trace.js';

/** What the API measures of itself. */
export interface ApiTelemetry {
  readonly telemetry: Telemetry;
  requestBegan(): void;
  requestEnded(facts: RequestFacts, ms: number): void;
  /** What knex tells of each statement. */
  readonly statement: StatementListener;
  semanticAnswered(call: string, outcome: 'ok' | 'refused' | 'failed', ms: number): void;
}

/** Makes the API's own metrics on the meter. */
export function measureApi(telemetry: Telemetry): ApiTelemetry {
  const { meter } = telemetry;
  const requests = meter.createHistogram(METRICS.requestDuration.name, metricOptions(METRICS.requestDuration));
  const statements = meter.createHistogram(METRICS.sqlDuration.name, metricOptions(METRICS.sqlDuration));
  const semantic = meter.createHistogram(METRICS.semanticDuration.name, metricOptions(METRICS.semanticDuration));
  let inFlight = 0;
  observed(meter, METRICS.requestsInFlight, (observe) => observe(inFlight));
  observeProcess(telemetry);
  return {
    telemetry,
    requestBegan() { inFlight += 1; },
    requestEnded({ route, method, status, kind }, ms) {
      inFlight -= 1;
      requests.record(ms, { route, method, status_class: `${Math.floor(status / 100)}xx`, kind });
    },
    statement(operation, ms, failed) { statements.record(ms, { operation, outcome: failed ? 'failed' : 'ok' }); },
    semanticAnswered(call, outcome, ms) { semantic.record(ms, { call, outcome }); },
  };
}

/** Tells how the pool of connections is used. */
export function observePool({ telemetry: { meter } }: ApiTelemetry, db: Knex): void {
  observed(meter, METRICS.poolConnections, (observe) => {
    const { used, free } = poolUse(db);
    observe(used, { state: 'used' });
    observe(free, { state: 'free' });
  });
  observed(meter, METRICS.poolMax, (observe) => observe(poolUse(db).max));
  observed(meter, METRICS.poolWaiting, (observe) => observe(poolUse(db).waiting));
}

function observeProcess({ meter }: Telemetry): void {
  observed(meter, METRICS.memory, (observe) => {
    const { rss, heapUsed, external } = process.memoryUsage();
    observe(rss, { kind: 'rss' });
    observe(heapUsed, { kind: 'heap' });
    observe(external, { kind: 'external' });
  });
  observed(meter, METRICS.cpu, (observe) => {
    const { user, system } = process.cpuUsage();
    observe(user / 1e6, { mode: 'user' });
    observe(system / 1e6, { mode: 'system' });
  });
  observed(meter, METRICS.eventLoop, (observe) => observe(performance.eventLoopUtilization().active / 1e3));
  observed(meter, METRICS.uptime, (observe) => observe(process.uptime()));
}
