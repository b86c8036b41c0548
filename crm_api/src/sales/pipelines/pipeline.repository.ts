import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import { CrudRepository } from '../../kernel/crud/crud.repository.js';
import { pipelineResource } from './pipeline.schema.js';

/** The columns of a stage that people set. */
export interface StageValues {
  name?: string;
  name_ar?: string | null;
  position?: number;
  kind?: 'open' | 'won' | 'lost';
  probability?: number;
  forecast_category?: string;
}

/** Rows of pipelines and their stages. */
export class PipelineRepository extends CrudRepository {
  constructor() {
    super(pipelineResource);
  }

  /** A stage of the pipeline, locked; a deleted one where that is asked for. */
  async lockStage(trx: Knex.Transaction, pipelineId: string, id: string, deleted = false): Promise<(Required<StageValues> & { id: string }) | undefined> {
    return trx('crm_core.crm_stages').where({ id, pipeline_id: pipelineId }).whereRaw('(deleted_at IS NOT NULL) = ?', [deleted]).forUpdate()
      .first<(Required<StageValues> & { id: string }) | undefined>('id', 'name', 'name_ar', 'position', 'kind', 'probability', 'forecast_category');
  }

  /** The place after the last stage. */
  async nextPosition(db: Reader, pipelineId: string): Promise<number> {
    const row = await db('crm_core.crm_stages').where({ pipeline_id: pipelineId }).whereNull('deleted_at').max<{ last: number | null } | undefined>({ last: 'position' }).first();
    return (row?.last ?? 0) + 1;
  }

  /** Inserts a stage and returns its id. */
  async insertStage(trx: Knex.Transaction, pipelineId: string, values: StageValues): Promise<string> {
    const rows = await trx('crm_core.crm_stages').insert({ pipeline_id: pipelineId, ...values }).returning<{ id: string }[]>('id');
    return rows[0]?.id ?? '';
  }

  /** Changes a stage. */
  async updateStage(trx: Knex.Transaction, id: string, values: StageValues & { deleted_at?: Date | null }): Promise<void> {
    await trx('crm_core.crm_stages').where({ id }).update(values);
  }

  /** Whether deals stand in a pipeline or stage. */
  async hasDeals(db: Reader, column: 'pipeline_id' | 'stage_id', id: string): Promise<boolean> {
    return (await db('crm_core.crm_deals').where(column, id).whereNull('deleted_at').first<{ id: string } | undefined>('id')) !== undefined;
  }

  /** Lets no other pipeline be the default one. */
  async clearDefault(trx: Knex.Transaction): Promise<void> {
    await trx('crm_core.crm_pipelines').where({ is_default: true }).whereNull('deleted_at').update({ is_default: false });
  }
}
