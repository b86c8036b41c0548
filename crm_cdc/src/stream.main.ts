import { readConfig } from './config.js';
import { startStream } from './stream.service.js';

const abort = new AbortController();

async function main(): Promise<void> {
  const config = readConfig();
  const stop = (): void => abort.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop); // Nothing outlives a killed launcher.
  const stream = await startStream({
    postgresUrl: config.postgresUrl, warehouseUrl: config.warehouseUrl, slot: config.slot, silenceMs: config.silenceMs,
    log: (message) => process.stderr.write(`stream: ${message}\n`),
  }, abort.signal);
  process.send?.({ type: 'ready' });
  await stream.ended;
}

function fail(error: unknown): void {
  if (abort.signal.aborted) process.exit(0); // Asked to stop before it was ready.
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`stream: ${error instanceof Error ? (error.stack ?? message) : message}\n`);
  if (process.send) process.send({ type: 'failed', message }, () => process.exit(1));
  else process.exit(1);
}

main().then(() => process.exit(0), fail);
