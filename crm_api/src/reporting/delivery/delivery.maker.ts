import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { ActorReader } from '../../kernel/auth/actor.reader.js';
import { scopeOf, type Actor } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import { audit } from '../../kernel/crud/trail.js';
import type { FeatureFlags } from '../../kernel/flags.js';
import type { JobQueue } from '../../kernel/jobs.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import { reportingDay } from '../period/period.range.js';
import { findReport } from '../reports/saved/report.repository.js';
import { compose, sourceOf, type ComposeDeps } from './delivery.compose.js';
import type { DeliveryRow, MailLocale, ScheduleRow, SentFile } from './delivery.types.js';
import { mailText } from './delivery.words.js';
import type { Mail } from './mail.sender.js';
import { reportMail } from './report.mail.js';

/** What makes and sends mails. */
export interface MakerDeps extends ComposeDeps {
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  readonly flags: FeatureFlags;
}

/** A mail with what is noted of it, or why there is none: a code. `problem`: why a mail that is sent has no figures. */
export type Made = { readonly mail: Mail; readonly files: readonly SentFile[]; readonly lsn: string | null; readonly committedAt: string | null; readonly problem: string | null } | { readonly refused: string };

/**
 * Makes the mail of one delivery as of now. The owner must still be allowed to send what it is of; what is in the mail is computed with its reader's own permissions, so that
 * nobody is sent a number that the product would not show them. Rejects where it can be tried again.
 */
export async function makeMail(deps: MakerDeps, schedule: ScheduleRow, delivery: DeliveryRow): Promise<Made> {
  const { db, config, flags } = deps;
  const actors = new ActorReader(db);
  const [owner, reader] = [await actors.user(schedule.owner_id), await actors.user(delivery.recipient_id)];
  const of = schedule.report_id === null ? 'dashboards' : 'reports';
  if (!owner || scopeOf(owner, 'schedules', 'write') === null || scopeOf(owner, of, 'read') === null) return { refused: 'owner_may_not_send' };
  const source = await sourceOf(db, callAs(deps, owner), schedule);
  if (!source) return { refused: of === 'dashboards' ? 'dashboard_not_shown' : 'report_not_shown' };
  if (!reader?.email) return { refused: 'recipient_not_active' };
  const call = callAs(deps, reader);
  if (scopeOf(reader, of, 'read') === null) return { refused: of === 'dashboards' ? 'recipient_may_not_read' : 'recipient_may_not_read_reports' };
  // A dashboard is its owner's page of figures; a report is a document that is shared, and what nobody shared is nobody else's to read.
  if ('saved' in source && !await findReport(db, call, source.saved.id, false)) return { refused: 'recipient_not_shown' };
  const mayExport = (actor: Actor): boolean => scopeOf(actor, 'schedules', 'export') !== null && (of === 'dashboards' || scopeOf(actor, 'reports', 'export') !== null);
  const asked = schedule.files.length > 0 && mayExport(owner);
  const allowed = asked && mayExport(reader);
  const calendar = await calendarOf({ db, feature: (key) => flags.isOn(key) });
  const locale = schedule.locale === 'own' ? localeOf(reader) : schedule.locale;
  const composed = await compose(deps, call, source, { locale, at: reportingDay(calendar, new Date()), site: config.issuer.replace(/\/crm\/v1\/oidc$/, ''), kinds: allowed ? schedule.files : [] });
  const { report, files, problem } = composed;
  const foot = [
    ...(asked && !allowed ? [mailText('noFiles', locale)] : []), ...composed.words,
    mailText('why', locale, { owner: owner.name, name: schedule.name }),
  ];
  const body = reportMail(report, { zone: calendar.time_zone, foot });
  const sums = files.map(({ name, content }) => ({ name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }));
  const sent = schedule.report_id === null ? { dashboard_id: schedule.dashboard_id } : { report_id: schedule.report_id };
  // What leaves the product is in the audit log of who has caused it; a file of a report as an export of it, too.
  await db.transaction(async (trx) => {
    const sender = callAs(deps, owner);
    await audit(trx, sender, { action: 'export', entity: 'report_deliveries', entityId: delivery.id, after: { schedule_id: schedule.id, ...sent, recipient_id: delivery.recipient_id, lsn: report.watermark?.lsn ?? null, files: sums } });
    for (const note of composed.notes) await audit(trx, sender, { action: 'export', entity: 'reports', entityId: schedule.report_id, after: { ...note, delivery_id: delivery.id, recipient_id: delivery.recipient_id } });
  });
  return {
    mail: { to: { name: reader.name, address: reader.email }, messageId: `${delivery.id}@${new URL(config.issuer).hostname}`, locale, body, files },
    files: sums, lsn: report.watermark?.lsn ?? null, committedAt: report.watermark?.committed_at ?? null, problem,
  };
}

const localeOf = ({ locale }: Actor): MailLocale => (locale.startsWith('ar') ? 'ar' : 'en');

const callAs = ({ config, db, jobs, log, flags }: MakerDeps, actor: Actor): Call => ({ actor, db, jobs, config, log, requestId: randomUUID(), ip: null, origin: null, ifMatch: null, feature: (key) => flags.isOn(key) });
