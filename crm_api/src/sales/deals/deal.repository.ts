import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { dealResource } from './deal.schema.js';

/** A stage as the rules of deals need it. */
export interface StageRow {
  id: string;
  pipeline_id: string;
  name: string;
  kind: 'open' | 'won' | 'lost';
}

/** One stay of a deal in a stage. */
export interface HistoryRow {
  id: string;
  entered_at: Date;
  left_at: Date | null;
  from_stage: { id: string; name: string } | null;
  to_stage: { id: string; name: string };
  changed_by: { id: string; name: string } | null;
  amount: string | null;
  currency: string | null;
}

const stageColumns = ['id', 'pipeline_id', 'name', 'kind'] as const;

/** Rows of deals, the stages they stand in and their way through them. */
export class DealRepository extends CrudRepository {
  constructor() {
    super(dealResource);
  }

  /** A stage by id. */
  async stage(db: Reader, id: string): Promise<StageRow | undefined> {
    return db('crm_core.crm_stages').where({ id }).whereNull('deleted_at').first<StageRow | undefined>(...stageColumns);
  }

  /** The first stage of a pipeline, of a kind where one is wanted. */
  async firstStage(db: Reader, pipelineId: string, kind: StageRow['kind']): Promise<StageRow | undefined> {
    return db('crm_core.crm_stages').where({ pipeline_id: pipelineId, kind }).whereNull('deleted_at').orderBy('position').first<StageRow | undefined>(...stageColumns);
  }

  /** The pipeline for deals that name none. */
  async defaultPipelineId(db: Reader): Promise<string | undefined> {
    const row = await db('crm_core.crm_pipelines').whereNull('deleted_at').orderBy([{ column: 'is_default', order: 'desc' }, 'created_at']).first<{ id: string } | undefined>('id');
    return row?.id;
  }

  /** The currency in which the tenant reports. */
  async reportingCurrency(db: Reader): Promise<string> {
    const row = await db('crm_core.crm_tenants').whereNull('deleted_at').first<{ reporting_currency: string } | undefined>('reporting_currency');
    return row?.reporting_currency ?? 'USD';
  }

  /** Notes that the deal entered a stage: ends the stay before and begins the next. Needs the deal's row lock. */
  async enterStage(trx: Knex.Transaction, entry: { dealId: string; fromStageId: string | null; toStageId: string; by: string | null; at: string | null; amount: unknown; currency: unknown }): Promise<void> {
    // The clock, not now(): a transaction that waited for the lock began before its predecessor ended.
    const at = entry.at === null ? trx.raw('clock_timestamp()') : trx.raw('?::timestamptz', [entry.at]);
    const [left] = await trx('crm_core.crm_deal_stage_history').where({ deal_id: entry.dealId }).whereNull('left_at').whereNull('deleted_at')
      .update({ left_at: trx.raw('greatest(entered_at, ?)', [at]) }).returning<{ left_at: Date }[]>(trx.raw('left_at::text AS left_at'));
    await trx('crm_core.crm_deal_stage_history').insert({
      deal_id: entry.dealId, from_stage_id: entry.fromStageId, to_stage_id: entry.toStageId, changed_by: entry.by,
      entered_at: left ? left.left_at : at, amount: entry.amount, currency: entry.currency,
    });
  }

  /** The way of a deal through the stages, oldest first. */
  async history(db: Reader, dealId: string): Promise<HistoryRow[]> {
    const named = (table: string, column: string, label: string): string =>
      `(SELECT json_build_object('id', r.id, 'name', r.name) FROM crm_core.${table} r WHERE r.id = h.${column}) AS ${label}`;
    return db('crm_core.crm_deal_stage_history as h').where('h.deal_id', dealId).whereNull('h.deleted_at').orderBy(['h.entered_at', 'h.id'])
      .select<HistoryRow[]>('h.id', 'h.entered_at', 'h.left_at', 'h.amount', 'h.currency', db.raw([
        named('crm_stages', 'from_stage_id', 'from_stage'), named('crm_stages', 'to_stage_id', 'to_stage'), named('crm_users', 'changed_by', 'changed_by'),
      ].join(', ')));
  }
}
