import Joi from 'joi';
import type { FeatureFlags, FlagRow } from '../../kernel/flags.js';
import { route, type RouteSpec } from '../../kernel/route.js';
import { listFlags } from './flag.repository.js';
import { turnFlag } from './flag.service.js';

const flag = Joi.object({
  id: Joi.string().guid().required(), key: Joi.string().required(), enabled: Joi.boolean().required(), description: Joi.string().allow('').required(),
  updated_at: Joi.string().isoDate().required(),
}).label('Flag');
const present = (row: FlagRow): unknown => ({ ...row, updated_at: row.updated_at.toISOString() });

/** `/flags`: the features of the product, on and off. */
export function flagRoutes(flags: FeatureFlags): RouteSpec[] {
  return [
    route({
      method: 'GET', path: '/flags', id: 'listFlags', tag: 'flags', access: { resource: 'flags', action: 'read' }, summary: 'The features and whether they are on',
      responses: { 200: Joi.object({ items: Joi.array().items(flag).required(), next_cursor: Joi.valid(null).required() }).label('FlagPage') },
      handle: async (call) => ({ items: (await listFlags(call.db)).map(present), next_cursor: null }),
    }),
    route({
      method: 'PATCH', path: '/flags/{key}', id: 'updateFlag', tag: 'flags', access: { resource: 'flags', action: 'write' }, summary: 'Switch a feature on or off',
      params: Joi.object({ key: Joi.string().pattern(/^crm_feature_[a-z0-9_]+$/).max(100).required() }),
      body: Joi.object({ enabled: Joi.boolean().required() }).required().label('FlagPatch'), problems: [404], responses: { 200: flag },
      async handle(call, { params, body }) {
        const row = await call.db.transaction((trx) => turnFlag(trx, call, params['key'] ?? '', (body as { enabled: boolean }).enabled));
        flags.forget();
        return present(row);
      },
    }),
  ];
}
