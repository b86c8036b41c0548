import { readConfig } from './config.js';
import { startWorker, type MlWorker } from './worker.service.js';

/** The part's side of the part protocol: ready or failed by IPC, a clean stop on SIGTERM, on Ctrl-C and when the launcher is gone. */
function tell(message: { type: 'ready' } | { type: 'failed'; message: string }): void {
  if (process.connected) process.send?.(message);
}

let worker: MlWorker | null = null;
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await worker?.stop();
  process.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { void stop(); });
process.on('disconnect', () => { void stop(); });

try {
  worker = await startWorker(readConfig(), (line) => { console.log(line); });
  tell({ type: 'ready' });
} catch (error) {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  console.error(message);
  tell({ type: 'failed', message });
  // The message must leave before the process does.
  setImmediate(() => { process.exit(1); });
}
