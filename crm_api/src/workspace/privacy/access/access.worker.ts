import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import type { FeatureFlags } from '../../../kernel/flags.js';
import type { JobQueue } from '../../../kernel/jobs.js';
import { expireFiles, listOpen, updateExport, type AccessExportRow } from './access.repository.js';
import { accessFeature } from './access.routes.js';
import { makeExport } from './access.service.js';

const lookEveryMs = 10_000;
const attemptsAllowed = 3;

/** A running worker. */
export interface AccessWorker {
  /** Ends after the export in hand; one that was interrupted is made anew by the next worker. */
  stop(): Promise<void>;
}

/** Makes exports for persons and removes files whose time is over, also while the feature is off; the table says what is to be done, the queue wakes. */
export async function startAccessWorker({ db, jobs, log, flags }: { readonly db: Knex; readonly jobs: JobQueue; readonly log: Logger; readonly flags: FeatureFlags }): Promise<AccessWorker> {
  let stopped = false;
  let chain: Promise<void> = Promise.resolve();

  const runOne = async (row: AccessExportRow): Promise<void> => {
    await updateExport(db, row.id, { status: 'running', attempts: row.attempts + 1 });
    try {
      await makeExport(db, row);
    } catch (error) {
      const known = error instanceof CrmError;
      if (!known) log.error({ err: error, export_id: row.id, attempt: row.attempts + 1 }, 'The export of a person was interrupted');
      if (known || row.attempts + 1 >= attemptsAllowed) await updateExport(db, row.id, { status: 'failed', error_code: known ? error.code : 'internal_error', finished_at: db.fn.now() });
    }
  };
  const look = async (): Promise<void> => {
    await expireFiles(db);
    await flags.refresh();
    if (!flags.isOn(accessFeature)) return;
    for (const row of await listOpen(db)) if (!stopped) await runOne(row);
  };
  const sweep = (): Promise<void> => {
    chain = chain.then(() => (stopped ? undefined : look())).catch((error: unknown) => { log.warn({ err: error }, 'Exports for persons could not be looked after; trying again'); });
    return chain;
  };
  const timer = setInterval(() => void sweep(), lookEveryMs);
  await jobs.work('crm_access_export', () => sweep());
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await chain;
    },
  };
}
