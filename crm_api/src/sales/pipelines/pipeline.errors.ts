import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';

/** 409: deals stand in what is to be removed. */
export const dealsInside = (what: 'pipeline' | 'stage'): CrmError =>
  new CrmError(409, `${what}_in_use`, `Deals stand in this ${what}. Move them to another one first.`);

/** 404: no such stage in the pipeline. */
export const stageNotFound = (id: string): CrmError => new CrmError(404, 'stage_not_found', `The pipeline has no stage ${id}. See its stages under /crm/v1/pipelines.`);

/** 422: the probability contradicts the kind. */
export const probabilityAgainstKind = (): CrmError =>
  invalidBody([{ path: 'probability', code: 'probability_against_kind', message: '"probability" must be 1 for a stage of the kind "won" and 0 for "lost".' }]);
