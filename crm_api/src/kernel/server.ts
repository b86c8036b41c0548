import Hapi, { type RouteOptions, type Server, type ServerRoute } from '@hapi/hapi';
import inert from '@hapi/inert';
import Joi from 'joi';
import { readFileSync } from 'node:fs';
import { constants, createBrotliCompress } from 'node:zlib';
import { ConfigError, isSecure, type ApiConfig, type TlsConfig } from '../config.js';
import { originOf } from './audit/request.origin.js';
import { ActorReader } from './auth/actor.reader.js';
import { TokenKeys } from './auth/token.keys.js';
import { systemActor, type Actor } from './context/actor.js';
import { addressOf } from './context/caller.address.js';
import type { Call } from './context/call.js';
import type { Deps } from './context/deps.js';
import { requireNotice } from './contract/deprecation.js';
import { onceByKey } from './contract/idempotency.js';
import { acceptedVersions, entityTag } from './contract/record.version.js';
import { strictBody, strictQuery } from './crud/values.js';
import { featureOff } from './errors/crm.error.js';
import { problemType } from './errors/problem.js';
import { auditPlugin } from './plugins/audit.plugin.js';
import { authPlugin } from './plugins/auth.plugin.js';
import { errorsPlugin, failValidation } from './plugins/errors.plugin.js';
import { headersPlugin } from './plugins/headers.plugin.js';
import { limitsPlugin } from './plugins/limits.plugin.js';
import { telemetryPlugin } from './plugins/telemetry.plugin.js';
import { inTrace } from './telemetry/request.trace.js';
import { answered, apiPrefix, Reply, type RouteSpec } from './route.js';

/** What route factories are given to build on. */
export interface Kernel {
  readonly config: ApiConfig;
  readonly deps: Deps;
  readonly keys: TokenKeys;
  readonly actors: ActorReader;
}

/** How a server is put together. */
export interface ServerOptions {
  /** Builds the routes on the kernel. */
  readonly routes: (kernel: Kernel) => readonly RouteSpec[];
  /** Further plugins or plain hapi routes, such as the UI's files, declared `plugins.crm` or not answering under `/crm`. */
  readonly extend?: (server: Server, kernel: Kernel, routes: readonly RouteSpec[]) => Promise<void>;
  /** Answers 500 where an answer breaks its own schema; on in tests, where it proves the OpenAPI document true. */
  readonly checkResponses?: boolean;
}

const anonymous = systemActor('anonymous');

// Longer than balancers and clients keep a connection that rests: whoever closes it first must be the one who knows that no request is on its way.
const restingConnectionMs = 75_000;

/** Makes a server, ready for `inject` and `start`; throws where a route is declared wrongly. */
export async function buildServer(config: ApiConfig, deps: Deps, options: ServerOptions): Promise<Server> {
  const server = Hapi.server({
    ...(config.tls ? { tls: tlsOptions(config.tls) } : {}),
    host: config.host,
    port: config.port,
    // Answers under a kilobyte would only grow.
    compression: { minBytes: 1024 },
    // An event must not wait until a compressor has enough of them.
    mime: { override: { 'text/event-stream': { compressible: false } } },
    router: { stripTrailingSlash: true },
    routes: { payload: { maxBytes: config.maxBodyBytes }, state: { parse: false, failAction: 'ignore' } },
    debug: false,
  });
  server.listener.keepAliveTimeout = restingConnectionMs;
  server.encoder('br', (brotli: object | undefined) => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 }, ...brotli }));
  const kernel: Kernel = {
    config, deps,
    keys: new TokenKeys(deps.db, config.issuer, config.accessTokenSeconds),
    actors: new ActorReader(deps.db),
  };
  await server.register(inert);
  await server.register({ plugin: telemetryPlugin, options: { measures: deps.measures ?? null } });
  await server.register({ plugin: errorsPlugin, options: { log: deps.log } });
  await server.register({ plugin: headersPlugin, options: { secure: isSecure(config) } });
  await server.register({ plugin: authPlugin, options: kernel });
  await server.register({ plugin: auditPlugin, options: { config, deps } });
  await server.register({ plugin: limitsPlugin, options: { limits: config.rateLimits } });
  server.ext('onPreAuth', async (request, h) => {
    const spec = request.route.settings.plugins?.crm?.spec;
    const feature = spec?.feature;
    // Public routes without a feature, health above all, must answer also while the database is gone.
    if (spec && (feature || spec.access !== 'public')) await deps.flags.refresh();
    if (feature && !deps.flags.isOn(feature)) throw featureOff(feature);
    return h.continue;
  });
  const routes = options.routes(kernel);
  const ids = new Set<string>();
  for (const spec of routes) {
    if (ids.has(spec.id)) throw new Error(`Two routes have the operationId ${spec.id}; rename one`);
    ids.add(spec.id);
    requireNotice(spec);
    server.route(toHapi(spec, kernel, options.checkResponses === true));
  }
  await options.extend?.(server, kernel, routes);
  requireAccess(server);
  await server.initialize();
  return server;
}

