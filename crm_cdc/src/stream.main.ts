import { startTelemetry } from 'crm_telemetry';
import { readConfig } from './config.js';
import { startKeeper } from './erasure/history.keeper.js';
import { createBrokerLook } from './metrics/broker.sampler.js';
import { traceBatches } from './metrics/batch.trace.js';
import { startMetrics } from './metrics/metrics.service.js';
import { StreamStatistics } from './pipeline/stream.statistics.js';
import { startReconciler } from './parity/rolling.reconciler.js';
import { startStream } from './stream.service.js';

const abort = new AbortController();

async function main(): Promise<void> {
  const config = readConfig();
  const stop = (): void => abort.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop); // Nothing outlives a killed launcher.
  const log = (message: string): void => void process.stderr.write(`stream: ${message}\n`);
  const statistics = new StreamStatistics();
  const telemetry = await startTelemetry(config.telemetry, { onError: (message) => log(`telemetry: ${message}`) });
  // Before the stream: what keeps it from starting is what somebody wants to see.
  await startMetrics({
    postgresUrl: config.postgresUrl, warehouseUrl: config.warehouseUrl, slot: config.slot, source: config.source, statistics, port: config.metricsPort, log,
    ...(config.kafka === undefined ? {} : { broker: createBrokerLook(config.kafka, () => undefined) }),
  });
  if (config.telemetry.traces) statistics.listener = traceBatches(statistics.listener);
  const stream = await startStream({
    postgresUrl: config.postgresUrl, warehouseUrl: config.warehouseUrl, slot: config.slot, silenceMs: config.silenceMs, kafka: config.kafka,
    log, statistics,
  }, abort.signal);
  const reconciler = startReconciler({ postgresUrl: config.postgresUrl, warehouseUrl: config.warehouseUrl, source: config.source, everyMs: config.reconcileEveryMs, log: (message) => process.stderr.write(`proof: ${message}\n`) });
  const keeper = startKeeper({ warehouseUrl: config.warehouseUrl, kafka: config.kafka ?? null, log });
  process.send?.({ type: 'ready' });
  await stream.ended;
  // A repair may be cut at any moment: the next round does it again.
  await Promise.race([Promise.all([reconciler.stop(), keeper.stop()]), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  await telemetry.stop();
}

function fail(error: unknown): void {
  if (abort.signal.aborted) process.exit(0); // Asked to stop before it was ready.
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`stream: ${error instanceof Error ? (error.stack ?? message) : message}\n`);
  if (process.send) process.send({ type: 'failed', message }, () => process.exit(1));
  else process.exit(1);
}

main().then(() => process.exit(0), fail);
