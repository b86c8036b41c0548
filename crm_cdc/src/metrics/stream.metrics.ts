import type { Attributes, Counter, Histogram, Meter, ObservableResult } from '@opentelemetry/api';
import { metricOptions, observed, type Observe } from 'crm_telemetry';
import type { DropReason } from '../outcomes/outcome.types.js';
import type { StreamStatistics } from '../pipeline/stream.statistics.js';
import { METRICS, type MetricKey } from './metric.list.js';
import type { StateSampler } from './state.sampler.js';

/** Makes every declared metric on the meter and feeds it from the stream's statistics and the sampler. */
export function feedMetrics(meter: Meter, statistics: StreamStatistics, sampler: StateSampler): void {
  const counter = (key: MetricKey): Counter => meter.createCounter(METRICS[key].name, metricOptions(METRICS[key]));
  const histogram = (key: MetricKey): Histogram => meter.createHistogram(METRICS[key].name, metricOptions(METRICS[key]));
  const gauge = (key: MetricKey, look: (observe: Observe) => void): void => observed(meter, METRICS[key], look);
  happenings(statistics, counter, histogram, meter);
  positions(sampler, gauge);
  slot(sampler, gauge);
  others(sampler, gauge);
}

function happenings(statistics: StreamStatistics, counter: (key: MetricKey) => Counter, histogram: (key: MetricKey) => Histogram, meter: Meter): void {
  const [rows, letters, retries] = [counter('rows'), counter('deadLetters'), counter('retries')];
  const [batchRows, batchBytes, duration, visible] = [histogram('batchRows'), histogram('batchBytes'), histogram('batchDuration'), histogram('visible')];
  meter.createObservableCounter(METRICS.dropped.name, metricOptions(METRICS.dropped)).addCallback((result: ObservableResult) => {
    for (const reason in statistics.dropped) result.observe(statistics.dropped[reason as DropReason], { reason });
  });
  statistics.listener = {
    written(batch, setAside, ms) {
      const refused = new Map<string, number>();
      const written = new Map<string, number>();
      const add = (to: Map<string, number>, table: string, count: number): void => void to.set(table, (to.get(table) ?? 0) + count);
      for (const letter of setAside) {
        letters.add(1, { reason: letter.reason });
        add(refused, 'envelope' in letter ? letter.envelope.source.table : letter.message.table, 1);
        if ('envelope' in letter && letter.reason === 'refused_by_warehouse') add(written, letter.envelope.source.table, -1);
      }
      for (const change of batch.changes) add(written, change.source.table, 1);
      for (const [table, count] of written) if (count > 0) rows.add(count, { outcome: 'ok', table });
      for (const [table, count] of refused) rows.add(count, { outcome: 'dead_letter', table });
      if (batch.changes.length + setAside.length === 0) return; // A commit without rows of ours writes nothing.
      batchRows.record(batch.changes.length);
      batchBytes.record(batch.bytes);
      duration.record(ms);
    },
    visible(batch) {
      if (!batch.commit) return; // The transaction goes on: nothing of it counts yet.
      const now = Date.now();
      let last = -1n;
      for (const { op, source } of batch.changes) {
        if (op === 'r' || source.committed_at === last) continue;
        last = source.committed_at;
        visible.record(Math.max(0, now - Number(last / 1000n)));
      }
    },
    retried(what) {
      retries.add(1, { what });
    },
  };
}

