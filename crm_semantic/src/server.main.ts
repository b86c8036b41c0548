import { startTelemetry, type Telemetry } from 'crm_telemetry';
import { readConfig } from './config.js';
import { startSemanticServer, type SemanticServer } from './server/cube.server.js';

/** One line that names the cure; a stack would hide it. */
function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'unknown error';
}

let server: SemanticServer | null = null;
let telemetry: Telemetry | null = null;
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await server?.close();
  await telemetry?.stop();
  process.exit(0);
}

async function main(): Promise<void> {
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  process.on('disconnect', () => void stop());
  try {
    const config = readConfig();
    telemetry = await startTelemetry(config.telemetry, { onError: (message) => void process.stderr.write(`semantic: telemetry: ${message}\n`) });
    server = await startSemanticServer(config);
    process.send?.({ type: 'ready' });
  } catch (error) {
    const message = oneLine(error);
    process.stderr.write(`semantic: ${message}\n`);
    if (process.send) process.send({ type: 'failed', message }, () => process.exit(1));
    else process.exit(1);
  }
}

void main();
