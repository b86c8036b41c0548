import type { MetricDefinition } from 'crm_telemetry';

// The bounds of the promises are among them, so that what keeps them can be counted exactly: reads 300 ms, writes 600 ms, searches 1 s.
const times = [1, 2, 5, 10, 20, 50, 100, 200, 300, 600, 1_000, 2_000, 5_000, 10_000, 30_000];

/** Every metric of the API; alerts, dashboards and runbooks may name these and those of the stream and no others. A gauge is NaN while its server does not answer. */
export const METRICS = {
  requestDuration: { name: 'crm.api.request.duration', kind: 'histogram', unit: 'ms', description: 'From the arrival of a request until its answer was sent', labels: ['route', 'method', 'status_class', 'kind'], buckets: times },
  requestsInFlight: { name: 'crm.api.requests.in_flight', kind: 'gauge', unit: '{request}', description: 'Requests that are being served' },
  sqlDuration: { name: 'crm.sql.duration', kind: 'histogram', unit: 'ms', description: 'From sending a statement to Postgres until its answer, by verb and outcome (ok, failed)', labels: ['operation', 'outcome'], buckets: times },
  poolConnections: { name: 'crm.sql.pool.connections', kind: 'gauge', unit: '{connection}', description: 'Connections to Postgres, by state (used, free)', labels: ['state'] },
  poolMax: { name: 'crm.sql.pool.max', kind: 'gauge', unit: '{connection}', description: 'Most connections that this process may have' },
  poolWaiting: { name: 'crm.sql.pool.waiting', kind: 'gauge', unit: '{request}', description: 'Pieces of work that wait for a connection' },
  semanticDuration: { name: 'crm.semantic.query.duration', kind: 'histogram', unit: 'ms', description: 'From asking the semantic layer until its answer, by call (load, meta, sql) and outcome (ok, refused, failed)', labels: ['call', 'outcome'], buckets: times },
  watermarkLag: { name: 'crm.watermark.lag.ms', kind: 'gauge', unit: 'ms', description: 'How old the newest complete figures are' },
  jobs: { name: 'crm.jobs.queued', kind: 'gauge', unit: '{job}', description: 'Jobs by queue and state (created, retry, active, failed)', labels: ['queue', 'state'] },
  jobsOldest: { name: 'crm.jobs.oldest.seconds', kind: 'gauge', unit: 's', description: 'For how long the oldest job of a queue that could run has waited', labels: ['queue'] },
  webhooks: { name: 'crm.webhooks.deliveries', kind: 'gauge', unit: '{delivery}', description: 'Deliveries by state: pending, or dead after the last attempt', labels: ['state'] },
  webhooksLate: { name: 'crm.webhooks.late.seconds', kind: 'gauge', unit: 's', description: 'For how long the most overdue delivery has waited' },
  auditPending: { name: 'crm.audit.pending', kind: 'gauge', unit: '{entry}', description: 'Entries of the audit log that wait for their seal; at most 100,000 are counted' },
  auditLag: { name: 'crm.audit.seal.lag.seconds', kind: 'gauge', unit: 's', description: 'Age of the oldest entry of the audit log without a seal' },
  scores: { name: 'crm.ml.scores.written', kind: 'counter', unit: '{row}', description: 'Scores written since Postgres began to count, by kind of record', labels: ['entity'] },
  memory: { name: 'crm.process.memory.bytes', kind: 'gauge', unit: 'By', description: 'Memory of the process, by kind (rss, heap, external)', labels: ['kind'] },
  cpu: { name: 'crm.process.cpu.seconds', kind: 'counter', unit: 's', description: 'Processor time of the process, by mode (user, system)', labels: ['mode'] },
  eventLoop: { name: 'crm.process.event_loop.active.seconds', kind: 'counter', unit: 's', description: 'Time in which the event loop was busy; its rate says how busy' },
  uptime: { name: 'crm.process.uptime.seconds', kind: 'gauge', unit: 's', description: 'Age of the process' },
} as const satisfies Record<string, MetricDefinition>;
