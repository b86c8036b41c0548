import { takeDue } from './delivery.repository.js';
import { publishEvents, purgeEvents } from './event.repository.js';
import { defaultSchedule } from './retry.schedule.js';
import { attemptDelivery, OwnerCache, type AttemptContext } from './webhook.attempt.js';

/** What a worker is given; what is left out is as the product has it. */
export type WorkerOptions = Pick<AttemptContext, 'config' | 'db' | 'jobs' | 'log' | 'flags' | 'services'> & Partial<Pick<AttemptContext, 'schedule' | 'timeoutMs' | 'disableAfterMs' | 'lookup'>> & {
  /** How long a delivery is held by a worker that gives no sign of life. */
  readonly leaseMs?: number;
};

/** A running worker. */
export interface WebhookWorker {
  /** Ends attempts under way and gives their deliveries back. */
  stop(): Promise<void>;
}

// People notice a second, and a look that finds nothing costs two index reads.
const lookEveryMs = 500;
// An endpoint that needs longer should take the message first and work on it afterwards (Standard Webhooks: 15 to 30 s).
const timeoutMs = 15_000;
// Over the timeout by what the database may need; shorter, and a slow attempt would be made twice.
const leaseMs = 60_000;
const disableAfterMs = 5 * 24 * 3_600_000;
const places = { total: 32, perEndpoint: 8 } as const;
const purgeEveryMs = 3_600_000;

/**
 * Publishes events and carries out deliveries. The queue wakes it; what really is to be done stands in the tables, so that a crash at any moment loses
 * nothing: what was taken is due again when its lease ends. Several workers share the work; each delivery is with one of them.
 */
export async function startWebhookWorker(options: WorkerOptions): Promise<WebhookWorker> {
  const context: AttemptContext = { schedule: defaultSchedule, timeoutMs, disableAfterMs, owners: new OwnerCache(options.db), ...options };
  const { db, log, flags, config } = context;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let chain: Promise<void> = Promise.resolve();
  let queued = false;
  let publishing = false;
  let purgedAt = 0;

  const launch = async (): Promise<void> => {
    for (;;) {
      const free = places.total - running.size;
      if (free <= 0 || stopping.signal.aborted) return;
      const taken = await takeDue(db, { total: free, perEndpoint: places.perEndpoint }, options.leaseMs ?? leaseMs);
      for (const delivery of taken) {
        const attempt: Promise<void> = attemptDelivery(context, delivery, stopping.signal)
          .catch((error: unknown) => { log.error({ err: error, delivery_id: delivery.id }, 'A webhook delivery was interrupted; it is tried again when its lease ends'); })
          .finally(() => { running.delete(attempt); void look(false); });
        running.add(attempt);
      }
      if (taken.length === 0) return;
    }
  };
  const purge = async (): Promise<void> => {
    if (Date.now() - purgedAt < purgeEveryMs) return;
    // A piece each round: what is to be sent does not wait for what is to be forgotten.
    if (await purgeEvents(db, config.webhookRetentionDays) === 0) purgedAt = Date.now();
  };
  const round = async (): Promise<void> => {
    queued = false;
    const publish = publishing;
    publishing = false;
    await flags.refresh();
    if (stopping.signal.aborted) return;
    if (flags.isOn('crm_feature_webhooks')) {
      while (publish && !stopping.signal.aborted && await publishEvents(db) > 0) await launch();
      await launch();
    }
    if (publish) await purge();
  };
  /** One round after another; a wish for one that has not begun is enough. Places that become free are filled without asking for news. */
  function look(news: boolean): Promise<void> {
    publishing ||= news;
    if (queued || stopping.signal.aborted) return chain;
    queued = true;
    chain = chain.then(round).catch((error: unknown) => { log.warn({ err: error }, 'Waiting webhooks could not be read; trying again'); });
    return chain;
  }
  const timer = setInterval(() => { void look(true); }, lookEveryMs);
  await context.jobs.work('crm_webhook', () => look(true));
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await chain;
      await Promise.all(running);
    },
  };
}
