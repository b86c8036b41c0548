import type { Pool, PoolClient } from 'pg';
import type { ScorerDocument } from '../training/scorer.model.js';
import type { Skill } from '../training/win.trainer.js';

/** State of a model in the registry. */
export type ModelState = 'training' | 'insufficient_data' | 'active' | 'retired' | 'rejected' | 'failed';

/** What the registry says about the newest version of a kind. */
export interface LatestModel { id: string; version: number; state: ModelState; trainedAt: Date | null; won: number; lost: number }

/** The model in use. */
export interface ActiveModel { id: string; version: number; scorer: ScorerDocument; skill: Skill; dataTo: Date | null }

/** How a training ended; the artifact is kept of every model that was ever fit to use. */
export interface ModelOutcome {
  state: Exclude<ModelState, 'training' | 'retired'>;
  method: string | null;
  dataFrom: Date | null;
  dataTo: Date | null;
  dataLsn: bigint | null;
  codeVersion: string;
  metrics: Record<string, unknown>;
  parameters: Record<string, unknown>;
  artifact: ScorerDocument | null;
  message: string | null;
}

/** The newest version, in whatever state. */
export async function latestModel(pool: Pool, kind: 'win'): Promise<LatestModel | null> {
  const { rows } = await pool.query<{ id: string; version: number; state: ModelState; trained_at: Date | null; won: number | null; lost: number | null }>(
    `SELECT id, version, state, trained_at, (metrics->>'n_won')::int AS won, (metrics->>'n_lost')::int AS lost
     FROM crm_core.crm_models WHERE kind = $1 AND deleted_at IS NULL ORDER BY version DESC LIMIT 1`, [kind]);
  const row = rows[0];
  return row ? { id: row.id, version: row.version, state: row.state, trainedAt: row.trained_at, won: row.won ?? 0, lost: row.lost ?? 0 } : null;
}

/** The model in use, or null while there is none. */
export async function activeModel(pool: Pool, kind: 'win'): Promise<ActiveModel | null> {
  const { rows } = await pool.query<{ id: string; version: number; artifact: ScorerDocument; skill: Skill; data_to: Date | null }>(
    `SELECT id, version, artifact, metrics->>'skill' AS skill, data_to FROM crm_core.crm_models WHERE kind = $1 AND state = 'active' AND deleted_at IS NULL`, [kind]);
  const row = rows[0];
  return row ? { id: row.id, version: row.version, scorer: row.artifact, skill: row.skill, dataTo: row.data_to } : null;
}

/** Opens a version in state `training`; a version that ended without a model is opened again instead of being piled upon. */
export async function openModel(pool: Pool, kind: 'win'): Promise<string> {
  return await inTransaction(pool, async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('crm_models'))`);
    const reused = await client.query<{ id: string }>(
      `UPDATE crm_core.crm_models SET state = 'training'
       WHERE id = (SELECT id FROM crm_core.crm_models WHERE kind = $1 AND deleted_at IS NULL ORDER BY version DESC LIMIT 1)
         AND state IN ('training', 'insufficient_data', 'failed') RETURNING id`, [kind]);
    if (reused.rows[0]) return reused.rows[0].id;
    const made = await client.query<{ id: string }>(
      `INSERT INTO crm_core.crm_models (kind, version, state)
       SELECT $1, coalesce(max(version), 0) + 1, 'training' FROM crm_core.crm_models WHERE kind = $1 AND deleted_at IS NULL RETURNING id`, [kind]);
    return (made.rows[0] as { id: string }).id;
  });
}

/** Closes a version; an active one retires its predecessor in the same transaction. */
export async function closeModel(pool: Pool, kind: 'win', id: string, outcome: ModelOutcome): Promise<void> {
  await inTransaction(pool, async (client) => {
    if (outcome.state === 'active') {
      await client.query(`UPDATE crm_core.crm_models SET state = 'retired' WHERE kind = $1 AND state = 'active' AND id <> $2`, [kind, id]);
    }
    await client.query(
      `UPDATE crm_core.crm_models SET state = $2, method = $3, trained_at = now(), data_from = $4, data_to = $5, data_lsn = $6, code_version = $7,
         metrics = $8, parameters = $9, artifact = $10, message = $11 WHERE id = $1`,
      [
        id, outcome.state, outcome.method, outcome.dataFrom, outcome.dataTo, outcome.dataLsn === null ? null : outcome.dataLsn.toString(), outcome.codeVersion,
        JSON.stringify(outcome.metrics), JSON.stringify(outcome.parameters), outcome.artifact === null ? null : JSON.stringify(outcome.artifact), outcome.message,
      ]);
  });
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection whose transaction failed is thrown away: its state is unknown.
    client.release(true);
    throw error;
  }
}
