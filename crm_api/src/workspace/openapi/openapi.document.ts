import Joi from 'joi';
import { STATUS_CODES } from 'node:http';
import { takesKey } from '../../kernel/contract/idempotency.js';
import { apiPrefix, type RouteSpec } from '../../kernel/route.js';
import { toJsonSchema, type JsonSchema } from './joi.document.js';

const problem = Joi.object({
  type: Joi.string().required(), title: Joi.string().required(), status: Joi.number().integer().required(), detail: Joi.string().required(),
  code: Joi.string().required().description('Stable; what programs may rely on.'), instance: Joi.string().required().description('Names the request in the logs.'), trace_id: Joi.string().hex().length(32).description('The trace of the request (W3C Trace Context), through all parts.'),
  errors: Joi.array().items(Joi.object({ path: Joi.string().allow('').required(), code: Joi.string().required(), message: Joi.string().required() })),
}).unknown(true).label('Problem');

/** The OpenAPI 3.1 document of the given routes; nothing in it is written by hand but the frame. */
export function openapiDocument(routes: readonly RouteSpec[]): JsonSchema {
  const components = new Map<string, JsonSchema>();
  toJsonSchema(problem, components);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const spec of routes) {
    const path = `${apiPrefix}${spec.path}`;
    (paths[path] ??= {})[spec.method.toLowerCase()] = operation(spec, components);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'CRM API', version: '1', description: 'Operational records, imports and analytics. Errors are RFC 9457 problem documents.' },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((spec) => spec.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        oauth2: {
          type: 'oauth2',
          flows: {
            password: { tokenUrl: `${apiPrefix}/auth/token`, refreshUrl: `${apiPrefix}/auth/token`, scopes: {} },
            clientCredentials: { tokenUrl: `${apiPrefix}/auth/token`, scopes: {} },
          },
        },
      },
    },
  };
}

function operation(spec: RouteSpec, components: Map<string, JsonSchema>): JsonSchema {
  const parameters = [...parametersOf(spec.params, 'path', components), ...parametersOf(spec.query, 'query', components), ...headersOf(spec)];
  const permission = typeof spec.access === 'object' ? `${spec.access.resource}:${spec.access.action}` : spec.access;
  return {
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.deprecated ? { deprecated: true, 'x-crm-sunset': spec.deprecated.sunset } : {}),
    'x-crm-permission': permission,
    ...(spec.feature ? { 'x-crm-feature': spec.feature } : {}),
    security: spec.access === 'public' ? [] : [{ bearer: [] }, { oauth2: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(spec.body ? {
      requestBody: {
        required: true,
        content: Object.fromEntries((spec.consumes ?? ['application/json']).map((type) => [type, { schema: toJsonSchema(spec.body ?? Joi.any(), components) }])),
      },
    } : {}),
    responses: responsesOf(spec, components),
  };
}

const text = { type: 'string' };

function headersOf(spec: RouteSpec): JsonSchema[] {
  const header = (name: string, description: string): JsonSchema => ({ name, in: 'header', required: false, description, schema: text });
  return [
    ...(takesKey(spec) ? [header('Idempotency-Key', '1–255 visible ASCII characters. A repetition within 24 hours is given the first answer again and does nothing.')] : []),
    ...(versioned(spec) ? [header('If-Match', 'The ETag of the record as you read it; 412 where it was changed since.')] : []),
  ];
}

/** Changes of one record by its id. */
const versioned = (spec: RouteSpec): boolean => spec.method !== 'GET' && spec.path.includes('/{id}') && typeof spec.access === 'object';

function parametersOf(schema: Joi.ObjectSchema | undefined, place: 'path' | 'query', components: Map<string, JsonSchema>): JsonSchema[] {
  const described = schema?.describe() as { keys?: Record<string, { flags?: { presence?: string; description?: string } }> } | undefined;
  return Object.entries(described?.keys ?? {}).map(([name, key]) => {
    const { description, ...value } = toJsonSchema(schema?.extract([name]) ?? Joi.any(), components);
    return {
      name, in: place, required: place === 'path' || key.flags?.presence === 'required', ...(description === undefined ? {} : { description }), schema: value,
    };
  });
}

function responsesOf(spec: RouteSpec, components: Map<string, JsonSchema>): JsonSchema {
  const responses: Record<string, unknown> = {};
  for (const [status, schema] of Object.entries(spec.responses)) {
    responses[status] = {
      description: STATUS_CODES[status] ?? 'Answer',
      ...(schema || spec.produces !== undefined ? { content: { [spec.produces ?? 'application/json']: { schema: schema ? toJsonSchema(schema, components) : {} } } } : {}),
    };
  }
  const problems = new Set([...(spec.problems ?? []), 400, 500, 503, ...(spec.access === 'public' ? [] : [401, 403]), ...(spec.feature ? [404] : []), ...(takesKey(spec) ? [409, 422] : []), ...(versioned(spec) ? [412] : []), ...(spec.access === 'public' ? [] : [429]), ...(spec.body ? [413, 415, 422] : [])]);
  for (const status of [...problems].sort((a, b) => a - b)) {
    responses[String(status)] ??= { description: STATUS_CODES[status] ?? 'Error', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  }
  return responses;
}
