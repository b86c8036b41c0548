import { createKnex } from 'crm_db';
import { startTelemetry } from 'crm_telemetry';
import { allServices } from './app.js';
import { startWebhookWorker } from './automation/webhooks/webhook.worker.js';
import { readConfig } from './config.js';
import { FeatureFlags } from './kernel/flags.js';
import { JobQueue } from './kernel/jobs.js';
import { openLog } from './kernel/telemetry/part.log.js';
import { DnsMailResolver } from './customers/quality/mail/mx.resolver.js';
import { startQualityWorker } from './customers/quality/quality.worker.js';
import { startAlertWorker } from './reporting/alerts/alert.worker.js';
import { startDemoMailbox } from './reporting/delivery/demo.mailbox.js';
import { startDeliveryWorker } from './reporting/delivery/delivery.worker.js';
import { listsFrom } from './reporting/delivery/list.part.js';
import { SmtpSender } from './reporting/delivery/mail.sender.js';
import { AnalyticsService } from './reporting/analytics/analytics.service.js';
import { startSnapshotWorker } from './sales/forecasts/snapshot.worker.js';
import { startAuditSealer } from './workspace/audit/audit.sealer.js';
import { startVerificationWorker } from './workspace/audit/verification.worker.js';
import { WarehouseAnchors } from './workspace/audit/warehouse.anchors.js';
import { startAccessWorker } from './workspace/privacy/access/access.worker.js';
import { startImportWorker } from './workspace/imports/import.worker.js';

async function main(): Promise<void> {
  const config = readConfig(undefined, 'crm_jobs');
  const telemetry = await startTelemetry(config.telemetry, { onError: (message) => log.warn(`Telemetry: ${message}`) });
  const log = openLog('jobs', config.logLevel, telemetry.logSink(process.stdout));
  const db = createKnex(config.pgUrl, { max: 10, applicationName: 'crm_jobs' });
  const jobs = new JobQueue(config.pgUrl, (error) => log.warn({ err: error }, 'The job queue lost its connection and will connect again'));
  const worker = await startImportWorker({ db, jobs, log });
  const flags = new FeatureFlags(db);
  const webhooks = await startWebhookWorker({ config, db, jobs, log, flags, services: allServices() });
  const sealer = startAuditSealer({ db, flags, log });
  const verifier = await startVerificationWorker({ db, jobs, log, warehouse: config.clickhouseUrl === null ? null : new WarehouseAnchors(config.clickhouseUrl) });
  const quality = await startQualityWorker({ db, jobs, log, resolver: config.mxCheck.on ? new DnsMailResolver(config.mxCheck.servers) : null, mxEveryMs: config.mxCheck.everyMs });
  const access = await startAccessWorker({ db, jobs, log, flags });
  const analytics = new AnalyticsService(config);
  const snapshots = startSnapshotWorker({ db, log, flags, analytics });
  const alerts = await startAlertWorker({ db, jobs, log, flags, analytics });
  listsFrom(allServices());
  // The demo has no mail server and must reach nobody outside: its own receiver keeps what is sent.
  const mailbox = config.smtpUrl === null && config.profile === 'demo' ? await startDemoMailbox(db, (error) => log.warn({ err: error }, 'The mail receiver of the demo')) : null;
  const smtpUrl = config.smtpUrl ?? mailbox?.url ?? null;
  const deliveries = await startDeliveryWorker({ config, db, jobs, log, flags, analytics, sender: smtpUrl === null ? null : new SmtpSender(smtpUrl, config.mailFrom) });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    Promise.all([worker.stop(), webhooks.stop(), sealer.stop(), verifier.stop(), quality.stop(), access.stop(), snapshots.stop(), alerts.stop(), deliveries.stop()]).then(() => mailbox?.stop()).then(() => jobs.stop()).then(() => db.destroy()).then(() => telemetry.stop()).then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  process.send?.({ type: 'ready' });
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.send?.({ type: 'failed', message });
  process.exitCode = 1;
  process.disconnect?.();
});
