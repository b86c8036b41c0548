import type { MetricDefinition } from 'crm_telemetry';

const times = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
const powers = (base: number, first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first * base ** index);

/** Every metric of the stream; alerts, dashboards and runbooks may name these and no others. A gauge is NaN while its server does not answer. */
export const METRICS = {
  lagMs: { name: 'crm.cdc.lag.ms', kind: 'gauge', unit: 'ms', description: 'Now minus the time up to which all tables are complete' },
  lagBytes: { name: 'crm.cdc.lag.bytes', kind: 'gauge', unit: 'By', description: 'Log of Postgres behind the position up to which all tables are complete' },
  watermarkLsn: { name: 'crm.cdc.watermark.lsn', kind: 'gauge', unit: '1', description: 'Position up to which all tables are complete' },
  watermarkCommitted: { name: 'crm.cdc.watermark.committed_at', kind: 'gauge', unit: 's', description: 'Everything committed up to this moment is in the warehouse; seconds since 1970' },
  watermarkObserved: { name: 'crm.cdc.watermark.observed_at', kind: 'gauge', unit: 's', description: 'When the stream last moved its watermark; seconds since 1970' },
  rows: { name: 'crm.cdc.rows', kind: 'counter', unit: '{row}', description: 'Changes by what became of them (ok, dead_letter) and table', labels: ['outcome', 'table'] },
  dropped: { name: 'crm.cdc.dropped', kind: 'counter', unit: '{row}', description: 'Changes left out on purpose, by reason', labels: ['reason'] },
  deadLetters: { name: 'crm.cdc.dead_letters', kind: 'counter', unit: '{row}', description: 'Changes set aside since the start, by reason', labels: ['reason'] },
  deadLettersWaiting: { name: 'crm.cdc.dead_letters.waiting', kind: 'gauge', unit: '{row}', description: 'Dead letters that nobody has replayed yet, by table and reason', labels: ['table', 'reason'] },
  retries: { name: 'crm.cdc.retries', kind: 'counter', unit: '{attempt}', description: 'Attempts that failed and were repeated: write to the warehouse, or the whole stream', labels: ['what'] },
  batchRows: { name: 'crm.cdc.batch.rows', kind: 'histogram', unit: '{row}', description: 'Rows of a written batch', buckets: powers(4, 1, 9) },
  batchBytes: { name: 'crm.cdc.batch.bytes', kind: 'histogram', unit: 'By', description: 'Characters of the values of a written batch', buckets: powers(8, 64, 8) },
  batchDuration: { name: 'crm.cdc.batch.write.duration', kind: 'histogram', unit: 'ms', description: 'From the start of a write until it was durable, repetitions included', buckets: times },
  visible: { name: 'crm.cdc.visible.duration', kind: 'histogram', unit: 'ms', description: 'From the commit of a transaction in Postgres until the watermark stood behind it', buckets: times },
  slotKept: { name: 'crm.cdc.slot.wal_kept.bytes', kind: 'gauge', unit: 'By', description: 'Log that Postgres keeps for the slot' },
  slotUnconfirmed: { name: 'crm.cdc.slot.unconfirmed.bytes', kind: 'gauge', unit: 'By', description: 'Log behind what the consumer of the slot has confirmed' },
  slotSafe: { name: 'crm.cdc.slot.safe_wal.bytes', kind: 'gauge', unit: 'By', description: 'Log that may still be written before the slot is in danger; absent where nothing limits it' },
  slotLimit: { name: 'crm.cdc.slot.wal_limit.bytes', kind: 'gauge', unit: 'By', description: 'max_slot_wal_keep_size; absent where nothing limits it' },
  slotStatus: { name: 'crm.cdc.slot.status', kind: 'gauge', unit: '1', description: 'The wal_status of the slot (reserved, extended, unreserved, lost, missing): 1 for the present one', labels: ['status'] },
  slotActive: { name: 'crm.cdc.slot.active', kind: 'gauge', unit: '1', description: '1 while somebody reads the slot' },
  slotIdle: { name: 'crm.cdc.slot.idle.seconds', kind: 'gauge', unit: 's', description: 'For how long nobody has read the slot' },
  reachable: { name: 'crm.cdc.reachable', kind: 'gauge', unit: '1', description: '1 while the server answers: postgres, warehouse, connect, kafka', labels: ['server'] },
  connectorState: { name: 'crm.cdc.connector.state', kind: 'gauge', unit: '1', description: 'State of the connector and of its task: 1 for the present one; distributed profile only', labels: ['of', 'state'] },
  consumerLag: { name: 'crm.cdc.consumer.lag', kind: 'gauge', unit: '{message}', description: 'Messages of a topic that the consumer group has not confirmed; distributed profile only', labels: ['topic'] },
  reconciledRows: { name: 'crm.cdc.reconciliation.rows', kind: 'gauge', unit: '{row}', description: 'Rows compared by the last comparison of each table, in total' },
  reconciledDifferent: { name: 'crm.cdc.reconciliation.different', kind: 'gauge', unit: '{row}', description: 'Rows that the last comparison of each table found different, in total' },
  reconciledUnrepaired: { name: 'crm.cdc.reconciliation.unrepaired', kind: 'gauge', unit: '{row}', description: 'Of those, rows that are still different after the repair' },
  reconciledAge: { name: 'crm.cdc.reconciliation.age.seconds', kind: 'gauge', unit: 's', description: 'Age of the oldest last comparison of a table' },
  kpiUnequal: { name: 'crm.cdc.kpi_proof.unequal', kind: 'gauge', unit: '{kpi}', description: 'KPIs whose last proof was not equal to the cent' },
  kpiAge: { name: 'crm.cdc.kpi_proof.age.seconds', kind: 'gauge', unit: 's', description: 'Age of the oldest last proof of a KPI' },
  memory: { name: 'crm.cdc.memory.bytes', kind: 'gauge', unit: 'By', description: 'Memory of the process of the stream, by kind (rss, heap, external)', labels: ['kind'] },
  uptime: { name: 'crm.cdc.uptime.seconds', kind: 'gauge', unit: 's', description: 'Age of the process of the stream' },
} as const satisfies Record<string, MetricDefinition>;

/** Key of a metric in the list. */
export type MetricKey = keyof typeof METRICS;
