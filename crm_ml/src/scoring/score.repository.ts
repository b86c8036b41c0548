import type { Pool } from 'pg';
import type { DealScore } from './win.scorer.js';

/** Rows per statement: large enough to be fast, small enough to lock few rows at once. */
const BATCH = 1000;

/**
 * Writes scores of deals that are still open; a score that is the same to four decimals by the same model is left alone, so that a
 * nightly run does not stream rows that say nothing new. Returns how many rows were written.
 */
export async function saveScores(pool: Pool, modelId: string, scores: readonly DealScore[]): Promise<number> {
  let written = 0;
  for (let from = 0; from < scores.length; from += BATCH) {
    const batch = scores.slice(from, from + BATCH);
    const result = await pool.query(
      `INSERT INTO crm_core.crm_deal_scores AS old (deal_id, model_id, probability, base_probability, reasons, scored_at)
       SELECT d.id, $1, round(s.probability, 4), round(s.base_probability, 4), s.reasons, now()
       FROM unnest($2::uuid[], $3::numeric[], $4::numeric[], $5::jsonb[]) AS s (deal_id, probability, base_probability, reasons)
       JOIN crm_core.crm_deals d ON d.id = s.deal_id AND d.status = 'open' AND d.deleted_at IS NULL
       LEFT JOIN crm_core.crm_deal_scores c ON c.deal_id = d.id
       WHERE c.id IS NULL OR c.deleted_at IS NOT NULL OR c.model_id <> $1 OR c.probability <> round(s.probability, 4)
       ORDER BY d.id
       ON CONFLICT (deal_id) DO UPDATE SET model_id = excluded.model_id, probability = excluded.probability, base_probability = excluded.base_probability,
         reasons = excluded.reasons, scored_at = excluded.scored_at, deleted_at = NULL`,
      [
        modelId, batch.map((s) => s.dealId), batch.map((s) => s.probability.toFixed(6)), batch.map((s) => s.baseProbability.toFixed(6)),
        batch.map((s) => JSON.stringify(s.reasons)),
      ],
    );
    written += result.rowCount ?? 0;
  }
  return written;
}
