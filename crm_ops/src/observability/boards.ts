import type { Board } from './board.render.js';

const quantile = (q: number, metric: string, by = '', where = ''): string => `histogram_quantile(${q}, sum by (le${by}) (rate(${metric}_bucket${where}[5m])))`;
const requests = 'crm_api_request_duration';

/** The dashboards of the API; that of the stream stands beside their files. */
export const boards: readonly Board[] = [
  {
    key: 'crm_api', title: 'CRM: the API',
    panels: [
      { title: 'Requests a second', unit: 'reqps', lines: [[`sum by (kind) (rate(${requests}_count[1m]))`, '{{kind}}']] },
      { title: 'Failed requests a second', unit: 'reqps', lines: [[`sum by (route, method) (rate(${requests}_count{status_class="5xx"}[5m]))`, '{{method}} {{route}}']] },
      { title: 'In flight', unit: 'short', lines: [['crm_api_requests_in_flight', 'requests'], ['crm_sql_pool_waiting', 'wait for a connection']] },
      { title: 'Reads, p95', unit: 'ms', bound: 300, lines: [[quantile(0.5, requests, '', '{kind="read"}'), 'p50'], [quantile(0.95, requests, '', '{kind="read"}'), 'p95'], [quantile(0.99, requests, '', '{kind="read"}'), 'p99']] },
      { title: 'Writes, p95', unit: 'ms', bound: 600, lines: [[quantile(0.5, requests, '', '{kind="write"}'), 'p50'], [quantile(0.95, requests, '', '{kind="write"}'), 'p95'], [quantile(0.99, requests, '', '{kind="write"}'), 'p99']] },
      { title: 'Slowest routes, p95', unit: 'ms', lines: [[`topk(10, ${quantile(0.95, requests, ', route, method')})`, '{{method}} {{route}}']] },
      { title: 'Statements a second', unit: 'ops', lines: [['sum by (operation) (rate(crm_sql_duration_count[1m]))', '{{operation}}']] },
      { title: 'Statements, p95', unit: 'ms', lines: [[quantile(0.95, 'crm_sql_duration', ', operation'), '{{operation}}']] },
      { title: 'Failed statements a second', unit: 'ops', lines: [['sum by (operation) (rate(crm_sql_duration_count{outcome="failed"}[5m]))', '{{operation}}']] },
      { title: 'Connections to Postgres', unit: 'short', lines: [['crm_sql_pool_connections', '{{state}}'], ['crm_sql_pool_max', 'most']] },
      { title: 'Memory', unit: 'bytes', lines: [['crm_process_memory_bytes', '{{kind}}']] },
      { title: 'Processor and event loop', unit: 'percentunit', lines: [['rate(crm_process_cpu_seconds_total[1m])', '{{mode}}'], ['rate(crm_process_event_loop_active_seconds_total[1m])', 'event loop']] },
      { title: 'How fast the promises are used up', unit: 'short', bound: 1, lines: [['crm:slo_burn:rate1h', '{{slo}}, 1 h'], ['crm:slo_burn:rate3d', '{{slo}}, 3 d']] },
    ],
  },
  {
    key: 'crm_analytics', title: 'CRM: figures',
    panels: [
      { title: 'Questions a second', unit: 'reqps', lines: [['sum by (call, outcome) (rate(crm_semantic_query_duration_count[1m]))', '{{call}} {{outcome}}']] },
      { title: 'Answers of the semantic layer', unit: 'ms', lines: [[quantile(0.5, 'crm_semantic_query_duration', '', '{call="load"}'), 'p50'], [quantile(0.95, 'crm_semantic_query_duration', '', '{call="load"}'), 'p95'], [quantile(0.99, 'crm_semantic_query_duration', '', '{call="load"}'), 'p99']] },
      { title: 'Failed questions a second', unit: 'reqps', lines: [['sum by (call) (rate(crm_semantic_query_duration_count{outcome="failed"}[5m]))', '{{call}}']] },
      { title: 'Analytics of the API, p95', unit: 'ms', lines: [[quantile(0.95, requests, '', '{kind="analytics"}'), 'p95']] },
      { title: 'Age of the figures', unit: 'ms', bound: 1000, lines: [['crm_watermark_lag_ms', 'as answered'], ['crm_cdc_lag_ms', 'as the stream sees it']] },
      { title: 'Commit to visible, p95', unit: 'ms', bound: 1000, lines: [[quantile(0.95, 'crm_cdc_visible_duration'), 'p95']] },
      { title: 'Rows that differ from Postgres', unit: 'short', lines: [['crm_cdc_reconciliation_different', 'found'], ['crm_cdc_reconciliation_unrepaired', 'not repaired'], ['crm_cdc_kpi_proof_unequal', 'KPIs not equal']] },
      { title: 'Age of the proof', unit: 's', lines: [['crm_cdc_reconciliation_age_seconds', 'rows'], ['crm_cdc_kpi_proof_age_seconds', 'KPIs']] },
      { title: 'Scores written a second', unit: 'ops', lines: [['rate(crm_ml_scores_written_total[5m])', '{{entity}}']] },
    ],
  },
  {
    key: 'crm_jobs', title: 'CRM: work behind the scenes',
    panels: [
      { title: 'Jobs that wait', unit: 'short', lines: [['sum by (queue) (crm_jobs_queued{state=~"created|retry"})', '{{queue}}']] },
      { title: 'Jobs that run', unit: 'short', lines: [['crm_jobs_queued{state="active"}', '{{queue}}']] },
      { title: 'Jobs that failed', unit: 'short', lines: [['crm_jobs_queued{state="failed"}', '{{queue}}']] },
      { title: 'The oldest job that waits', unit: 's', lines: [['crm_jobs_oldest_seconds', '{{queue}}']] },
      { title: 'Webhooks', unit: 'short', lines: [['crm_webhooks_deliveries', '{{state}}']] },
      { title: 'The most overdue delivery', unit: 's', lines: [['crm_webhooks_late_seconds', 'overdue']] },
      { title: 'Audit entries without a seal', unit: 'short', lines: [['crm_audit_pending', 'entries']] },
      { title: 'Age of the oldest without a seal', unit: 's', lines: [['crm_audit_seal_lag_seconds', 'age']] },
    ],
  },
];
