import { startTelemetry } from 'crm_telemetry';
import { createServer } from './app.js';
import { readConfig } from './config.js';
import { openDatabase } from './kernel/database.js';
import { FeatureFlags } from './kernel/flags.js';
import { JobQueue } from './kernel/jobs.js';
import { measureApi } from './kernel/telemetry/api.telemetry.js';
import { openLog } from './kernel/telemetry/part.log.js';

/** The part `api`: serves until SIGTERM or until the launcher is gone. */
async function main(): Promise<void> {
  const config = readConfig();
  const telemetry = await startTelemetry(config.telemetry, { onError: (message) => log.warn(`Telemetry: ${message}`) });
  const log = openLog('api', config.logLevel, telemetry.logSink(process.stderr));
  const measures = measureApi(telemetry);
  const db = openDatabase(config.pgUrl, { max: config.pgPoolMax, applicationName: 'crm_api', onStatement: measures.statement });
  const jobs = new JobQueue(config.pgUrl, (error) => log.warn({ err: error }, 'The job queue lost its connection; it reconnects'));
  const server = await createServer(config, { db, jobs, log, flags: new FeatureFlags(db), measures });
  let stopping: Promise<void> | null = null;
  const stop = (): void => {
    stopping ??= (async () => {
      await server.stop({ timeout: 5000 }); // Requests in flight are answered.
      await jobs.stop();
      await db.destroy();
      await telemetry.stop();
    })().catch((error: unknown) => log.error({ err: error }, 'Stopping failed')).finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
  await server.start();
  log.info({ uri: server.info.uri }, 'The API serves');
  process.send?.({ type: 'ready' });
}

main().catch((error: unknown) => {
  const message = cure(error);
  process.send?.({ type: 'failed', message });
  process.stderr.write(`${message}\n`);
  // The message must be on its way before the process ends.
  setTimeout(() => process.exit(1), process.connected ? 50 : 0);
});

function cure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' && 'port' in error) return `Port ${String(error.port)} is in use; stop the other program or set CRM_PORT to a free port.`;
  if (code === 'EACCES' && 'port' in error) return `Port ${String(error.port)} may not be used by this user; set CRM_PORT to one above 1023.`;
  return error.message;
}
