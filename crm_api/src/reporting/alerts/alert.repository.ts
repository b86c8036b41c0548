import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { AlertChange, AlertRow, Finding } from './alert.types.js';

const table = 'crm_core.crm_alerts';
const select = `SELECT t.id, t.name, t.owner_id, u.name AS owner_name, t.question, t.condition, t.additive, t.is_enabled, t.state, t.firing_since, t.value::text, t.expected_low::text, t.expected_high::text, t.problem, t.found,
  t.checked_at, t.lsn::text, t.committed_at, t.created_at, t.updated_at FROM ${table} t JOIN crm_core.crm_users u ON u.id = t.owner_id`;

/** Somebody's alerts, those that fire first. */
export async function listAlerts(db: Reader, ownerId: string): Promise<AlertRow[]> {
  return (await db.raw<{ rows: AlertRow[] }>(`${select} WHERE t.owner_id = ? AND t.deleted_at IS NULL ORDER BY (t.state = 'firing') DESC, t.name, t.id LIMIT 1000`, [ownerId])).rows;
}

/** One alert of somebody, or of anybody for the worker (`ownerId` null), locked where asked for. */
export async function findAlert(db: Reader, ownerId: string | null, id: string, lock: boolean): Promise<AlertRow | undefined> {
  return (await db.raw<{ rows: AlertRow[] }>(`${select} WHERE t.id = ? AND t.deleted_at IS NULL${ownerId === null ? '' : ' AND t.owner_id = ?'}${lock ? ' FOR NO KEY UPDATE OF t' : ''}`, ownerId === null ? [id] : [id, ownerId])).rows[0];
}

/** How many alerts somebody has. The owner's row is locked, so that two requests at once cannot pass a limit. */
export async function countAlerts(trx: Knex.Transaction, ownerId: string): Promise<number> {
  await trx.raw('SELECT 1 FROM crm_core.crm_users WHERE id = ? FOR NO KEY UPDATE', [ownerId]);
  const { rows } = await trx.raw<{ rows: { count: number }[] }>(`SELECT count(*)::int AS count FROM ${table} WHERE owner_id = ? AND deleted_at IS NULL`, [ownerId]);
  return rows[0]?.count ?? 0;
}

type Stored = AlertChange & { readonly additive?: boolean; readonly next_check_at?: Date; readonly deleted_at?: Date };
const stored = ({ question, condition, ...rest }: Stored): Record<string, unknown> =>
  ({ ...rest, ...(question === undefined ? {} : { question: JSON.stringify(question) }), ...(condition === undefined ? {} : { condition: JSON.stringify(condition) }) });

/** Stores an alert. */
export async function insertAlert(trx: Knex.Transaction, values: Stored & { readonly owner_id: string }): Promise<string> {
  const [row] = await trx(table).insert(stored(values)).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Changes an alert. */
export async function updateAlert(trx: Knex.Transaction, id: string, patch: Stored): Promise<void> {
  await trx(table).where({ id }).update(stored(patch));
}

/** Notes what a look found. `firingSince` is kept, set or ended by who judges. */
export async function noteFinding(trx: Knex.Transaction, id: string, { state, value, expected, problem, watermark, found }: Finding, firingSince: Date | null): Promise<void> {
  await trx(table).where({ id }).update({
    state, value, expected_low: expected?.low ?? null, expected_high: expected?.high ?? null, problem, lsn: watermark?.lsn ?? null, committed_at: watermark?.committed_at ?? null, firing_since: firingSince, checked_at: trx.fn.now(),
    // What cannot be looked at keeps its name, and the rows that crossed before.
    ...(found === null ? {} : { found: JSON.stringify(found) }),
  });
}

/** Notes that a look failed by no fault of the alert: what was found before stays. */
export async function noteFailure(db: Reader, id: string, problem: string): Promise<void> {
  await db(table).where({ id }).update({ problem });
}

/** Takes alerts that are due, each for one worker alone, until `forSeconds` from now. */
export async function takeDueAlerts(db: Knex, limit: number, forSeconds: number): Promise<{ readonly id: string; readonly owner_id: string }[]> {
  return (await db.raw<{ rows: { id: string; owner_id: string }[] }>(`UPDATE ${table} SET next_check_at = now() + make_interval(secs => ?) WHERE id IN (
    SELECT id FROM ${table} WHERE is_enabled AND deleted_at IS NULL AND next_check_at <= now() ORDER BY next_check_at LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING id, owner_id`, [forSeconds, limit])).rows;
}
