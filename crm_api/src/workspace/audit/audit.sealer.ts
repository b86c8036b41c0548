import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { FeatureFlags } from '../../kernel/flags.js';

/** The head of the chain after a seal: hexadecimal SHA-256 over everything up to `position`. */
export interface SealedHead {
  readonly position: number;
  readonly head: string;
}

/** A running sealer. */
export interface AuditSealer {
  /** Ends after the seal in hand; what waits is sealed when one runs again. */
  stop(): Promise<void>;
}

// The time in which a committed entry is not chained yet; a seal of nothing costs one index look-up.
const everyMs = 1000;
// One statement's worth: some 200 ms.
const atOnce = 5000;

/** Seals what waits, in statements of `atOnce`; one process does so at a time, the others find nothing to do. Resolves to the new head, null where nothing was sealed. */
export async function sealWaiting(db: Knex, most = atOnce): Promise<SealedHead | null> {
  let sealed: SealedHead | null = null;
  for (let full = true; full;) {
    const { rows: [row] } = await db.raw<{ rows: { first_position: string; last_position: string; head: string }[] }>('SELECT first_position, last_position, head FROM crm_core.crm_audit_seal(?)', [most]);
    if (row) sealed = { position: Number(row.last_position), head: row.head };
    full = row !== undefined && Number(row.last_position) - Number(row.first_position) + 1 === most;
  }
  return sealed;
}

/** Seals every second while `crm_feature_audit_chain` is on. Each head goes into the log of the process: an anchor that nobody reaches through the database. */
export function startAuditSealer({ db, flags, log }: { readonly db: Knex; readonly flags: FeatureFlags; readonly log: Logger }): AuditSealer {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    try {
      await flags.refresh();
      const sealed = flags.isOn('crm_feature_audit_chain') ? await sealWaiting(db) : null;
      if (sealed) log.info({ position: sealed.position, head: sealed.head }, 'The audit log is sealed');
    } catch (error) {
      log.warn({ err: error }, 'The audit log could not be sealed; trying again');
    }
    if (!stopped) timer = setTimeout(() => { running = round(); }, everyMs);
  };
  let running = round();
  return {
    async stop() {
      stopped = true;
      await running;
      clearTimeout(timer);
    },
  };
}
