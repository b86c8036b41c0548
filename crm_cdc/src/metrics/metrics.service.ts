import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { StreamStatistics } from '../pipeline/stream.statistics.js';
import { StateSampler, type SamplerOptions } from './state.sampler.js';
import { feedMetrics } from './stream.metrics.js';

/** What is measured and where it can be read. */
export interface MetricsOptions extends SamplerOptions {
  readonly statistics: StreamStatistics;
  /** Loopback port of the Prometheus endpoint `/metrics`; null for none. */
  readonly port: number | null;
}

/** The measuring of a stream; it goes on whatever happens to the stream and its servers. */
export interface StreamMetrics {
  readonly sampler: StateSampler;
  stop(): Promise<void>;
}

/** Starts to watch the slot and, with a port, to serve `http://127.0.0.1:<port>/metrics`. A port that is taken is told in the log: the stream matters more. */
export async function startMetrics(options: MetricsOptions): Promise<StreamMetrics> {
  const sampler = new StateSampler(options);
  sampler.start();
  if (options.port === null) return { sampler, stop: () => sampler.stop() };
  const exporter = new PrometheusExporter({ host: '127.0.0.1', port: options.port, preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  feedMetrics(provider.getMeter('crm_cdc'), options.statistics, sampler);
  await exporter.startServer().catch((error: unknown) => {
    options.log(`no metrics: 127.0.0.1:${String(options.port)} cannot be listened on (${error instanceof Error ? error.message : String(error)}); set CRM_CDC_METRICS_PORT to a free port`);
  });
  return {
    sampler,
    async stop() {
      options.statistics.listener = null;
      await sampler.stop();
      await provider.shutdown();
    },
  };
}
