import { CrmError } from '../../kernel/errors/crm.error.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { notify } from '../alerts/notification.repository.js';
import { ReportEngine } from '../reports/engine/report.engine.js';
import { makeMail, type MakerDeps } from './delivery.maker.js';
import { beginSending, endAttempt, forgetDeliveries, giveUpInterrupted, planRun, takeDelivery } from './delivery.repository.js';
import type { DeliveryRow, DeliveryState, Sources } from './delivery.types.js';
import type { MailSender } from './mail.sender.js';
import { schedulesFeature } from './schedule.feature.js';
import { findSchedule, lockDue, updateSchedule } from './schedule.repository.js';
import { nextRun } from './schedule.time.js';

/** What the worker works with; without a sender nothing can be sent, and that is said. */
export interface DeliveryWorkerDeps extends Omit<MakerDeps, 'analytics' | 'engine'> {
  readonly analytics: Pick<AnalyticsService, 'ask' | 'batch' | 'stream'>;
  readonly sender: MailSender | null;
  /** Seconds after which a worker that holds a delivery counts as dead. */
  readonly leaseSeconds?: number;
  /** Seconds between attempts. */
  readonly retrySeconds?: readonly number[];
}

/** A running worker. */
export interface DeliveryWorker {
  /** Ends after the mail in hand. */
  stop(): Promise<void>;
}

const lookEveryMs = 15_000;
const plannedAtOnce = 20;
const keptDays = 180;
const forgetEveryMs = 3_600_000;
// Longer than a dashboard and an SMTP server together may take.
const usualLease = 600;
// Three hours and a half in all: a mail server that is updated is back by then, and a figure that comes later is of no use.
const usualRetries = [60, 300, 1800, 3600, 7200];

/** Plans the runs of schedules that are due and carries them out, one mail after the other; the table says what is to be done, the queue only wakes. */
export async function startDeliveryWorker(deps: DeliveryWorkerDeps): Promise<DeliveryWorker> {
  const { db, jobs, log, flags, sender, leaseSeconds = usualLease, retrySeconds = usualRetries } = deps;
  const maker: MakerDeps = { ...deps, engine: new ReportEngine(deps.analytics) };
  let stopped = false;
  let forgotAt = 0;
  let chain: Promise<void> = Promise.resolve();

  const plan = async (sources: Sources): Promise<void> => {
    const { time_zone: zone } = await calendarOf({ db, feature: (key) => flags.isOn(key) });
    await db.transaction(async (trx) => {
      for (const schedule of await lockDue(trx, zone, sources, plannedAtOnce)) {
        // Runs that were missed meanwhile are one: the mail says how things are now, and twice the same says nothing.
        if (schedule.next_run_at.getTime() <= Date.now()) await planRun(trx, { scheduleId: schedule.id, recipientIds: schedule.recipient_ids, runAt: schedule.next_run_at, trigger: 'schedule' });
        await updateSchedule(trx, schedule.id, { time_zone: zone, next_run_at: nextRun(schedule.cadence, zone, new Date()) });
      }
    });
  };

  /** Ends a delivery that will not be sent, and tells the owner. */
  const giveUp = async (delivery: Pick<DeliveryRow, 'id' | 'schedule_id'>, state: Extract<DeliveryState, 'failed' | 'refused' | 'uncertain'>, problem: string): Promise<void> => {
    await db.transaction(async (trx) => {
      await endAttempt(trx, delivery.id, state, { problem });
      const schedule = await findSchedule(trx, null, delivery.schedule_id);
      if (!schedule) return;
      await updateSchedule(trx, schedule.id, { problem });
      await notify(trx, schedule.owner_id, { kind: 'schedule_failed', title: schedule.name, params: { schedule_id: schedule.id, delivery_id: delivery.id, problem } });
    });
  };
  const again = async (delivery: DeliveryRow, problem: string): Promise<void> => {
    const wait = retrySeconds[delivery.attempts - 1];
    if (wait === undefined) await giveUp(delivery, 'failed', problem);
    else await endAttempt(db, delivery.id, 'queued', { problem, retrySeconds: wait });
  };

  const carryOut = async (delivery: DeliveryRow): Promise<void> => {
    const schedule = await findSchedule(db, null, delivery.schedule_id);
    if (!schedule) return endAttempt(db, delivery.id, 'refused', { problem: 'schedule_deleted' });
    if (!sender) return giveUp(delivery, 'failed', 'mail_not_set_up');
    const made = await makeMail(maker, schedule, delivery);
    if ('refused' in made) return giveUp(delivery, 'refused', made.refused);
    if (!await beginSending(db, delivery, { messageId: made.mail.messageId, files: made.files, lsn: made.lsn, committedAt: made.committedAt }, leaseSeconds)) return;
    const result = await sender.send(made.mail);
    if (result.outcome === 'sent') {
      await endAttempt(db, delivery.id, 'sent', { problem: made.problem });
      await updateSchedule(db, schedule.id, { problem: made.problem });
      return;
    }
    log.warn({ delivery_id: delivery.id, outcome: result.outcome, reason: result.reason }, 'A mail could not be handed over');
    if (result.outcome === 'later') return again(delivery, 'mail_server_unavailable');
    await giveUp(delivery, result.outcome === 'refused' ? 'refused' : 'uncertain', result.outcome === 'refused' ? 'mail_refused' : 'delivery_uncertain');
  };
  const attempt = async (delivery: DeliveryRow): Promise<void> => {
    try {
      await carryOut(delivery);
    } catch (error) {
      if (!(error instanceof CrmError)) log.error({ err: error, delivery_id: delivery.id }, 'A mail could not be made');
      await again(delivery, error instanceof CrmError ? error.code : 'internal_error');
    }
  };

  const look = async (): Promise<void> => {
    if (Date.now() - forgotAt >= forgetEveryMs) {
      await forgetDeliveries(db, keptDays);
      forgotAt = Date.now();
    }
    await flags.refresh();
    const sources = { dashboards: flags.isOn('crm_feature_dashboards'), reports: flags.isOn('crm_feature_reports') };
    if (!flags.isOn(schedulesFeature) || !flags.isOn('crm_feature_analytics')) return;
    for (const lost of await giveUpInterrupted(db)) await giveUp(lost, 'uncertain', 'delivery_uncertain');
    await plan(sources);
    for (let next = await takeDelivery(db, sources, leaseSeconds); next && !stopped; next = await takeDelivery(db, sources, leaseSeconds)) await attempt(next);
  };
  const sweep = (): Promise<void> => {
    chain = chain.then(() => (stopped ? undefined : look())).catch((error: unknown) => { log.warn({ err: error }, 'Deliveries could not be looked at; trying again'); });
    return chain;
  };
  const timer = setInterval(() => void sweep(), lookEveryMs);
  await jobs.work('crm_delivery', () => sweep());
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await chain;
    },
  };
}
