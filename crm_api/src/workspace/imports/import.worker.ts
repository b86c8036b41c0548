import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { JobQueue } from '../../kernel/jobs.js';
import { listUnfinished, updateImport } from './import.repository.js';
import { runImport } from './import.runner.js';

const heartbeatMs = 2000;
const attemptsAllowed = 5;

/** A running worker. */
export interface ImportWorker {
  /** Ends after the batch in hand; an unfinished import goes on when a worker starts again. */
  stop(): Promise<void>;
}

/**
 * Carries out imports. The queue wakes it; what really is to be done stands in `crm_imports`, so that an import which a crash
 * interrupted goes on within seconds, whatever became of its job.
 */
export async function startImportWorker({ db, jobs, log }: { readonly db: Knex; readonly jobs: JobQueue; readonly log: Logger }): Promise<ImportWorker> {
  const attempts = new Map<string, number>();
  let chain: Promise<void> = Promise.resolve();
  let stopped = false;

  const runOne = async (id: string): Promise<void> => {
    if (stopped) return;
    try {
      await runImport(db, id);
      attempts.delete(id);
    } catch (error) {
      const count = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, count);
      log.error({ err: error, import_id: id, attempt: count }, 'The import was interrupted');
      if (count >= attemptsAllowed) {
        const failure = { code: 'internal_error', message: `The import stopped ${count} times on a fault of ours. Tell support the import's id ${id}; importing the file again doubles nothing.` };
        await updateImport(db, id, { status: 'failed', finished_at: db.fn.now(), error: JSON.stringify(failure) }).catch((cause: unknown) => log.error({ err: cause }, 'The failure could not be noted'));
      }
    }
  };
  // One after another: files of one export build on each other in the order they were sent.
  const sweep = (): Promise<void> => {
    chain = chain.then(async () => {
      for (const id of await listUnfinished(db)) await runOne(id);
    }).catch((error: unknown) => log.warn({ err: error }, 'Waiting imports could not be read; trying again'));
    return chain;
  };
  const beat = async (): Promise<void> => {
    await db('crm_core.crm_part_heartbeats').insert({ part: 'jobs', beat_at: db.fn.now() }).onConflict('part').merge(['beat_at']);
  };
  await beat();
  const timer = setInterval(() => {
    beat().catch((error: unknown) => log.warn({ err: error }, 'The heartbeat could not be written'));
    if (!stopped) void sweep();
  }, heartbeatMs);
  await jobs.work('crm_import', () => sweep());
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await chain;
    },
  };
}
