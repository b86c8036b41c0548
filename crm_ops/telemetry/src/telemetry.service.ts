import { diag, trace, DiagLogLevel, type Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { defaultResource, detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import type { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader, type MetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetryConfig } from './config.js';
import { teeLog, type LineSink } from './log.stream.js';
import { followTraces } from './trace.context.js';

/** The telemetry of a part. */
export interface Telemetry {
  /** Where the part's metrics are made. */
  readonly meter: Meter;
  /** All of them as Prometheus' text (exposition format 0.0.4). */
  metricsText(): Promise<string>;
  /** The sink of a log, with a copy to the collector where logs are exported. */
  logSink(sink: LineSink): LineSink;
  /** Sends what waits, five seconds at most, and ends. */
  stop(): Promise<void>;
}

/** For specs: further receivers of spans, beside or instead of a collector. */
export interface TelemetryOptions {
  readonly spanProcessors?: readonly SpanProcessor[];
  /** Hears of exports that fail; each message once a minute at most. */
  readonly onError?: (message: string) => void;
}

const stopWithinMs = 5_000;
const sameMessageMs = 60_000;

/**
 * Starts the telemetry of a process: traces follow the work, metrics are counted, and what the configuration names is sent to a collector. Where no trace is
 * exported none is recorded: the ids alone are passed on. One call for a process; `stop` before another.
 */
export async function startTelemetry(config: TelemetryConfig, options: TelemetryOptions = {}): Promise<Telemetry> {
  followTraces();
  if (options.onError) hearErrors(options.onError);
  const resource = describe(config);
  const tracer = await startTraces(config, resource, options.spanProcessors ?? []);
  const prometheus = new PrometheusExporter({ preventServerStart: true });
  const meters = new MeterProvider({ resource, readers: [prometheus, ...(config.metrics ? [await metricPush()] : [])] });
  const logs = config.logs ? await startLogs(resource) : null;
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  return {
    meter: meters.getMeter('crm'),
    async metricsText() {
      const { resourceMetrics, errors } = await prometheus.collect();
      for (const error of errors) options.onError?.(`A metric could not be read: ${String(error)}`);
      return serializer.serialize(resourceMetrics);
    },
    logSink: (sink) => (logs === null ? sink : teeLog(sink, logs.getLogger('crm'))),
    async stop() {
      if (tracer) trace.disable();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, stopWithinMs); });
      // A collector that is gone must not keep a part from ending.
      const ended = await Promise.race([late, Promise.allSettled([tracer?.shutdown(), meters.shutdown(), logs?.shutdown()])]);
      for (const one of ended ?? []) if (one.status === 'rejected') options.onError?.(`What was left could not be exported: ${String(one.reason)}`);
      clearTimeout(timer);
    },
  };
}

function describe(config: TelemetryConfig): Resource {
  // OTEL_RESOURCE_ATTRIBUTES, but not the machine's users, command lines and addresses that further detectors would add.
  return defaultResource().merge(detectResources({ detectors: [envDetector] })).merge(resourceFromAttributes({ 'service.name': config.serviceName, 'service.namespace': 'crm' }));
}

// The exporters are loaded where something is exported, which by default is nowhere.
async function startTraces(config: TelemetryConfig, resource: Resource, more: readonly SpanProcessor[]): Promise<BasicTracerProvider | null> {
  const processors = [...more];
  if (config.traces) {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    processors.push(new BatchSpanProcessor(new OTLPTraceExporter()));
  }
  if (processors.length === 0) return null;
  const provider = new BasicTracerProvider({ resource, spanProcessors: processors });
  trace.setGlobalTracerProvider(provider);
  return provider;
}

async function metricPush(): Promise<MetricReader> {
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
  return new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() });
}

async function startLogs(resource: Resource): Promise<LoggerProvider> {
  const [{ OTLPLogExporter }, sdk] = await Promise.all([import('@opentelemetry/exporter-logs-otlp-http'), import('@opentelemetry/sdk-logs')]);
  return new sdk.LoggerProvider({ resource, processors: [new sdk.BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
}

function hearErrors(tell: (message: string) => void): void {
  const told = new Map<string, number>();
  const quiet = (): void => undefined;
  const hear = (message: string): void => {
    const now = Date.now();
    const text = message.split('\n')[0]?.slice(0, 300) ?? '';
    if (now - (told.get(text) ?? 0) < sameMessageMs) return;
    if (told.size > 100) told.clear();
    told.set(text, now);
    tell(text);
  };
  diag.setLogger({ error: hear, warn: hear, info: quiet, debug: quiet, verbose: quiet }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
