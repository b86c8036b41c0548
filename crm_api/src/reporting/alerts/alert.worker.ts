import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { ActorReader } from '../../kernel/auth/actor.reader.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { FeatureFlags } from '../../kernel/flags.js';
import type { JobQueue } from '../../kernel/jobs.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { AlertChecker } from './alert.checker.js';
import { alertFeature } from './alert.routes.js';
import { findAlert, noteFailure, takeDueAlerts } from './alert.repository.js';
import { forgetNotifications } from './notification.repository.js';

/** What the worker works with. */
export interface AlertWorkerDeps {
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  readonly flags: FeatureFlags;
  readonly analytics: Pick<AnalyticsService, 'ask' | 'batch' | 'load' | 'stream'>;
}

/** A running worker. */
export interface AlertWorker {
  /** Ends after the alert in hand; the others that were taken are due again in their turn. */
  stop(): Promise<void>;
}

const lookEveryMs = 15_000;
// Every alert is a question to the warehouse: five minutes are soon enough for who is told, and cheap enough for a hundred of them.
const checkEverySeconds = 300;
const atOnce = 10;
const forgetEveryMs = 3_600_000;
const keptDays = 90;

/** Looks at every alert every five minutes with the eyes its owner has then; the queue wakes it, the table says which are due. */
export async function startAlertWorker({ db, jobs, log, flags, analytics }: AlertWorkerDeps): Promise<AlertWorker> {
  const checker = new AlertChecker(analytics);
  let stopped = false;
  let forgotAt = 0;
  let chain: Promise<void> = Promise.resolve();

  const runOne = async ({ id, owner_id: ownerId }: { readonly id: string; readonly owner_id: string }): Promise<void> => {
    // Read for each anew: what a role may see can have changed since the last look.
    const [actor, alert] = await Promise.all([new ActorReader(db).user(ownerId), findAlert(db, null, id, false)]);
    if (!actor || !alert || ('report_id' in alert.question && !flags.isOn('crm_feature_reports'))) return;
    try {
      await checker.check(db, actor, alert, await calendarOf({ db, feature: (key) => flags.isOn(key) }));
    } catch (error) {
      const code = error instanceof CrmError ? error.code : 'internal_error';
      if (!(error instanceof CrmError)) log.error({ err: error, alert_id: id }, 'An alert could not be checked');
      await noteFailure(db, id, code);
    }
  };
  const look = async (): Promise<void> => {
    if (Date.now() - forgotAt >= forgetEveryMs) {
      await forgetNotifications(db, keptDays);
      forgotAt = Date.now();
    }
    await flags.refresh();
    if (!flags.isOn(alertFeature) || !flags.isOn('crm_feature_analytics')) return;
    for (let due = await takeDueAlerts(db, atOnce, checkEverySeconds); due.length > 0 && !stopped; due = await takeDueAlerts(db, atOnce, checkEverySeconds)) {
      for (const one of due) if (!stopped) await runOne(one);
    }
  };
  const sweep = (): Promise<void> => {
    chain = chain.then(() => (stopped ? undefined : look())).catch((error: unknown) => { log.warn({ err: error }, 'Alerts could not be looked at; trying again'); });
    return chain;
  };
  const timer = setInterval(() => void sweep(), lookEveryMs);
  await jobs.work('crm_alert', () => sweep());
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await chain;
    },
  };
}
