import Joi from 'joi';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { GraphqlRequest, GraphqlService } from './graphql.service.js';

const body = Joi.object({
  query: Joi.string().max(50_000).required().description('One GraphQL document.'),
  variables: Joi.object().unknown(true).allow(null),
  operationName: Joi.string().max(200).allow(null),
  extensions: Joi.object().unknown(true).allow(null),
}).required().label('GraphqlRequest');

const answer = Joi.object({
  data: Joi.object().unknown(true).allow(null),
  errors: Joi.array().items(Joi.object({ message: Joi.string().required(), extensions: Joi.object({ code: Joi.string().required() }).unknown(true).required() }).unknown(true)),
}).unknown(true).label('GraphqlAnswer');

/** `POST /graphql`: every resource in one question. Members hold their own permissions, so that the route needs only somebody signed in. */
export function graphqlRoute(service: GraphqlService): RouteSpec {
  return route({
    method: 'POST', path: '/graphql', id: 'graphql', tag: 'graphql', summary: 'Ask and change records by GraphQL', access: 'signed_in', feature: 'crm_feature_graphql',
    body, responses: { 200: answer, 400: answer },
    async handle(call, input) {
      const request = input.body as Record<string, unknown>;
      const { status, body: result } = await service.answer(call, {
        query: String(request['query']),
        ...(request['variables'] ? { variables: request['variables'] as Record<string, unknown> } : {}),
        ...(typeof request['operationName'] === 'string' ? { operationName: request['operationName'] } : {}),
      } satisfies GraphqlRequest);
      // Apollo's objects have no prototype; answers are plain JSON.
      return new Reply(status, JSON.parse(JSON.stringify(result)), { 'cache-control': 'no-store' });
    },
  });
}
