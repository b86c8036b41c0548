import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { JobQueue } from '../../kernel/jobs.js';
import { isSound, type AnchorSource } from './chain.types.js';
import { verifyChain } from './chain.verifier.js';
import { finishVerification, noteChecked, returnVerification, takeVerification } from './verification.repository.js';

/** What the worker works with; `mostMs` bounds one verification. */
export interface VerificationWorkerDeps {
  readonly db: Knex;
  readonly jobs: JobQueue;
  readonly log: Logger;
  readonly warehouse: AnchorSource | null;
  readonly mostMs?: number;
}

/** A running worker. */
export interface VerificationWorker {
  /** Ends after the batch in hand; what is unfinished begins anew with the next worker. */
  stop(): Promise<void>;
}

// Some ten million entries; longer checks belong on the command line, where nobody waits at a page.
const mostMs = 600_000;
const lookEveryMs = 5000;

class Ended extends Error {
  constructor(readonly why: 'stopped' | 'too_long') {
    super(why);
  }
}

/** Carries out verifications that people ask for; the queue wakes it, the table says what is to be done. */
export async function startVerificationWorker(deps: VerificationWorkerDeps): Promise<VerificationWorker> {
  const { db, jobs, log, warehouse } = deps;
  let stopped = false;
  let chain: Promise<void> = Promise.resolve();

  const runOne = async (id: string): Promise<void> => {
    const began = Date.now();
    const step = async (checked: number, total: number): Promise<void> => {
      if (stopped) throw new Ended('stopped');
      if (Date.now() - began > (deps.mostMs ?? mostMs)) throw new Ended('too_long');
      await noteChecked(db, id, checked, total);
    };
    try {
      const result = await verifyChain(db, { warehouse, step });
      const sound = isSound(result);
      await finishVerification(db, id, { result, sound });
      if (!sound) log.error({ verification_id: id, counts: result.counts, finding: result.findings[0] }, 'The audit log is NOT as it was written');
    } catch (error) {
      if (error instanceof Ended && error.why === 'stopped') return returnVerification(db, id);
      if (!(error instanceof Ended)) log.error({ err: error, verification_id: id }, 'The audit log could not be verified');
      await finishVerification(db, id, error instanceof Ended ? 'too_long' : 'fault');
    }
  };
  const look = async (): Promise<void> => {
    for (let id = await takeVerification(db); id !== undefined && !stopped; id = await takeVerification(db)) await runOne(id);
  };
  const sweep = (): Promise<void> => {
    chain = chain.then(() => (stopped ? undefined : look())).catch((error: unknown) => log.warn({ err: error }, 'Verifications of the audit log could not be read; trying again'));
    return chain;
  };
  const timer = setInterval(() => void sweep(), lookEveryMs);
  await jobs.work('crm_audit', () => sweep());
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await chain;
    },
  };
}