function positions(sampler: StateSampler, gauge: (key: MetricKey, look: (observe: Observe) => void) => void): void {
  const begun = (): typeof sampler.state => (sampler.state !== null && sampler.state.lsn > 0n ? sampler.state : null);
  gauge('lagMs', (observe) => { const state = begun(); observe(state && Math.max(0, Date.now() - state.committedAt)); });
  gauge('lagBytes', (observe) => {
    const state = begun();
    if (state && sampler.slot) observe(Math.max(0, Number(sampler.slot.currentLsn - state.lsn)));
  });
  gauge('watermarkLsn', (observe) => { const state = begun(); observe(state && Number(state.lsn)); });
  gauge('watermarkCommitted', (observe) => { const state = begun(); observe(state && state.committedAt / 1000); });
  gauge('watermarkObserved', (observe) => { const state = begun(); observe(state && state.observedAt / 1000); });
  const known = new Map<string, Attributes>();
  gauge('deadLettersWaiting', (observe) => {
    if (sampler.state === null) return;
    const waiting = new Map(sampler.state.deadLetters.map(({ table, reason, count }) => [JSON.stringify([table, reason]), { count, labels: { table, reason } }]));
    for (const [name, { labels }] of waiting) known.set(name, labels);
    for (const [name, labels] of known) observe(waiting.get(name)?.count ?? 0, labels); // Zero once they are replayed, which is a fact.
  });
  gauge('reconciledRows', (observe) => observe(sampler.state?.reconciliation?.rows));
  gauge('reconciledDifferent', (observe) => observe(sampler.state?.reconciliation?.different));
  gauge('reconciledUnrepaired', (observe) => observe(sampler.state?.reconciliation?.unrepaired));
  gauge('reconciledAge', (observe) => { const oldest = sampler.state?.reconciliation?.oldest; observe(oldest === undefined ? null : (Date.now() - oldest) / 1000); });
  gauge('kpiUnequal', (observe) => observe(sampler.state?.proof?.unequal));
  gauge('kpiAge', (observe) => { const oldest = sampler.state?.proof?.oldest; observe(oldest === undefined ? null : (Date.now() - oldest) / 1000); });
}

function slot(sampler: StateSampler, gauge: (key: MetricKey, look: (observe: Observe) => void) => void): void {
  gauge('slotKept', (observe) => observe(sampler.slot?.keptBytes));
  gauge('slotUnconfirmed', (observe) => observe(sampler.slot?.unconfirmedBytes));
  gauge('slotSafe', (observe) => observe(sampler.slot?.safeBytes));
  gauge('slotLimit', (observe) => observe(sampler.slot?.limitBytes));
  gauge('slotStatus', (observe) => {
    const { slot: reading } = sampler;
    if (reading === null) return;
    const present = !reading.exists ? 'missing' : reading.invalidation !== null ? 'lost' : (reading.walStatus ?? 'lost');
    // Every state is told, so that an alert sees the present one end.
    for (const status of ['reserved', 'extended', 'unreserved', 'lost', 'missing']) observe(status === present ? 1 : 0, { status });
  });
  gauge('slotActive', (observe) => observe(sampler.slot === null ? null : Number(sampler.slot.active)));
  gauge('slotIdle', (observe) => observe(sampler.slot === null ? null : (sampler.slot.idleSeconds ?? 0)));
}

function others(sampler: StateSampler, gauge: (key: MetricKey, look: (observe: Observe) => void) => void): void {
  gauge('reachable', (observe) => {
    observe(Number(sampler.slot !== null), { server: 'postgres' });
    observe(Number(sampler.state !== null), { server: 'warehouse' });
    if (sampler.distributed) observe(Number(sampler.broker !== null), { server: 'kafka' });
  });
  gauge('connectorState', (observe) => {
    const { broker } = sampler;
    if (broker === null) return;
    for (const [of, present] of [['connector', broker.connector], ['task', broker.task ?? 'NONE']] as const) {
      for (const state of ['RUNNING', 'PAUSED', 'STOPPED', 'UNASSIGNED', 'RESTARTING', 'FAILED', 'NONE']) observe(Number(state === present), { of, state });
    }
  });
  gauge('consumerLag', (observe) => { for (const [topic, lag] of sampler.broker?.lag ?? []) observe(lag, { topic }); });
  gauge('memory', (observe) => {
    const { rss, heapUsed, external } = process.memoryUsage();
    observe(rss, { kind: 'rss' });
    observe(heapUsed, { kind: 'heap' });
    observe(external, { kind: 'external' });
  });
  gauge('uptime', (observe) => observe(process.uptime()));
}
