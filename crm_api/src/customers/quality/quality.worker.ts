import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { FeatureFlags } from '../../kernel/flags.js';
import type { JobQueue } from '../../kernel/jobs.js';
import { runDedupe } from './duplicates/dedupe.runner.js';
import { finishJob, listUnfinishedJobs, type DedupeJobRow } from './duplicates/duplicate.repository.js';
import { MxChecker } from './mail/mx.checker.js';
import type { MailResolver } from './mail/mx.resolver.js';

const lookEveryMs = 5000;
const attemptsAllowed = 3;

/** What the worker works with. */
export interface QualityWorkerDeps {
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  /** Null: mail domains are not looked up. */
  readonly resolver: MailResolver | null;
  readonly mxEveryMs: number;
}

/** A running worker. */
export interface QualityWorker {
  /** Ends after the portion in hand; an unfinished search starts again with the next worker and doubles nothing. */
  stop(): Promise<void>;
}

/** Searches for duplicates and looks up mail domains beside the import worker; the queue wakes it, tables say what is to be done. */
export async function startQualityWorker({ db, jobs, log, resolver, mxEveryMs }: QualityWorkerDeps): Promise<QualityWorker> {
  const attempts = new Map<string, number>();
  const flags = new FeatureFlags(db);
  const checker = resolver ? new MxChecker(db, resolver) : null;
  let stopped = false;
  let chain: Promise<void> = Promise.resolve();
  let checkedAt = 0;

  const runOne = async (job: DedupeJobRow): Promise<void> => {
    try {
      const counts = await runDedupe(db, job, () => stopped);
      if (counts) await finishJob(db, job.id, counts, null);
    } catch (error) {
      const count = (attempts.get(job.id) ?? 0) + 1;
      attempts.set(job.id, count);
      log.error({ err: error, job_id: job.id, attempt: count }, 'The search for duplicates was interrupted');
      if (count >= attemptsAllowed) await finishJob(db, job.id, null, `The search stopped ${count} times on a fault of ours. Tell support the search's id; starting it again doubles nothing.`);
    }
  };
  const look = async (): Promise<void> => {
    await flags.refresh();
    if (flags.isOn('crm_feature_dedupe')) {
      for (const job of await listUnfinishedJobs(db)) if (!stopped) await runOne(job);
    }
    if (checker && !stopped && flags.isOn('crm_feature_mx_check') && Date.now() - checkedAt >= mxEveryMs) {
      checkedAt = Date.now();
      await checker.sweep();
    }
  };
  // One thing at a time: both are background work beside people's.
  const sweep = (): Promise<void> => {
    chain = chain.then(() => (stopped ? undefined : look())).catch((error: unknown) => log.warn({ err: error }, 'Work on data quality could not be done; trying again'));
    return chain;
  };
  const timer = setInterval(() => void sweep(), lookEveryMs);
  await jobs.work('crm_quality', () => sweep());
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await chain;
    },
  };
}
