import type { Attributes, Meter, MetricOptions, ObservableResult } from '@opentelemetry/api';

/** How a metric behaves: `counter` only grows and is counted as things happen, `gauge` is looked up when somebody asks, `histogram` keeps a distribution. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** A metric of a part. */
export interface MetricDefinition {
  readonly name: string;
  readonly kind: MetricKind;
  /** UCUM: `ms`, `s`, `By` (bytes), `{row}` for things that are counted. */
  readonly unit: string;
  readonly description: string;
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** Names of a metric's series in Prometheus: a counter ends in `_total`, a histogram is three. */
export function prometheusNames(metric: MetricDefinition): string[] {
  const name = metric.name.replaceAll('.', '_');
  if (metric.kind === 'counter') return [`${name}_total`];
  return metric.kind === 'gauge' ? [name] : [`${name}_bucket`, `${name}_count`, `${name}_sum`];
}

/** What OpenTelemetry is told of a metric. */
export function metricOptions(metric: MetricDefinition): MetricOptions {
  return { unit: metric.unit, description: metric.description, ...(metric.buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...metric.buckets] } }) };
}

/** Tells a gauge's value of the moment for a set of labels; null and undefined say that it is not known. */
export type Observe = (value: number | null | undefined, labels?: Attributes) => void;

/** A gauge, or a counter that others keep, looked up whenever somebody reads the metrics. */
export function observed(meter: Meter, metric: MetricDefinition, look: (observe: Observe) => void | Promise<void>): void {
  const seen = new Map<string, Attributes>();
  const options = metricOptions(metric);
  const instrument = metric.kind === 'counter' ? meter.createObservableCounter(metric.name, options) : meter.createObservableGauge(metric.name, options);
  instrument.addCallback(async (result: ObservableResult) => {
    const now = new Set<string>();
    await look((value, labels = {}) => {
      if (value === null || value === undefined) return;
      const name = JSON.stringify(labels);
      seen.set(name, labels);
      now.add(name);
      result.observe(value, labels);
    });
    // The SDK goes on telling the last value of a series for ever; what is not known any more must not look like a fact.
    if (metric.kind === 'gauge') for (const [name, labels] of seen) if (!now.has(name)) result.observe(NaN, labels);
  });
}
