import pg from 'pg';
import { parseLsn } from '../../mappings/lsn.codec.js';
import { errorCode } from '../../outcomes/error.classifier.js';
import { defaultSilenceMs, endClient } from './postgres.client.js';

/** A replication slot as the server sees it. */
export interface SlotState {
  readonly confirmedLsn: bigint;
  readonly restartLsn: bigint | null;
  /** True when the server threw away log that the slot still needed. */
  readonly lost: boolean;
  readonly active: boolean;
}

/** A slot's exact starting point, with a snapshot that other connections can read as long as this one is held. */
export interface HeldSnapshot {
  readonly snapshotName: string;
  /** Everything committed before this position is in the snapshot and nothing after. */
  readonly consistentLsn: bigint;
  /**
   * Older than every change that the slot will deliver: a transaction which was running at the consistent point has changes
   * before that point that are not in the snapshot, so rows of the snapshot carry this position to lose against them.
   */
  readonly versionLsn: bigint;
  /** Lets the snapshot go (and a temporary slot with it). */
  release(): Promise<void>;
}

/** State of a slot, null when there is none by this name in this database. */
export async function readSlot(client: pg.ClientBase, name: string): Promise<SlotState | null> {
  const { rows } = await client.query<{ confirmed: string | null; restart: string | null; wal_status: string | null; active: boolean }>(
    `SELECT confirmed_flush_lsn::text AS confirmed, restart_lsn::text AS restart, wal_status, active
     FROM pg_replication_slots WHERE slot_name = $1 AND database = current_database() AND plugin = 'pgoutput'`, [name]);
  const row = rows[0];
  if (!row) return null;
  return {
    confirmedLsn: row.confirmed === null ? 0n : parseLsn(row.confirmed),
    restartLsn: row.restart === null ? null : parseLsn(row.restart),
    lost: row.wal_status === 'lost' || row.restart === null || row.confirmed === null,
    active: row.active,
  };
}

/** Drops a slot if it exists; the server refuses while another process reads it. */
export async function dropSlot(client: pg.ClientBase, name: string): Promise<void> {
  await client.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [name]);
}

/**
 * Creates a logical slot and exports the snapshot of its consistent point. The server first waits for the transactions that are
 * running, so this rejects with {@link SlotTimeoutError} when one of them stays open for `timeoutMs`.
 */
export async function createSlot(url: string, name: string, options: { readonly temporary: boolean; readonly timeoutMs: number; readonly silenceMs?: number }): Promise<HeldSnapshot> {
  const { silenceMs = defaultSilenceMs } = options;
  const config: pg.ClientConfig & { replication: string } = {
    connectionString: url, replication: 'database', application_name: 'crm_cdc_snapshot', keepAlive: true, connectionTimeoutMillis: silenceMs, query_timeout: options.timeoutMs + silenceMs,
    // Waiting for a transaction to end is waiting for its lock; on the server, so that no half-made slot stays behind.
    options: `-c lock_timeout=${options.timeoutMs}`,
  };
  const client = new pg.Client(config);
  // A broken connection shows as the failure of the query that uses the snapshot.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ consistent_point: string; snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT ${pg.escapeIdentifier(name)} ${options.temporary ? 'TEMPORARY ' : ''}LOGICAL pgoutput (SNAPSHOT 'export')`);
    const created = rows[0]!;
    const consistentLsn = parseLsn(created.consistent_point);
    return { snapshotName: created.snapshot_name, consistentLsn, versionLsn: await restartOf(url, name, silenceMs), release: () => endClient(client) };
  } catch (cause) {
    await endClient(client);
    if (errorCode(cause) === '55P03') {
      throw new SlotTimeoutError(`No consistent point within ${Math.round(options.timeoutMs / 1000)} s: a long transaction is open in Postgres; end it (see pg_stat_activity) and try again`, { cause });
    }
    throw cause;
  }
}

/** Raised when running transactions keep a slot from being created; passes once they end. */
export class SlotTimeoutError extends Error {
  override readonly name = 'SlotTimeoutError';
}

async function restartOf(url: string, name: string, silenceMs: number): Promise<bigint> {
  const client = new pg.Client({ connectionString: url, application_name: 'crm_cdc_snapshot', connectionTimeoutMillis: silenceMs, query_timeout: silenceMs });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const slot = await readSlot(client, name);
    if (slot?.restartLsn === undefined || slot.restartLsn === null) throw new Error(`replication slot ${name} vanished while it was created`);
    return slot.restartLsn;
  } finally {
    await endClient(client);
  }
}
