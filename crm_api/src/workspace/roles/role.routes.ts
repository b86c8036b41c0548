import Joi from 'joi';
import { route, type RouteSpec } from '../../kernel/route.js';
import { listRoles } from './role.repository.js';

const role = Joi.object({
  id: Joi.string().guid().required(), key: Joi.string().required(), name: Joi.string().required(), name_ar: Joi.string().required(),
  permissions: Joi.object().required().description('resource → action → scope.'), version: Joi.number().integer().required(),
}).label('Role');

/** `/roles`: the role matrix in force. */
export function roleRoutes(): RouteSpec[] {
  return [route({
    method: 'GET', path: '/roles', id: 'listRoles', tag: 'roles', access: { resource: 'roles', action: 'read' }, summary: 'Roles and what they permit',
    responses: { 200: Joi.object({ items: Joi.array().items(role).required(), next_cursor: Joi.valid(null).required() }).label('RolePage') },
    handle: async (call) => ({ items: await listRoles(call.db), next_cursor: null }),
  })];
}