function tlsOptions({ certFile, keyFile, minVersion }: TlsConfig): { cert: Buffer; key: Buffer; minVersion: TlsConfig['minVersion'] } {
  const read = (name: string, file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (cause) {
      throw new ConfigError(`${name} names ${file}, which cannot be read. Set it to a PEM file that the product's user may read.`, { cause });
    }
  };
  return { cert: read('CRM_TLS_CERT', certFile), key: read('CRM_TLS_KEY', keyFile), minVersion };
}

/** A route under the API without declared access, or one whose declaration hapi does not enforce, must never serve. */
export function requireAccess(server: Server): void {
  for (const { path, method, settings } of server.table()) {
    if (!path.startsWith('/crm')) continue;
    const access = settings.plugins?.crm?.spec.access;
    const declaredAuth: unknown = settings.auth; // Typed without the false that `auth: false` leaves here.
    const open = declaredAuth === false;
    if (access === undefined) throw new Error(`${method.toUpperCase()} ${path} declares no permission; declare it with route({ access })`);
    if (open && access !== 'public') throw new Error(`${method.toUpperCase()} ${path} declares a permission but is open; do not override its auth`);
  }
}

function toHapi(spec: RouteSpec, kernel: Kernel, checkResponses: boolean): ServerRoute {
  const writes = spec.method !== 'GET' && (spec.body !== undefined || spec.hapi?.payload !== undefined);
  const options: RouteOptions = {
    ...spec.hapi,
    ...(spec.access === 'public' ? { auth: false } : {}),
    plugins: { crm: { spec } },
    validate: {
      failAction: failValidation,
      ...(spec.params ? { params: spec.params.prefs(strictQuery) } : {}),
      query: (spec.query ?? Joi.object({})).prefs(strictQuery),
      // A form only has text; JSON has types, and those are not guessed.
      ...(spec.body ? { payload: spec.body.prefs(isJson(spec) ? strictBody : strictQuery) } : {}),
    },
    ...(writes ? { payload: { allow: [...(spec.consumes ?? ['application/json'])], maxBytes: kernel.config.maxBodyBytes, ...spec.hapi?.payload } } : {}),
    ...(checkResponses ? { response: responseCheck(spec) } : {}),
  };
  return {
    method: spec.method,
    path: `${apiPrefix}${spec.path}`,
    options: {
      ...options,
      handler: (request, h) => inTrace(request, async () => {
        const call: Call = {
          actor: request.app.actor ?? anonymous, db: kernel.deps.db, jobs: kernel.deps.jobs, config: kernel.config, log: kernel.deps.log,
          requestId: request.app.requestId ?? request.info.id, ip: addressOf(request, kernel.config), origin: originOf(request), ifMatch: acceptedVersions(request.headers['if-match']), feature: (key) => kernel.deps.flags.isOn(key),
        };
        const input = { params: request.params as Record<string, string>, query: request.query, body: request.payload, request };
        const answer = await onceByKey(spec, request, call, (inner) => spec.handle(inner, input));
        if (answer === answered) return h.abandon;
        const reply = answer instanceof Reply ? answer : new Reply(200, answer);
        const response = h.response(reply.body as Hapi.ResponseValue).code(reply.status);
        // Records change; only a client that asks again may reuse an answer.
        if (reply.headers['cache-control'] === undefined) response.header('cache-control', 'no-cache, private');
        const tag = entityTag(reply.body);
        if (tag !== undefined) response.header('etag', tag);
        for (const [name, value] of Object.entries(reply.headers)) response.header(name, value);
        // hapi would say of every JSON that it is UTF-8, which JSON always is.
        if (reply.headers['content-type'] === problemType) response.charset('');
        return response;
      }),
    },
  };
}

const isJson = (spec: RouteSpec): boolean => (spec.consumes ?? ['application/json']).every((type) => /json/.test(type));

function responseCheck(spec: RouteSpec): RouteOptions['response'] {
  const status: Record<number, Joi.Schema> = {};
  for (const [code, schema] of Object.entries(spec.responses)) if (schema && spec.produces === undefined) status[Number(code)] = schema;
  return { status, options: { abortEarly: false, convert: false }, failAction: 'error', modify: false };
}

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    actor?: Actor;
  }
}
