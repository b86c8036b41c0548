import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { partEnvironment, readConfig } from './config.js';
import { serveWarehouse } from './embedded/embedded.server.js';
import { createWarehouse, READER } from './connection.js';
import { migrateWarehouse } from './migrations/migration.runner.js';

// The part "warehouse" of the part protocol: ready or failed over IPC, stops on SIGTERM and when the channel closes.

function report(message: object): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => {
      resolve();
    });
  });
}

async function failed(error: unknown): Promise<never> {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'unknown error';
  process.stderr.write(`crm_warehouse: ${message}\n`);
  await report({ type: 'failed', message });
  process.exit(1);
}

function onStop(stop: () => void): void {
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
}

async function serve(): Promise<void> {
  const { folder, url } = readConfig();
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const served = await serveWarehouse({
    folder,
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    users: [{ name: user, password, access: 'write' }, { name: READER, password, access: 'read' }],
    log: (message) => process.stderr.write(`crm_warehouse: ${message}\n`),
  });
  let stopping = false;
  onStop(() => {
    if (stopping) return;
    stopping = true;
    served.stop().then(
      () => process.exit(0),
      (error: unknown) => failed(error),
    );
  });
  url.port = String(served.port);
  const warehouse = createWarehouse(url.href);
  await migrateWarehouse(warehouse);
  await warehouse.close();
  await report({ type: 'ready', url: url.href.replace(/\/$/, '') });
  if (process.send !== undefined && !process.connected) process.emit('SIGTERM');
}

// libuv's threads can only be set from outside, so without the variable this process runs a copy of itself that has it.
function supervise(): void {
  const child = fork(fileURLToPath(import.meta.url), [], { env: partEnvironment() });
  child.on('message', (message: object) => void report(message));
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 1);
  });
  onStop(() => child.kill('SIGTERM'));
}

try {
  if (readConfig().threadsGiven) await serve();
  else supervise();
} catch (error) {
  await failed(error);
}
