import Joi from 'joi';
import { crudRoutes, idParams } from '../../kernel/crud/crud.routes.js';
import { schemasOf } from '../../kernel/crud/crud.schema.js';
import type { Values } from '../../kernel/crud/crud.service.js';
import { inputSchema } from '../../kernel/crud/values.js';
import { route, type RouteSpec } from '../../kernel/route.js';
import { timelineRoute } from '../../workspace/timeline/timeline.routes.js';
import { dealResource } from './deal.schema.js';
import { DealService } from './deal.service.js';

const stageRef = Joi.object({ id: Joi.string().guid().required(), name: Joi.string().required() });
const history = Joi.object({
  items: Joi.array().items(Joi.object({
    id: Joi.string().guid().required(), entered_at: Joi.string().isoDate().required(), left_at: Joi.string().isoDate().allow(null).required(),
    from_stage: stageRef.allow(null).required(), to_stage: stageRef.required(), changed_by: stageRef.allow(null).required(),
    amount: Joi.string().allow(null).required(), currency: Joi.string().allow(null).required(),
  })).required(),
}).label('DealHistory');

const move = Joi.object({
  stage_id: Joi.string().guid().required().description('The stage to move to, of the deal\'s pipeline.'),
  ...pick('closed_at', 'lost_reason'),
}).required().label('DealStageMove');

function pick(...names: (keyof typeof dealResource.fields & string)[]): Record<string, Joi.Schema> {
  return Object.fromEntries(names.flatMap((name) => {
    const field = dealResource.fields[name];
    return field ? [[name, inputSchema(field)]] : [];
  }));
}

/** `/deals`, with the move between stages and the history of moves. */
export function dealRoutes(): RouteSpec[] {
  const service = new DealService();
  const shared = { tag: 'deals', feature: dealResource.feature, params: idParams };
  return [
    ...crudRoutes(service),
    timelineRoute(service),
    route({
      ...shared, method: 'POST', path: '/deals/{id}/stage', id: 'moveDeal', summary: 'Move one deal to another stage', access: { resource: 'deals', action: 'write' },
      body: move, problems: [404, 409, 422], responses: { 200: schemasOf(dealResource).detail },
      handle: (call, { params, body }) => call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as Values)),
    }),
    route({
      ...shared, method: 'GET', path: '/deals/{id}/history', id: 'getDealHistory', summary: 'The way of one deal through the stages, oldest first',
      access: { resource: 'deals', action: 'read' }, problems: [404], responses: { 200: history },
      handle: async (call, { params }) => ({ items: await service.history(call, params['id'] ?? '') }),
    }),
  ];
}
