import Joi from 'joi';
import { crudRoutes, idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { schemasOf } from '../../kernel/crud/crud.schema.js';
import { field } from '../../kernel/crud/fields.js';
import { inputSchema } from '../../kernel/crud/values.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { StageValues } from './pipeline.repository.js';
import { pipelineResource } from './pipeline.schema.js';
import { PipelineService } from './pipeline.service.js';

const stageInputs = {
  name: inputSchema(field.text('The name, unique in the pipeline.', { required: true })),
  name_ar: inputSchema(field.text('The name in Arabic.')),
  position: inputSchema(field.integer('The place in the order, from 1.', { min: 1, max: 1000, nullable: false })),
  kind: inputSchema(field.choice(['open', 'won', 'lost'], 'What a deal in it is.', { nullable: false })),
  probability: inputSchema(field.number('Of winning, by experience; 1 for won and 0 for lost.', { min: 0, max: 1, nullable: false })),
  forecast_category: inputSchema(field.choice(['omitted', 'pipeline', 'best_case', 'commit', 'closed'], 'How the forecast counts it.', { nullable: false })),
};
const create = Joi.object({ ...stageInputs, name: stageInputs.name.required() }).required().label('StageCreate');
const patch = Joi.object(stageInputs).min(1).required().label('StagePatch');
const stageParams = idParams.keys({ stage_id: Joi.string().guid().lowercase().required().description('The id of the stage.') });

/** `/pipelines`, each with its stages. */
export function pipelineRoutes(): RouteSpec[] {
  const service = new PipelineService();
  const shared = { tag: 'pipelines', feature: pipelineResource.feature, problems: [404, 409, 422] };
  const { detail } = schemasOf(pipelineResource);
  const write = { resource: 'pipelines', action: 'write' } as const;
  return [
    ...crudRoutes(service),
    route({
      ...shared, method: 'POST', path: '/pipelines/{id}/stages', id: 'createStage', summary: 'Add a stage', access: write, params: idParams, body: create,
      responses: { 201: detail },
      handle: async (call, { params, body }) => {
        const id = params['id'] ?? '';
        return Reply.created(`/pipelines/${id}`, await call.db.transaction((trx) => service.addStage(trx, call, id, body as StageValues)));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: '/pipelines/{id}/stages/{stage_id}', id: 'updateStage', summary: 'Change a stage', access: write, params: stageParams,
      body: patch, consumes: jsonTypes, responses: { 200: detail },
      handle: (call, { params, body }) => call.db.transaction((trx) => service.changeStage(trx, call, params['id'] ?? '', params['stage_id'] ?? '', body as StageValues)),
    }),
    route({
      ...shared, method: 'DELETE', path: '/pipelines/{id}/stages/{stage_id}', id: 'deleteStage', summary: 'Delete a stage without deals',
      access: { resource: 'pipelines', action: 'delete' }, params: stageParams, responses: { 204: null },
      handle: async (call, { params }) => {
        await call.db.transaction((trx) => service.removeStage(trx, call, params['id'] ?? '', params['stage_id'] ?? ''));
        return Reply.none();
      },
    }),
    route({
      ...shared, method: 'POST', path: '/pipelines/{id}/stages/{stage_id}/restore', id: 'restoreStage', summary: 'Bring a deleted stage back, behind the last one',
      access: { resource: 'pipelines', action: 'delete' }, params: stageParams, responses: { 200: detail },
      handle: (call, { params }) => call.db.transaction((trx) => service.restoreStage(trx, call, params['id'] ?? '', params['stage_id'] ?? '')),
    }),
  ];
}
