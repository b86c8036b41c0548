import type { Boom } from '@hapi/boom';
import type { Lifecycle, Plugin, Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import Joi from 'joi';
import type { Logger } from 'pino';
import { CrmError, invalidBody, invalidQuery } from '../errors/crm.error.js';
import { fieldProblems } from '../errors/joi.problems.js';
import { fromPostgres, unavailable } from '../errors/pg.errors.js';
import { problemBody, problemType } from '../errors/problem.js';
import { apiPrefix } from '../route.js';
import { inTrace } from '../telemetry/request.trace.js';

/** Maps every error to RFC 9457 in one place; nothing of a fault of ours leaves the server but its request id. */
export const errorsPlugin: Plugin<{ log: Logger }> = {
  name: 'crm-errors',
  register(server, { log }) {
    server.ext('onPreResponse', (request, h) => inTrace(request, () => {
      const { response } = request;
      if (!('isBoom' in response)) return h.continue;
      const error = toCrmError(request, response);
      if (error.status >= 500) log.error({ err: error.cause ?? response, request_id: request.app.requestId, path: request.path }, error.message);
      return reply(request, h, error);
    }));
  },
};

function reply(request: Request, h: ResponseToolkit, error: CrmError): ResponseObject {
  const body = problemBody(error, request.app.requestId ?? request.info.id);
  // As bytes, so that hapi does not validate or re-type it.
  const response = h.response(JSON.stringify(body)).code(error.status).type(problemType).header('cache-control', 'no-store');
  response.charset('');
  for (const [name, value] of Object.entries(error.headers)) response.header(name, value);
  return response;
}

function toCrmError(request: Request, boom: Boom): CrmError {
  // hapi decorates a thrown Error in place, so a CrmError arrives as both.
  const thrown: Error = boom;
  if (thrown instanceof CrmError) return thrown;
  if (thrown instanceof Joi.ValidationError || validationSource(boom) !== null) return fromJoi(boom);
  const fromDatabase = fromPostgres(thrown);
  if (fromDatabase) return fromDatabase;
  const status = boom.output.statusCode;
  switch (status) {
    case 400: return new CrmError(400, 'malformed_body', `${boom.message}. Send one valid JSON document.`, { cause: boom });
    case 404: return unknownRoute(request);
    case 413: return new CrmError(413, 'body_too_large', `${boom.message}. Send less at once.`, { cause: boom });
    case 415: return new CrmError(415, 'unsupported_media_type', 'The body\'s Content-Type is missing or not understood here. Send application/json (see openapi.json for each route).', { cause: boom });
    case 408: return new CrmError(408, 'body_too_slow', 'The body did not arrive in time. Send it again.', { cause: boom });
    case 503: return new CrmError(503, 'overloaded', 'The server cannot answer at the moment. Try again in a few seconds.', { cause: boom, headers: { 'retry-after': '2' } });
    default:
  }
  if (status >= 400 && status < 500) return new CrmError(status, `http_${status}`, boom.message, { cause: boom });
  if (/Timeout acquiring a connection|Connection terminated/i.test(boom.message)) return unavailable(boom);
  return new CrmError(500, 'internal_error', `Something went wrong on our side. Tell support the request id ${request.app.requestId ?? request.info.id}.`, { cause: boom });
}

function validationSource(boom: Boom): string | null {
  const validation: unknown = 'validation' in boom.output.payload ? boom.output.payload['validation'] : null;
  return validation !== null && typeof validation === 'object' && 'source' in validation ? String(validation.source) : null;
}

function fromJoi(boom: Boom): CrmError {
  const source = validationSource(boom);
  const details = 'details' in boom && Array.isArray(boom['details']) ? (boom['details'] as Joi.ValidationErrorItem[]) : [];
  const errors = fieldProblems(details);
  return source === 'payload' ? invalidBody(errors) : invalidQuery(errors);
}


const methods = ['get', 'post', 'patch', 'put', 'delete'] as const;

/** A path that exists with other methods is 405 and says which; any other is 404. */
function unknownRoute(request: Request): CrmError {
  const allowed = methods.filter((method) => request.server.match(method, request.path)?.settings.plugins?.crm !== undefined);
  if (allowed.length > 0 && !allowed.some((method) => method === request.method)) {
    const allow = allowed.map((method) => method.toUpperCase()).join(', ');
    return new CrmError(405, 'method_not_allowed', `${request.method.toUpperCase()} is not possible here; use ${allow}.`, { headers: { allow } });
  }
  return new CrmError(404, 'route_not_found', `There is nothing at ${request.path}. See ${apiPrefix}/openapi.json for what exists.`);
}

/** Keeps Joi's error, with all its details, for the mapping above. */
export const failValidation: Lifecycle.Method = (_request, _h, error) => {
  throw error ?? new Error('Validation failed');
};
