import type { Knex } from 'knex';
import type { WrittenRow } from './record.writer.js';

/** Stages of deals before they are written, locked until the transaction ends. */
export async function lockStages(trx: Knex.Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await trx<{ id: string; stage_id: string }>('crm_core.crm_deals').select('id', 'stage_id').whereIn('id', [...ids]).forUpdate();
  return new Map(rows.map((row) => [row.id, row.stage_id]));
}

/** Writes stage history of imported deals. A file says when a deal was created and closed, so these are the moments recorded; stages in between are unknown and not invented. */
export async function recordStages(trx: Knex.Transaction, written: readonly WrittenRow[], before: ReadonlyMap<string, string>, actorId: string | null): Promise<void> {
  const moved = written.filter(({ row, id, outcome }) => outcome === 'created' || (outcome === 'updated' && before.get(id) !== row.values['stage']));
  if (moved.length === 0) return;
  const entries = moved.map(({ row, id, outcome }) => ({
    deal_id: id,
    from_stage_id: before.get(id) ?? null,
    to_stage_id: row.values['stage'],
    entered_at: row.values['closed_at'] ?? (outcome === 'created' ? (row.values['created_at'] ?? null) : null),
    changed_by: actorId,
  }));
  await trx.raw(
    `UPDATE crm_core.crm_deal_stage_history h SET left_at = greatest(h.entered_at, coalesce(i.entered_at, now()))
       FROM jsonb_to_recordset(?::jsonb) AS i(deal_id uuid, entered_at timestamptz)
      WHERE h.deal_id = i.deal_id AND h.left_at IS NULL AND h.deleted_at IS NULL`,
    [JSON.stringify(entries)],
  );
  await trx.raw(
    `INSERT INTO crm_core.crm_deal_stage_history (deal_id, from_stage_id, to_stage_id, entered_at, changed_by, amount, currency)
     SELECT i.deal_id, i.from_stage_id, i.to_stage_id,
            greatest(coalesce(i.entered_at, now()), (SELECT max(h.left_at) FROM crm_core.crm_deal_stage_history h WHERE h.deal_id = i.deal_id)),
            i.changed_by, d.expected_value, d.currency
       FROM jsonb_to_recordset(?::jsonb) AS i(deal_id uuid, from_stage_id uuid, to_stage_id uuid, entered_at timestamptz, changed_by uuid)
       JOIN crm_core.crm_deals d ON d.id = i.deal_id`,
    [JSON.stringify(entries)],
  );
}
