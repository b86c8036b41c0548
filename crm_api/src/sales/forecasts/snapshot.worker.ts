import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { systemActor } from '../../kernel/context/actor.js';
import type { FeatureFlags } from '../../kernel/flags.js';
import type { AnalyticsService } from '../../reporting/analytics/analytics.service.js';
import { dayIn } from '../../kernel/zone.time.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import { lastDaily } from './snapshot.repository.js';
import { SnapshotService } from './snapshot.service.js';

/** What the worker works with. */
export interface SnapshotWorkerDeps {
  readonly db: Knex;
  readonly log: Logger;
  readonly flags: FeatureFlags;
  readonly analytics: AnalyticsService;
}

/** A running worker. */
export interface SnapshotWorker {
  /** Looks now. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

// A day's snapshot may be a minute late; one that failed, as while the warehouse starts, is tried again as soon.
const lookEveryMs = 60_000;

/** Sees every person's forecast and nothing else. */
const eyes = systemActor('forecast snapshots', { forecast: { read: 'all' } });

/**
 * Takes a snapshot each day of the tenant's time zone, as early as it runs. After days without a worker it takes today's; those days stay empty, as
 * what was forecast on them cannot be asked any more.
 */
export function startSnapshotWorker({ db, log, flags, analytics }: SnapshotWorkerDeps): SnapshotWorker {
  const service = new SnapshotService(analytics);
  let stopped = false;
  let chain: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    await flags.refresh();
    const at = new Date();
    if (!flags.isOn('crm_feature_forecasts')) return;
    const calendar = await calendarOf({ db, feature: (key) => flags.isOn(key) });
    // A later day than today was kept where the zone has since moved west: that day is there already.
    if (((await lastDaily(db)) ?? '') >= dayIn(calendar.time_zone, at)) return;
    const { people, numbers } = await db.transaction((trx) => service.take(trx, eyes, { at, daily: true, calendar, reach: null }));
    if (numbers > 0) log.info({ people, numbers }, 'Took the snapshot of the forecast');
  };
  const sweep = (): Promise<void> => {
    chain = chain.then(() => (stopped ? undefined : look())).catch((error: unknown) => log.warn({ err: error }, 'The snapshot of the forecast could not be taken; trying again'));
    return chain;
  };
  const timer = setInterval(() => void sweep(), lookEveryMs);
  void sweep();
  return {
    sweep,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await chain;
    },
  };
}
