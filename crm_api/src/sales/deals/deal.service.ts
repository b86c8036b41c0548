import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import { hiddenFields } from '../../kernel/crud/field.access.js';
import { CrudService, type Values } from '../../kernel/crud/crud.service.js';
import { closedWhileOpen, noStageForStatus, reasonWithoutLoss, stageOfOtherPipeline, statusAgainstStage, unknownPipeline, unknownStage } from './deal.errors.js';
import { DealRepository, type StageRow } from './deal.repository.js';

/** The rules of deals: the stage decides the status, every stay in a stage is kept. */
export class DealService extends CrudService {
  constructor(private readonly deals = new DealRepository()) {
    super(deals);
  }

  /** The way of a deal through its stages. */
  async history(call: Call, id: string): Promise<Values[]> {
    await this.deals.get(call.db, call, id);
    const rows = await this.deals.history(call.db, id);
    const hidden = hiddenFields(call.actor, 'deals');
    return rows.map((row) => ({ ...row, entered_at: row.entered_at.toISOString(), left_at: row.left_at?.toISOString() ?? null, currency: row.currency?.trimEnd() ?? null, ...(hidden.has('expected_value') ? { amount: null } : {}) }));
  }

  protected override async beforeCreate(trx: Knex.Transaction, _call: Call, input: Values): Promise<Values> {
    const stage = await this.startStage(trx, input);
    return {
      currency: await this.deals.reportingCurrency(trx),
      ...input,
      pipeline_id: stage.pipeline_id, stage_id: stage.id, ...outcome(stage, input, null),
    };
  }

  protected override async beforeUpdate(trx: Knex.Transaction, _call: Call, current: Row, input: Values): Promise<Values> {
    const { pipeline_id: pipeline, stage_id: stageId, status } = input;
    if (pipeline === undefined && stageId === undefined && status === undefined && input['closed_at'] === undefined && input['lost_reason'] === undefined) return input;
    const stage = await this.nextStage(trx, current, input);
    return { ...input, pipeline_id: stage.pipeline_id, stage_id: stage.id, ...outcome(stage, input, current) };
  }

  protected override async afterCreate(trx: Knex.Transaction, call: Call, row: Row): Promise<void> {
    await this.deals.enterStage(trx, {
      dealId: row.id, fromStageId: null, toStageId: String(row['stage_id']), by: call.actor.userId, at: row.created_at.toISOString(),
      amount: row['expected_value'], currency: row['currency'],
    });
  }

  protected override async afterUpdate(trx: Knex.Transaction, call: Call, before: Row, patch: Values): Promise<void> {
    if (typeof patch['stage_id'] !== 'string') return;
    const stage = await this.deals.stage(trx, patch['stage_id']);
    await this.deals.enterStage(trx, {
      dealId: before.id, fromStageId: String(before['stage_id']), toStageId: patch['stage_id'], by: call.actor.userId, at: null,
      amount: patch['expected_value'] ?? before['expected_value'], currency: patch['currency'] ?? before['currency'],
    });
    await this.tell(trx, call, { ...before, ...patch }, 'stage_changed', {
      from: before['stage'] ?? null, to: stage ? { id: stage.id, name: stage.name, kind: stage.kind } : null, status: patch['status'] ?? before['status'],
    });
  }

  private async startStage(trx: Knex.Transaction, input: Values): Promise<StageRow> {
    const { pipeline_id: pipeline, stage_id: stageId, status } = input;
    if (typeof stageId === 'string') return this.namedStage(trx, stageId, pipeline);
    const pipelineId = typeof pipeline === 'string' ? pipeline : await this.deals.defaultPipelineId(trx);
    return this.stageOfKind(trx, pipelineId, status);
  }

  private async nextStage(trx: Knex.Transaction, current: Row, input: Values): Promise<StageRow> {
    const { pipeline_id: pipeline, stage_id: stageId, status } = input;
    if (typeof stageId === 'string') return this.namedStage(trx, stageId, pipeline ?? current['pipeline_id']);
    const moved = pipeline !== undefined && pipeline !== current['pipeline_id'];
    const turned = status !== undefined && status !== current['status'];
    if (moved || turned) return this.stageOfKind(trx, String(pipeline ?? current['pipeline_id']), status ?? current['status']);
    return this.namedStage(trx, String(current['stage_id']), current['pipeline_id']);
  }

  private async namedStage(trx: Knex.Transaction, stageId: string, pipeline: unknown): Promise<StageRow> {
    const stage = await this.deals.stage(trx, stageId);
    if (!stage) throw unknownStage();
    if (typeof pipeline === 'string' && stage.pipeline_id !== pipeline) throw stageOfOtherPipeline();
    return stage;
  }

  private async stageOfKind(trx: Knex.Transaction, pipelineId: string | undefined, status: unknown): Promise<StageRow> {
    const kind = status === 'won' || status === 'lost' ? status : 'open';
    const stage = pipelineId === undefined ? undefined : await this.deals.firstStage(trx, pipelineId, kind);
    if (!stage) throw kind === 'open' ? unknownPipeline() : noStageForStatus(kind);
    return stage;
  }
}

/** Status, closing time and reason of loss as the stage demands them. */
function outcome(stage: StageRow, input: Values, current: Row | null): Values {
  const given = input['status'];
  if (given !== undefined && given !== stage.kind) throw statusAgainstStage(String(given), stage.kind);
  if (stage.kind === 'open') {
    if (typeof input['closed_at'] === 'string') throw closedWhileOpen();
    if (typeof input['lost_reason'] === 'string') throw reasonWithoutLoss();
    return { status: 'open', closed_at: null, lost_reason: null };
  }
  if (stage.kind === 'won' && typeof input['lost_reason'] === 'string') throw reasonWithoutLoss();
  const before = current?.['status'] === stage.kind && current['closed_at'] instanceof Date ? current['closed_at'].toISOString() : null;
  return {
    status: stage.kind,
    closed_at: input['closed_at'] ?? before ?? new Date().toISOString(),
    ...(stage.kind === 'won' ? { lost_reason: null } : {}),
  };
}
