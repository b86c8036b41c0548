import type { QueueName } from 'crm_db';
import { SpanKind } from '@opentelemetry/api';
import { inSpan, readTraceparent, traceHeaders } from 'crm_telemetry';
import PgBoss from 'pg-boss';

/** A piece of work as a handler receives it. */
export interface Job {
  readonly id: string;
  readonly data: unknown;
  /** Aborted when the worker stops or the job's time is over. */
  readonly signal: AbortSignal | null;
}

/** The queue of background work (pg-boss in the schema `crm_jobs`); connects on first use, so that the API starts without it. */
export class JobQueue {
  private boss: PgBoss | null = null;
  private starting: Promise<PgBoss> | null = null;

  /** `onError` hears of lost connections and the like; pg-boss repairs itself. */
  constructor(private readonly pgUrl: string, private readonly onError: (error: Error) => void) {}

  /** Queues one job and returns its id; `singletonKey` keeps a second one of the same key from being queued beside it. */
  async send(queue: QueueName, data: object, options: { singletonKey?: string } = {}): Promise<string | null> {
    // Who queued it is kept beside the data and taken off again before the work.
    return (await this.connect()).send(queue, { ...data, ...traceHeaders() }, options);
  }

  /** Handles the jobs of a queue one at a time until `stop`; a handler that rejects lets the job be tried again. */
  async work(queue: QueueName, handler: (job: Job) => Promise<void>): Promise<void> {
    // Half a second is the least pg-boss polls; an import then starts at once as people see it.
    await (await this.connect()).work<unknown>(queue, { pollingIntervalSeconds: 0.5, batchSize: 1 }, async (jobs) => {
      for (const job of jobs) {
        const { traceparent, ...data } = (job.data ?? {}) as Record<string, unknown>;
        const attributes = { 'messaging.destination.name': queue, 'messaging.message.id': job.id };
        await inSpan({ name: 'crm.job', kind: SpanKind.CONSUMER, attributes, origin: readTraceparent(traceparent) }, () => handler({ id: job.id, data, signal: null }));
      }
    });
  }

  /** Ends the connection; running handlers are waited for, up to ten seconds. */
  async stop(): Promise<void> {
    const boss = this.boss;
    this.boss = null;
    this.starting = null;
    if (boss) await boss.stop({ graceful: true, wait: true, timeout: 10_000 });
  }

  private async connect(): Promise<PgBoss> {
    if (this.boss) return this.boss;
    // A failed start must not be remembered: the next caller tries again.
    this.starting ??= this.start().catch((error: unknown) => { this.starting = null; throw error; });
    return this.starting;
  }

  private async start(): Promise<PgBoss> {
    // The schema belongs to its owner and is made by the migrations; the application's role may only use it.
    const boss = new PgBoss({ connectionString: this.pgUrl, schema: 'crm_jobs', migrate: false, schedule: false, max: 3, application_name: 'crm_jobs' });
    boss.on('error', this.onError);
    await boss.start();
    this.boss = boss;
    return boss;
  }
}
