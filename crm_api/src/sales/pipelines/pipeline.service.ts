import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { CrudService, type Item, type Values } from '../../kernel/crud/crud.service.js';
import { placeTaken } from '../../kernel/crud/restore.errors.js';
import { audit } from '../../kernel/crud/trail.js';
import { dealsInside, probabilityAgainstKind, stageNotFound } from './pipeline.errors.js';
import { PipelineRepository, type StageValues } from './pipeline.repository.js';

/** The rules of pipelines: one is the default, stages with deals stay. */
export class PipelineService extends CrudService {
  constructor(private readonly pipelines = new PipelineRepository()) {
    super(pipelines);
  }

  /** Adds a stage, at the end where no position is given. */
  async addStage(trx: Knex.Transaction, call: Call, pipelineId: string, values: StageValues): Promise<Item> {
    await this.pipelines.get(trx, call, pipelineId, { action: 'write', lock: true });
    const stage = withProbability({ position: await this.pipelines.nextPosition(trx, pipelineId), kind: 'open', ...values });
    const id = await this.pipelines.insertStage(trx, pipelineId, stage);
    await audit(trx, call, { action: 'create', entity: 'stages', entityId: id, after: { ...stage } });
    return this.get(trx, call, pipelineId);
  }

  /** Changes a stage. */
  async changeStage(trx: Knex.Transaction, call: Call, pipelineId: string, stageId: string, values: StageValues): Promise<Item> {
    await this.pipelines.get(trx, call, pipelineId, { action: 'write', lock: true });
    const current = await this.pipelines.lockStage(trx, pipelineId, stageId);
    if (!current) throw stageNotFound(stageId);
    // Another kind would change the outcome of every deal in the stage behind its back.
    if (values.kind !== undefined && values.kind !== current.kind && await this.pipelines.hasDeals(trx, 'stage_id', stageId)) throw dealsInside('stage');
    const patch = values.kind === undefined && values.probability === undefined ? values
      : withProbability({ ...values, kind: values.kind ?? current.kind, probability: values.probability ?? (values.kind === undefined ? Number(current.probability) : undefined) });
    await this.pipelines.updateStage(trx, stageId, patch);
    await audit(trx, call, { action: 'update', entity: 'stages', entityId: stageId, before: { ...current }, after: { ...patch } });
    return this.get(trx, call, pipelineId);
  }

  /** Hides a stage in which no deal stands. */
  async removeStage(trx: Knex.Transaction, call: Call, pipelineId: string, stageId: string): Promise<void> {
    await this.pipelines.get(trx, call, pipelineId, { action: 'delete', lock: true });
    if (!(await this.pipelines.lockStage(trx, pipelineId, stageId))) throw stageNotFound(stageId);
    if (await this.pipelines.hasDeals(trx, 'stage_id', stageId)) throw dealsInside('stage');
    await this.pipelines.updateStage(trx, stageId, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'stages', entityId: stageId });
  }

  /** Brings a hidden stage back, behind the last one. @throws CrmError 409 where another stage has its name by now. */
  async restoreStage(trx: Knex.Transaction, call: Call, pipelineId: string, stageId: string): Promise<Item> {
    await this.pipelines.get(trx, call, pipelineId, { action: 'delete', lock: true });
    const current = await this.pipelines.lockStage(trx, pipelineId, stageId, true);
    if (!current) throw stageNotFound(stageId);
    await this.pipelines.updateStage(trx, stageId, { deleted_at: null, position: await this.pipelines.nextPosition(trx, pipelineId) })
      .catch((error: unknown) => { throw placeTaken('stage', error) ?? error; });
    await audit(trx, call, { action: 'restore', entity: 'stages', entityId: stageId, after: { name: current.name } });
    return this.get(trx, call, pipelineId);
  }

  protected override async beforeCreate(trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    if (input['is_default'] === true) await this.pipelines.clearDefault(trx);
    return input;
  }

  protected override async beforeUpdate(trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    if (input['is_default'] === true && current['is_default'] !== true) await this.pipelines.clearDefault(trx);
    return input;
  }

  protected override async beforeRemove(trx: Knex.Transaction, _call: Call, current: Row): Promise<void> {
    if (await this.pipelines.hasDeals(trx, 'pipeline_id', current.id)) throw dealsInside('pipeline');
  }
}

function withProbability(values: StageValues): StageValues {
  const fixed = values.kind === 'won' ? 1 : values.kind === 'lost' ? 0 : null;
  if (fixed !== null && values.probability !== undefined && values.probability !== fixed) throw probabilityAgainstKind();
  return { ...values, probability: fixed ?? values.probability ?? 0.5 };
}
