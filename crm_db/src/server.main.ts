import { join } from 'node:path';
import { readConfig } from './config.js';
import { bootstrapCluster } from './embedded/bootstrap.js';
import { startEmbeddedPostgres } from './embedded/postgres.embedded.js';

async function main(): Promise<void> {
  const config = readConfig();
  const { url, adminUrl, streamUrl, superuserPassword } = config;
  if (url === undefined || adminUrl === undefined || streamUrl === undefined || superuserPassword === undefined) {
    throw new Error('CRM_PG_URL, CRM_PG_ADMIN_URL, CRM_PG_STREAM_URL and CRM_PG_SUPERUSER_PASSWORD say what to serve; start the product with npm start');
  }
  const server = await startEmbeddedPostgres({ dataDir: join(config.dataDir, 'postgres'), port: Number(new URL(url).port), password: superuserPassword });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.stop().then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  // The supervisor sees this process; when the server inside it dies, so must this, to be started again.
  server.exited.then(() => { if (!stopping) process.exit(1); }, () => process.exit(1));
  await bootstrapCluster(server.superuserUrl, { adminUrl, appUrl: url, streamUrl });
  process.send?.({ type: 'ready' });
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.send?.({ type: 'failed', message });
  process.exitCode = 1;
  process.disconnect?.();
});
