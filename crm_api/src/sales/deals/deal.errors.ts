import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';

/** 422: the stage belongs to another pipeline than the deal. */
export const stageOfOtherPipeline = (): CrmError =>
  invalidBody([{ path: 'stage_id', code: 'stage_of_other_pipeline', message: '"stage_id" belongs to another pipeline; send a stage of the deal\'s pipeline, or pipeline_id as well.' }]);

/** 422: there is no such stage. */
export const unknownStage = (): CrmError =>
  invalidBody([{ path: 'stage_id', code: 'unknown_reference', message: '"stage_id" is not the id of a stage that exists; see /crm/v1/pipelines.' }]);

/** 422: there is no such pipeline, or it has no stage to start in. */
export const unknownPipeline = (): CrmError =>
  invalidBody([{ path: 'pipeline_id', code: 'unknown_reference', message: '"pipeline_id" is not the id of a pipeline with stages; see /crm/v1/pipelines.' }]);

/** 422: the pipeline has no stage for this outcome. */
export const noStageForStatus = (status: string): CrmError =>
  invalidBody([{ path: 'status', code: 'no_stage', message: `The pipeline has no stage of the kind "${status}"; send stage_id.` }]);

/** 422: the status contradicts the stage. */
export const statusAgainstStage = (status: string, kind: string): CrmError =>
  invalidBody([{ path: 'status', code: 'status_against_stage', message: `"status" is "${status}" but the stage makes the deal "${kind}"; send one of them, or both alike.` }]);

/** 422: an open deal cannot have a closing time. */
export const closedWhileOpen = (): CrmError =>
  invalidBody([{ path: 'closed_at', code: 'closed_while_open', message: '"closed_at" is only for won and lost deals; leave it out or move the deal to a closed stage.' }]);

/** 422: only lost deals have a reason of loss. */
export const reasonWithoutLoss = (): CrmError =>
  new CrmError(422, 'reason_without_loss', 'lost_reason is only for lost deals; leave it out or move the deal to a lost stage.',
    { errors: [{ path: 'lost_reason', code: 'reason_without_loss', message: '"lost_reason" is only for lost deals.' }] });
