import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ApiConfig } from '../../config.js';
import { ActorReader } from '../../kernel/auth/actor.reader.js';
import { scopeOf, type Actor } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import { audit } from '../../kernel/crud/trail.js';
import type { FeatureFlags } from '../../kernel/flags.js';
import type { JobQueue } from '../../kernel/jobs.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { findDashboard } from '../dashboards/dashboard.repository.js';
import { reportingDay } from '../period/period.range.js';
import { dashboardReport } from './dashboard.report.js';
import type { DeliveryRow, ScheduleRow, SentFile } from './delivery.types.js';
import { mailText } from './delivery.words.js';
import type { Mail } from './mail.sender.js';
import { reportFiles } from './report.files.js';
import { reportMail } from './report.mail.js';

/** What makes and sends mails. */
export interface MakerDeps {
  readonly config: ApiConfig;
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  readonly flags: FeatureFlags;
  readonly analytics: Pick<AnalyticsService, 'ask' | 'batch'>;
}

/** A mail with what is noted of it, or why there is none: a code. */
export type Made = { readonly mail: Mail; readonly files: readonly SentFile[]; readonly lsn: string | null; readonly committedAt: string | null } | { readonly refused: string };

/**
 * Makes the mail of one delivery as of now. The owner must still be allowed to send the dashboard; what is in the mail is computed with its reader's own permissions, so that
 * nobody is sent a number that the product would not show them. Rejects where it can be tried again.
 */
export async function makeMail(deps: MakerDeps, schedule: ScheduleRow, delivery: DeliveryRow): Promise<Made> {
  const { db, config, flags, analytics } = deps;
  const actors = new ActorReader(db);
  const [owner, reader] = [await actors.user(schedule.owner_id), await actors.user(delivery.recipient_id)];
  if (!owner || scopeOf(owner, 'schedules', 'write') === null || scopeOf(owner, 'dashboards', 'read') === null) return { refused: 'owner_may_not_send' };
  const dashboard = await findDashboard(db, callAs(deps, owner), schedule.dashboard_id, false);
  if (!dashboard) return { refused: 'dashboard_not_shown' };
  if (!reader?.email) return { refused: 'recipient_not_active' };
  if (scopeOf(reader, 'dashboards', 'read') === null) return { refused: 'recipient_may_not_read' };
  const call = callAs(deps, reader);
  const { locale } = schedule;
  const calendar = await calendarOf({ db, feature: (key) => flags.isOn(key) });
  const report = await dashboardReport(analytics, call, { dashboard, locale, at: reportingDay(calendar, new Date()), site: config.issuer.replace(/\/crm\/v1\/oidc$/, '') });
  const asked = schedule.files.length > 0 && scopeOf(owner, 'schedules', 'export') !== null;
  const allowed = asked && scopeOf(reader, 'schedules', 'export') !== null;
  const files = allowed ? await reportFiles(report, schedule.files) : [];
  const foot = [
    ...(asked && !allowed ? [mailText('noFiles', locale)] : files.length > 0 ? [mailText('more', locale)] : []),
    mailText('why', locale).replace('{owner}', () => owner.name).replace('{name}', () => schedule.name),
  ];
  const body = reportMail(report, { zone: calendar.time_zone, foot });
  const sums = files.map(({ name, content }) => ({ name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }));
  // What leaves the product is in the audit log of who has caused it.
  await db.transaction((trx) => audit(trx, callAs(deps, owner), { action: 'export', entity: 'report_deliveries', entityId: delivery.id, after: { schedule_id: schedule.id, dashboard_id: dashboard.id, recipient_id: delivery.recipient_id, lsn: report.watermark?.lsn ?? null, files: sums } }));
  return {
    mail: { to: { name: reader.name, address: reader.email }, messageId: `${delivery.id}@${new URL(config.issuer).hostname}`, locale, body, files },
    files: sums, lsn: report.watermark?.lsn ?? null, committedAt: report.watermark?.committed_at ?? null,
  };
}

const callAs = ({ config, db, jobs, log, flags }: MakerDeps, actor: Actor): Call => ({ actor, db, jobs, config, log, requestId: randomUUID(), ip: null, origin: null, ifMatch: null, feature: (key) => flags.isOn(key) });
