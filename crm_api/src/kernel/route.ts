import type { Request, RouteOptions } from '@hapi/hapi';
import type { Action, Resource as PermissionResource } from 'crm_db';
import type Joi from 'joi';
import type { Actor } from './context/actor.js';
import type { Call } from './context/call.js';
import type { Deprecation } from './contract/deprecation.js';

/** Everything below this path is the API. */
export const apiPrefix = '/crm/v1';

/**
 * Who may call a route: somebody with a permission, anybody signed in, or (only where there is nothing to protect) anybody.
 * A route without this does not exist in the type system, and one smuggled past it stops the server from starting.
 */
export type Access = { readonly resource: PermissionResource; readonly action: Action } | 'signed_in' | 'public';

/** What a handler is given, all of it validated. */
export interface Input {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** The request itself, for headers, streams and multipart. */
  readonly request: Request;
}

/** An answer other than 200 with a JSON body. */
export class Reply {
  constructor(readonly status: number, readonly body: unknown, readonly headers: Readonly<Record<string, string>> = {}) {}

  /** 201 with the address of what was made. */
  static created(path: string, body: unknown): Reply {
    return new Reply(201, body, { location: `${apiPrefix}${path}` });
  }

  /** 204. */
  static none(): Reply {
    return new Reply(204, null);
  }
}

/** What a handler returns that has answered on the raw response itself. */
export const answered = Symbol('answered');

/** A route as a declaration; `kernel/server` turns it into hapi's and into its part of the OpenAPI document. */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/crm/v1`, with hapi's `{name}` placeholders. */
  readonly path: string;
  /** The operationId: unique, in camelCase. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** The `crm_feature_*` without which the route answers 404 `feature_disabled`. */
  readonly feature?: string | null;
  readonly params?: Joi.ObjectSchema;
  readonly query?: Joi.ObjectSchema;
  readonly body?: Joi.Schema;
  /** Media types of the body; JSON unless told otherwise. */
  readonly consumes?: readonly string[];
  /** Schema by status; null where there is no body. */
  readonly responses: Readonly<Record<number, Joi.Schema | null>>;
  /** The media type of the answer, where it is not JSON. */
  readonly produces?: string;
  /** Problem statuses worth naming beside those that every route may answer. */
  readonly problems?: readonly number[];
  /** Set where the route is on its way out: its answers and the document say so. */
  readonly deprecated?: Deprecation;
  /** True for a POST that changes nothing, such as a question with a long body: it needs no `Idempotency-Key`. */
  readonly readOnly?: boolean;
  /** True where the answer holds a secret that is shown once: it is not kept for a repeated `Idempotency-Key`. */
  readonly secretAnswer?: boolean;
  /** True where the answer goes on for minutes, as events do: what is measured of the request ends where the answer begins. */
  readonly lasting?: boolean;
  /** Accepts the bare token in Authorization, as Cube's clients send it. */
  readonly bareToken?: boolean;
  /** Reads who asks from a token of the route's own kind, which is no access token; throws the problem to answer with. */
  readonly caller?: (request: Request, token: string) => Promise<Actor>;
  /** Hapi's own options, for uploads and streams. */
  readonly hapi?: RouteOptions;
  handle(call: Call, input: Input): Promise<unknown>;
}

/** Declares a route; exists so that declarations are checked where they stand. */
export function route(spec: RouteSpec): RouteSpec {
  return spec;
}

/** Whether requests of a route can change something; questions with a long body do not. */
export function changesSomething(spec: RouteSpec): boolean {
  // Sign-in routes are marked read-only to keep their answers from being remembered, but they do change what they are about.
  return spec.method !== 'GET' && (spec.readOnly !== true || spec.tag === 'auth');
}

declare module '@hapi/hapi' {
  interface PluginSpecificConfiguration {
    crm?: { spec: RouteSpec };
  }
  interface RequestApplicationState {
    call?: Call;
    requestId?: string;
  }
}
