import Joi from 'joi';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { openapiDocument } from './openapi.document.js';

/** `GET /openapi.json`, made of all routes (its own included) on first use. */
export function openapiRoute(all: () => readonly RouteSpec[]): RouteSpec {
  let text: string | null = null;
  return route({
    method: 'GET', path: '/openapi.json', id: 'getOpenapi', tag: 'meta', access: 'public', summary: 'This document',
    produces: 'application/json', responses: { 200: Joi.object().unknown(true) },
    handle: () => {
      text ??= JSON.stringify(openapiDocument(all()));
      return Promise.resolve(new Reply(200, text, { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' }));
    },
  });
}
