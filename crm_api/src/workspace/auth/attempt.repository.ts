import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

// Five honest typing errors cost nothing; from then on each failure doubles the wait, up to a quarter of an hour.
const free = 5;
const longestSeconds = 15 * 60;

/** Seconds to wait after the given number of failures in a row; 0 while attempts are free. */
export function waitAfter(failures: number): number {
  return failures < free ? 0 : Math.min(2 ** (failures - free), longestSeconds);
}

/** What is counted, and how many failures count as one: offices share an address. */
export interface AttemptKey {
  readonly key: string;
  readonly patience: number;
}

/** Attempts on one account by the name typed, whether or not it exists: the count must not tell. */
export const accountKey = (email: string): AttemptKey => ({ key: `account:${createHash('sha256').update(email.trim().toLowerCase()).digest('hex')}`, patience: 1 });

/** Attempts from one network address, with four times the patience. */
export const addressKey = (address: string): AttemptKey => ({ key: `address:${address}`, patience: 4 });

/** Attempts with the secret of an API client, which many processes may use at the same moment. */
export const clientKey = (clientId: string): AttemptKey => ({ key: `client:${clientId}`, patience: 10 });

/** Attempts on the second factor or the password of a user who is known already. */
export const factorKey = (userId: string): AttemptKey => ({ key: `factor:${userId}`, patience: 1 });

/** Counts failed attempts in Postgres, so that neither a restart nor another API process forgets them. */
export class AttemptRepository {
  constructor(private readonly db: Knex) {}

  /**
   * Counts an attempt as failed before it is judged, so that a thousand guesses at once are not a thousand free ones. Resolves to the seconds to wait
   * where the key is blocked, else to 0; `succeeded` takes the count back.
   */
  async reserve({ key, patience }: AttemptKey): Promise<{ seconds: number; failures: number }> {
    const wait = `CASE WHEN floor(%n / ${patience}.0) < ${free} THEN NULL ELSE now() + make_interval(secs => least(power(2, least(floor(%n / ${patience}.0) - ${free}, 20)), ${longestSeconds})) END`;
    const count = "CASE WHEN a.last_failed_at < now() - interval '1 day' THEN 1 ELSE a.failures + 1 END";
    const { rows } = await this.db.raw<{ rows: { failures: number }[] }>(`INSERT INTO crm_core.crm_login_attempts AS a (key, failures) VALUES (?, 1)
      ON CONFLICT (key) DO UPDATE SET failures = ${count}, last_failed_at = now(), blocked_until = ${wait.replaceAll('%n', `(${count})`)}
      WHERE a.blocked_until IS NULL OR a.blocked_until <= now() RETURNING failures`, [key]);
    const [row] = rows;
    if (row) return { seconds: 0, failures: Math.floor(row.failures / patience) };
    const blocked = await this.db('crm_core.crm_login_attempts').where({ key }).first<{ seconds: string | null } | undefined>(this.db.raw('extract(epoch FROM blocked_until - now()) AS seconds'));
    return { seconds: Math.max(1, Math.ceil(Number(blocked?.seconds ?? 1))), failures: 0 };
  }

  /**
   * Takes back what `reserve` counted: all failures of one account; of an address, which may guess at other accounts, this one and one more, so that the
   * typing errors of a busy office do not add up to a wait for everybody.
   */
  async succeeded({ key, patience }: AttemptKey): Promise<void> {
    if (patience === 1) await this.db('crm_core.crm_login_attempts').where({ key }).del();
    else await this.db('crm_core.crm_login_attempts').where({ key }).update({ failures: this.db.raw('greatest(failures - 2, 0)'), blocked_until: null });
  }

  /** Forgets counts that no longer matter. */
  async tidy(): Promise<void> {
    await this.db('crm_core.crm_login_attempts').whereRaw("last_failed_at < now() - interval '2 days'").del();
  }
}
