import type { Knex } from 'knex';
import type { Reader } from '../../../kernel/context/call.js';
import type { MatchEntity } from '../duplicates/match.types.js';

/** A row of `crm_enrichment_proposals`. */
export interface ProposalRow {
  id: string;
  entity: MatchEntity;
  entity_id: string;
  provider: string;
  field: string;
  seen_value: string | null;
  proposed_value: string;
  status: 'open' | 'accepted' | 'rejected';
  decided_by: string | null;
  decided_at: Date | null;
  created_at: Date;
}

/** Keeps proposals; one that was made before, also one that was rejected, is not made again. */
export async function insertProposals(trx: Knex.Transaction, rows: readonly Pick<ProposalRow, 'entity' | 'entity_id' | 'provider' | 'field' | 'seen_value' | 'proposed_value'>[]): Promise<void> {
  if (rows.length === 0) return;
  await trx('crm_core.crm_enrichment_proposals').insert([...rows]).onConflict(trx.raw('(entity, entity_id, provider, field, md5(proposed_value)) WHERE deleted_at IS NULL')).ignore();
}

/** What is proposed for a record, or (null) for all of a kind. */
export function listProposals(db: Reader, entity: MatchEntity, entityId: string | null, status: string): Promise<ProposalRow[]> {
  return Promise.resolve(db<ProposalRow>('crm_core.crm_enrichment_proposals').where({ entity, status: status as ProposalRow['status'], ...(entityId === null ? {} : { entity_id: entityId }) }).whereNull('deleted_at').orderBy(entityId === null ? ['entity_id', 'field', 'id'] : ['field', 'provider', 'id']).limit(200).select('*'));
}

/** One proposal, locked. */
export function lockProposal(trx: Knex.Transaction, id: string): Promise<ProposalRow | undefined> {
  return Promise.resolve(trx<ProposalRow>('crm_core.crm_enrichment_proposals').where({ id }).whereNull('deleted_at').forUpdate().first('*'));
}

/** Notes what was decided. */
export async function decideProposal(trx: Knex.Transaction, id: string, status: 'accepted' | 'rejected', userId: string | null): Promise<void> {
  await trx('crm_core.crm_enrichment_proposals').where({ id }).update({ status, decided_by: userId, decided_at: trx.fn.now() });
}
