import type { Pool } from 'pg';
import type { MlConfig } from '../config.js';
import { readAll, type WarehouseReader } from '../features/warehouse.reader.js';
import { modelMetrics, shortageMetrics } from '../registry/model.card.js';
import { activeModel, closeModel, openModel, type ActiveModel, type ModelState } from '../registry/model.registry.js';
import { decidePromotion } from '../training/win.promotion.js';
import { trainWinModel } from '../training/win.trainer.js';
import { saveScores } from './score.repository.js';
import { scoreOpenDeals } from './win.scorer.js';

/** What one scoring run did. */
export interface ScoringRun { scored: number; written: number; lsn: bigint }

/** Training and scoring of the win model on the running product. */
export class WinService {
  constructor(private readonly pool: Pool, private readonly reader: WarehouseReader, private readonly config: Pick<MlConfig, 'seed' | 'codeVersion'>) {}

  /** Trains, decides on promotion and writes the registry; returns the state that the new version has now. */
  async train(now = new Date()): Promise<ModelState> {
    const id = await openModel(this.pool, 'win');
    const { seed, codeVersion } = this.config;
    const common = { codeVersion, parameters: {}, artifact: null, method: null, dataFrom: null, dataTo: null, message: null, metrics: {} };
    try {
      const dataLsn = await this.watermark();
      const model = await trainWinModel(this.reader, seed, now);
      if (model.state === 'insufficient_data') {
        await closeModel(this.pool, 'win', id, { ...common, state: 'insufficient_data', dataLsn, metrics: shortageMetrics(model), message: model.message });
        return 'insufficient_data';
      }
      const promotion = decidePromotion(model.skill, await this.active(), model.rows, seed);
      const state = promotion.promote ? 'active' : 'rejected';
      await closeModel(this.pool, 'win', id, {
        state, method: model.scorer.name, dataFrom: model.dataFrom, dataTo: model.dataTo, dataLsn, codeVersion, metrics: modelMetrics(model),
        parameters: { seed, selection: model.selection, calibration: model.scorer.calibration }, artifact: model.scorer, message: promotion.reason ?? skillMessage(model.skill),
      });
      return state;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await closeModel(this.pool, 'win', id, { ...common, state: 'failed', dataLsn: null, message });
      throw error;
    }
  }

  /** Scores all open deals, or the given ones; does nothing while no model is in use or the feature is switched off. */
  async score(ids?: readonly string[], now = new Date()): Promise<ScoringRun> {
    const lsn = await this.watermark();
    const model = await this.active();
    let scored = 0, written = 0;
    if (!model || !(await this.enabled())) return { scored, written, lsn };
    for await (const scores of scoreOpenDeals(this.reader, model, now, ids)) {
      scored += scores.length;
      written += await saveScores(this.pool, model.id, scores);
    }
    return { scored, written, lsn };
  }

  /** The model in use. */
  async active(): Promise<ActiveModel | null> {
    return await activeModel(this.pool, 'win');
  }

  /** LSN up to which the warehouse is complete; 0 while it is empty or a snapshot is still filling some of its tables. */
  async watermark(): Promise<bigint> {
    const row = (await readAll(this.reader, `
      SELECT toString(if((SELECT countIf(state != 'streaming') FROM crm_raw._tables FINAL) > 0, 0, max(lsn))) AS lsn FROM crm_raw._watermark`))[0];
    return typeof row?.['lsn'] === 'string' ? BigInt(row['lsn']) : 0n;
  }

  /** Whether win scores are switched on. */
  async enabled(): Promise<boolean> {
    const { rows } = await this.pool.query<{ enabled: boolean }>(
      `SELECT bool_and(enabled) AS enabled FROM crm_core.crm_feature_flags WHERE key = 'crm_feature_win_scores' AND deleted_at IS NULL`);
    return rows[0]?.enabled ?? true;
  }
}

function skillMessage(skill: 'good' | 'low'): string | null {
  return skill === 'good' ? null : 'The newest closed deals were not predicted with certainty better than by the overall win rate; read the probabilities as indications.';
}
