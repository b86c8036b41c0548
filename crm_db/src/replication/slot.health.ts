/** What the server says of a replication slot and of the log it keeps; sizes in bytes, times in seconds. */
export interface SlotReading {
  readonly exists: boolean;
  readonly active: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost`; null without a slot. */
  readonly walStatus: string | null;
  /** What may still be written before the slot is in danger; null where nothing limits it, or nothing is left to lose. */
  readonly safeBytes: number | null;
  /** Log kept for the slot. */
  readonly keptBytes: number | null;
  /** Log written since what the consumer has confirmed. */
  readonly unconfirmedBytes: number | null;
  /** `max_slot_wal_keep_size`; null where there is no limit. */
  readonly limitBytes: number | null;
  /** Why the server has given the slot up; null while it has not (and before PostgreSQL 17, which does not tell). */
  readonly invalidation: string | null;
  /** For how long nobody has read it; null while somebody does. */
  readonly idleSeconds: number | null;
  /** After how long without a reader the server gives it up (PostgreSQL 18); null where it never does. */
  readonly idleLimitSeconds: number | null;
  /** End of the log. */
  readonly currentLsn: bigint;
}

/** A row of `slotStatement`. */
export interface SlotRow {
  readonly exists: boolean;
  readonly active: boolean | null;
  readonly wal_status: string | null;
  readonly safe: string | null;
  readonly kept: string | null;
  readonly unconfirmed: string | null;
  readonly size_limit: string;
  readonly invalidation: string | null;
  readonly idle: number | null;
  readonly idle_limit: number;
  readonly current: string;
}

/**
 * Reads one slot; its only parameter is the slot's name, written as `parameter`. One row always, cheap enough for every few seconds. What older
 * servers do not have is read through JSON, where a missing column is NULL.
 */
export function slotStatement(parameter: '$1' | '?'): string {
  return `SELECT s.slot_name IS NOT NULL AS exists, s.active, s.wal_status, s.safe_wal_size::text AS safe,
      greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn))::text AS kept,
      greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), s.confirmed_flush_lsn))::text AS unconfirmed,
      pg_size_bytes(current_setting('max_slot_wal_keep_size'))::text AS size_limit,
      to_jsonb(s) ->> 'invalidation_reason' AS invalidation,
      extract(epoch FROM clock_timestamp() - (to_jsonb(s) ->> 'inactive_since')::timestamptz)::float8 AS idle,
      extract(epoch FROM coalesce(current_setting('idle_replication_slot_timeout', true), '0')::interval)::float8 AS idle_limit,
      (pg_current_wal_lsn() - '0/0'::pg_lsn)::text AS current
    FROM (SELECT 1) one LEFT JOIN pg_replication_slots s ON s.slot_name = ${parameter}`;
}

/** The reading of a row. */
export function readSlotRow(row: SlotRow): SlotReading {
  const bytes = (text: string | null): number | null => (text === null ? null : Number(text));
  const limit = Number(row.size_limit);
  return {
    exists: row.exists, active: row.active ?? false, walStatus: row.wal_status, safeBytes: bytes(row.safe), keptBytes: bytes(row.kept), unconfirmedBytes: bytes(row.unconfirmed),
    limitBytes: limit < 0 ? null : limit, invalidation: row.invalidation, idleSeconds: row.active === true ? null : row.idle,
    idleLimitSeconds: row.idle_limit > 0 ? row.idle_limit : null, currentLsn: BigInt(row.current.split('.')[0] ?? 0),
  };
}

/** How a slot is: fine, in danger of being given up, or gone. `reason` is a sentence for a person. */
export type SlotHealth =
  | { readonly level: 'ok'; readonly reason: null }
  | { readonly level: 'warning' | 'lost'; readonly reason: string };

// A quarter of the allowance: at the rate that used up three quarters there is a third of that time left to act.
const leftShare = 0.25;
// Where the server has no limit the disk is the limit, which nobody tells us; this much is never the lag of a consumer that keeps up.
const keptWithoutLimit = 10 * 1024 ** 3;
// A part that died is back within seconds.
const unreadAfterSeconds = 60;

/** Judges a slot before it is too late. */
export function assessSlot(slot: SlotReading): SlotHealth {
  if (!slot.exists) return { level: 'lost', reason: 'The replication slot is missing; the stream makes a new one and reads every row again' };
  if (slot.walStatus === 'lost' || slot.invalidation !== null) {
    return { level: 'lost', reason: `The replication slot was given up by the server (${slot.invalidation ?? 'its log was removed'}); the stream heals this by reading every row again` };
  }
  if (slot.walStatus === 'unreserved') return warning('The log that the replication slot needs may be removed at the next checkpoint');
  const { limitBytes: limit, safeBytes: safe, keptBytes: kept } = slot;
  if (limit !== null && safe !== null && safe < limit * leftShare) return warning(`The replication slot may fall behind by only ${mega(safe)} MB more, of ${mega(limit)} MB`);
  if (limit === null && kept !== null && kept > keptWithoutLimit) return warning(`The replication slot keeps ${mega(kept)} MB of log and nothing limits it: set max_slot_wal_keep_size`);
  const { idleSeconds: idle, idleLimitSeconds: idleLimit } = slot;
  if (idle !== null && idleLimit !== null && idle > idleLimit / 2) return warning(`Nobody has read the replication slot for ${Math.round(idle)} s; the server gives it up after ${Math.round(idleLimit)} s`);
  if (idle !== null && idle > unreadAfterSeconds) return warning(`Nobody has read the replication slot for ${Math.round(idle)} s`);
  return { level: 'ok', reason: null };
}

function warning(reason: string): SlotHealth {
  return { level: 'warning', reason };
}

function mega(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
