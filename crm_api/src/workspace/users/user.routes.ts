import Joi from 'joi';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import { crudRoutes, idParams } from '../../kernel/crud/crud.routes.js';
import { schemasOf } from '../../kernel/crud/crud.schema.js';
import { route, type RouteSpec } from '../../kernel/route.js';
import { userResource } from './user.schema.js';
import { UserService } from './user.service.js';

const roles = Joi.object({ roles: Joi.array().items(Joi.string().max(100)).unique().required().description('Keys of roles.') }).required().label('UserRoles');

/** `/users`. */
export function userRoutes(actors: ActorReader): RouteSpec[] {
  const service = new UserService();
  return [
    ...crudRoutes(service),
    route({
      method: 'PUT', path: '/users/{id}/roles', id: 'setUserRoles', tag: 'users', summary: 'Make the roles of a user exactly these',
      access: { resource: 'roles', action: 'write' }, params: idParams, body: roles, problems: [404, 409, 422], responses: { 200: schemasOf(userResource).detail },
      async handle(call, { params, body }) {
        const item = await call.db.transaction((trx) => service.setRoles(trx, call, params['id'] ?? '', (body as { roles: string[] }).roles));
        actors.forget();
        return item;
      },
    }),
  ];
}
