import { stringify } from 'yaml';

/** A promise: which part of what happens may miss it. */
interface Slo {
  readonly name: string;
  /** What missed it, and all that counts, as rates over a window. */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
  /** The part that may miss it. */
  readonly budget: number;
}

// Prometheus 3 writes bounds as 300.0, earlier ones as they come.
const requests = (window: string, where: string, series = 'count'): string => `sum(rate(crm_api_request_duration_${series}{${where}}[${window}]))`;
const late = (kind: string, ms: number) => (window: string): string => `(${requests(window, `kind="${kind}"`)} - ${requests(window, `kind="${kind}",le=~"${ms}(.0)?"`, 'bucket')})`;
const served = 'kind=~"read|write|analytics"';
const visible = (window: string, series: string): string => `sum(rate(crm_cdc_visible_duration_${series}[${window}]))`;

/** The promises of the plan: 95 % of reads within 300 ms and of writes within 600 ms, 99.9 % answered, 95 % of changes visible within 1 s. */
const slos: readonly Slo[] = [
  { name: 'read_latency', bad: late('read', 300), all: (window) => requests(window, 'kind="read"'), budget: 0.05 },
  { name: 'write_latency', bad: late('write', 600), all: (window) => requests(window, 'kind="write"'), budget: 0.05 },
  // Nothing failed is zero and not nothing: the series of an answer that never came does not exist.
  { name: 'availability', bad: (window) => `(${requests(window, `${served},status_class="5xx"`)} or vector(0))`, all: (window) => requests(window, served), budget: 0.001 },
  { name: 'freshness', bad: (window) => `(${visible(window, 'count')} - ${visible(window, 'bucket{le=~"1000(.0)?"}')})`, all: (window) => visible(window, 'count'), budget: 0.05 },
];

const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

const burn = (window: (typeof windows)[number], factor: number): string => `crm:slo_burn:rate${window} > ${factor}`;
const both = (long: (typeof windows)[number], short: (typeof windows)[number], factor: number): string => `(${burn(long, factor)} and ${burn(short, factor)})`;

interface Alert { readonly alert: string; readonly expr: string; readonly for: string; readonly severity: 'warning' | 'critical'; readonly summary: string; readonly description: string; readonly page: string }

const alerts: readonly Alert[] = [
  // Factors and windows: "Multiwindow, Multi-Burn-Rate Alerts", The Site Reliability Workbook, chapter 5; a factor of 1 uses the budget up in 30 days.
  {
    alert: 'CrmSloBurnsFast', expr: `${both('1h', '5m', 14.4)} or ${both('6h', '30m', 6)}`, for: '2m', severity: 'critical', page: 'slo_burn',
    summary: 'The promise {{ $labels.slo }} is being broken, {{ $value | humanize }} times faster than it allows', description: 'At 14.4 a fiftieth of what a month may miss goes in an hour, at 6 a twentieth in six.',
  },
  {
    alert: 'CrmSloBurnsSlowly', expr: `${both('1d', '2h', 3)} or ${both('3d', '6h', 1)}`, for: '15m', severity: 'warning', page: 'slo_burn',
    summary: 'The promise {{ $labels.slo }} will not be kept this month if it goes on like this ({{ $value | humanize }})', description: 'A tenth of what a month may miss has gone within a day, or within three.',
  },
  { alert: 'CrmApiDown', expr: 'absent(crm_process_uptime_seconds)', for: '2m', severity: 'critical', page: 'api_down', summary: 'The API does not tell its metrics', description: 'It is down, the client of Prometheus may not read them any more, or crm_feature_telemetry is off.' },
  { alert: 'CrmApiPoolExhausted', expr: 'crm_sql_pool_waiting > 0', for: '5m', severity: 'warning', page: 'slo_burn', summary: '{{ $value }} pieces of work wait for a connection to Postgres', description: 'All connections have been in use for five minutes: something holds them, or CRM_PG_POOL is too small.' },
  { alert: 'CrmJobsWaiting', expr: 'crm_jobs_oldest_seconds > 600', for: '5m', severity: 'warning', page: 'jobs_waiting', summary: 'A job of {{ $labels.queue }} has waited for {{ $value | humanizeDuration }}', description: 'The worker is down, or busy with something that does not end.' },
  { alert: 'CrmJobsFailing', expr: 'delta(crm_jobs_queued{state="failed"}[1h]) > 0', for: '5m', severity: 'warning', page: 'jobs_waiting', summary: 'Jobs of {{ $labels.queue }} fail for good', description: 'They were tried as often as the queue allows; nobody tries them again.' },
  { alert: 'CrmWebhooksLate', expr: 'crm_webhooks_late_seconds > 300', for: '5m', severity: 'warning', page: 'jobs_waiting', summary: 'A delivery of a webhook is {{ $value | humanizeDuration }} overdue', description: 'Receivers wait for events that should have been sent; those that fail have a later time and do not count here.' },
  { alert: 'CrmAuditUnsealed', expr: 'crm_audit_seal_lag_seconds > 60', for: '5m', severity: 'critical', page: 'audit_unsealed', summary: 'The audit log has not been sealed for {{ $value | humanizeDuration }}', description: 'What is not sealed could be changed without a trace. The sealer runs in the part jobs, once a second.' },
];

/** The rules of Prometheus: how fast each promise is being used up over each window, and the alerts on it. */
export function renderRules(): string {
  const recording = slos.flatMap(({ name, bad, all, budget }) => windows.map((window) => ({
    // Nothing happening breaks no promise: no value, rather than a division by zero.
    record: `crm:slo_burn:rate${window}`, expr: `${bad(window)} / (${all(window)} > 0) / ${budget}`, labels: { slo: name },
  })));
  const alerting = alerts.map(({ alert, expr, for: lasting, severity, summary, description, page }) => ({
    alert, expr, for: lasting, labels: { severity }, annotations: { summary, description, runbook: `crm_ops/runbooks/${page}.md` },
  }));
  const groups = [{ name: 'crm_slo', interval: '30s', rules: recording }, { name: 'crm_api', interval: '30s', rules: alerting }];
  return `# Written by "npm run observability" from crm_ops/src/observability/slo.rules.ts; change it there.\n${stringify({ groups }, { lineWidth: 0 })}`;
}
