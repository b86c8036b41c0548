import type { Knex } from 'knex';
import type pg from 'pg';
import { createKnex } from '../connection.js';
import { dropForLoad } from './bulk.js';
import { dateText } from './calendar.js';
import { generate } from './generate.js';
import { sampleTables, type SampleTable } from './rows.js';
import { CopySink } from './sink.js';
import type { Anchors, DealTruth, SampleSize, StageAnchor } from './world.js';

/** What to load. */
export interface SampleOptions {
  readonly size: SampleSize;
  /** The same seed on the same day gives the same rows. */
  readonly seed: number;
  /** The day the history ends; default today (UTC). */
  readonly today?: Date;
  /** Drop indexes and constraints around the load; default for all but `small`. */
  readonly bulk?: boolean;
  /** Receives lines of progress. */
  readonly onProgress?: (line: string) => void;
  /** Receives the truth behind each decided deal, for comparing models with the best that is possible. */
  readonly onTruth?: (truth: DealTruth) => void;
}

/** What was loaded. */
export interface SampleResult {
  /** False when the database held accounts already: then nothing was changed. */
  readonly loaded: boolean;
  readonly rows: ReadonlyMap<SampleTable, number>;
  readonly milliseconds: number;
}

async function readAnchors(client: pg.ClientBase): Promise<Anchors> {
  const stages = await client.query<StageAnchor & { pipeline_id: string }>(`
    SELECT s.id, s.pipeline_id, s.name, s.kind, s.forecast_category AS category, s.probability::float8 FROM crm_core.crm_stages s JOIN crm_core.crm_pipelines p ON p.id = s.pipeline_id
    WHERE p.is_default AND p.deleted_at IS NULL AND s.deleted_at IS NULL ORDER BY s.position`);
  const open = stages.rows.filter((stage) => stage.kind === 'open');
  const won = stages.rows.find((stage) => stage.kind === 'won');
  const lost = stages.rows.find((stage) => stage.kind === 'lost');
  if (open.length !== 5 || won === undefined || lost === undefined) {
    throw new Error('The sample needs the default pipeline with five open stages, a won and a lost one; run it on a new database, after the migrations');
  }
  const users = await client.query<{ id: string; email: string }>('SELECT id, email::text FROM crm_core.crm_users WHERE email IS NOT NULL AND deleted_at IS NULL');
  const roles = await client.query<{ id: string; key: string }>('SELECT id, key FROM crm_core.crm_roles WHERE deleted_at IS NULL');
  return {
    pipelineId: won.pipeline_id, openStages: open, wonStage: won, lostStage: lost,
    users: new Map(users.rows.map(({ email, id }) => [email, id])), roles: new Map(roles.rows.map(({ key, id }) => [key, id])),
  };
}

async function fill(client: pg.ClientBase, options: SampleOptions): Promise<SampleResult> {
  const begun = performance.now();
  const report = options.onProgress ?? ((): void => undefined);
  await client.query('BEGIN');
  try {
    // A second loader waits here, then finds the accounts of the first.
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('crm_sample'))`);
    const present = await client.query('SELECT 1 FROM crm_core.crm_accounts LIMIT 1');
    if (present.rowCount !== 0) {
      await client.query('ROLLBACK');
      return { loaded: false, rows: new Map(), milliseconds: Math.round(performance.now() - begun) };
    }
    const anchors = await readAnchors(client);
    const restore = options.bulk ?? options.size !== 'small' ? await dropForLoad(client) : undefined;
    const sink = new CopySink(client);
    const plan = await generate({ sink, anchors, size: options.size, seed: options.seed, today: options.today ?? new Date(), onTruth: options.onTruth, onProgress(share) {
      report(`sample: crm_activities ${sink.counts.get('crm_activities') ?? 0} rows (${Math.round(share * 100)} %, ${Math.round((performance.now() - begun) / 1000)} s)`);
    } });
    await sink.end();
    for (const table of sampleTables) report(`sample: ${table} ${sink.counts.get(table) ?? 0} rows`);
    for (const { id, teamId, managerId, region, hiredOn } of plan.placements) {
      await client.query(
        `UPDATE crm_core.crm_users SET team_id = $2, manager_id = $3, region = $4, hired_on = $5::date, created_at = $5::date, updated_at = $5::date WHERE id = $1`,
        [id, teamId, managerId, region, dateText(hiredOn)],
      );
    }
    for (const { teamId, managerId } of plan.managers) {
      await client.query(`UPDATE crm_core.crm_teams SET manager_id = $2, updated_at = created_at + interval '1 hour' WHERE id = $1`, [teamId, managerId]);
    }
    // A business that nobody knows has no margin; this one has, unless somebody said another.
    await client.query('UPDATE crm_core.crm_tenants SET gross_margin = 0.78 WHERE gross_margin IS NULL');
    if (restore !== undefined) {
      report(`sample: building indexes (${Math.round((performance.now() - begun) / 1000)} s)`);
      await restore();
    }
    await client.query('COMMIT');
    await client.query('ANALYZE');
    return { loaded: true, rows: sink.counts, milliseconds: Math.round(performance.now() - begun) };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // The connection may be gone; the first error counts.
    throw error;
  }
}

/**
 * Fills a migrated, seeded database with the sample: everything in one transaction, so that a crash leaves nothing. A database that holds
 * accounts is left alone.
 */
export async function loadSample(database: Knex | string, options: SampleOptions): Promise<SampleResult> {
  const knex = typeof database === 'string' ? createKnex(database, { max: 1, applicationName: 'crm_sample' }) : database;
  try {
    const pool = knex.client as { acquireConnection(): Promise<pg.Client>; releaseConnection(client: pg.Client): Promise<void> };
    const client = await pool.acquireConnection();
    try {
      return await fill(client, options);
    } finally {
      await pool.releaseConnection(client);
    }
  } finally {
    if (typeof database === 'string') await knex.destroy();
  }
}
