import type { Action } from 'crm_db';
import Joi from 'joi';
import { requireScope } from '../context/actor.js';
import type { Call } from '../context/call.js';
import { acceptedVersions } from '../contract/record.version.js';
import { CrmError, invalidBody } from '../errors/crm.error.js';
import { fieldProblems } from '../errors/joi.problems.js';
import { fromPostgres } from '../errors/pg.errors.js';
import { problemBody } from '../errors/problem.js';
import { route, type RouteSpec } from '../route.js';
import type { CrudRouteOptions } from './crud.routes.js';
import { schemasOf } from './crud.schema.js';
import { typeName } from './resource.js';
import type { CrudService, Values } from './crud.service.js';

/** Operations of one request: what a write's time limit of 600 ms leaves room for. */
const maxOperations = 200;

interface Operation {
  readonly op: 'create' | 'update' | 'delete';
  readonly id?: string;
  readonly if_match?: string;
  readonly values?: Values;
}

interface Result {
  readonly status: number;
  readonly item?: unknown;
  readonly problem?: unknown;
}

/** Ends the transaction of an all-or-nothing request whose results are worth telling. */
class Undone extends Error {
  constructor(readonly results: readonly Result[]) {
    super('undone');
  }
}

const statusOf = { create: 201, update: 200, delete: 204 } as const;
const actionOf: Readonly<Record<Operation['op'], Action>> = { create: 'write', update: 'write', delete: 'delete' };

/** `POST /{resource}/bulk`: many creations, changes and deletions in one transaction, each refused or done by itself unless all hang together. */
export function bulkRoute(service: CrudService, options: CrudRouteOptions): RouteSpec[] {
  const { resource } = service;
  const schemas = schemasOf(resource);
  const allowed = (['create', 'update', 'delete'] as const).filter((op) => (op === 'delete' ? options.remove : options[op]) !== false);
  if (allowed.length === 0) return [];
  const id = Joi.string().guid().lowercase();
  const shapes = {
    create: Joi.object({ op: Joi.valid('create').required(), values: schemas.create.required() }),
    update: Joi.object({ op: Joi.valid('update').required(), id: id.required(), if_match: Joi.string().max(200), values: schemas.patch.required() }),
    delete: Joi.object({ op: Joi.valid('delete').required(), id: id.required(), if_match: Joi.string().max(200) }),
  };
  const word = typeName(resource.name);
  const operation = Joi.object({
    op: Joi.valid(...allowed).required(), id: id.description('Of the record to change or delete.'),
    if_match: Joi.string().max(200).description('The ETag of the record as you read it.'), values: Joi.object().unknown(true).description('As for the route of one record.'),
  });
  return [route({
    tag: resource.name, feature: resource.feature, method: 'POST', path: `/${resource.name}/bulk`, id: `bulk${word}`,
    summary: `Create, change and delete up to ${maxOperations} ${resource.name} at once`, access: { resource: resource.name, action: allowed.includes('create') ? 'write' : actionOf[allowed[0] ?? 'update'] },
    body: Joi.object({
      operations: Joi.array().items(operation).min(1).max(maxOperations).required(),
      all_or_nothing: Joi.boolean().default(false).description('True: one refusal undoes everything.'),
    }).required().label(`${word}Bulk`),
    problems: [422],
    responses: { 200: Joi.object({
      done: Joi.number().integer().required(), refused: Joi.number().integer().required(),
      results: Joi.array().items(Joi.object({ status: Joi.number().integer().required(), item: Joi.object().unknown(true), problem: Joi.object().unknown(true) })).required(),
    }).label('BulkResults') },
    async handle(call, { body }) {
      const { operations, all_or_nothing: together } = body as { operations: readonly Operation[]; all_or_nothing: boolean };
      const results = await call.db.transaction(async (trx) => {
        const found: Result[] = [];
        for (const one of operations) {
          // A savepoint each: what one refused operation began is undone and the others go on.
          const result = await trx.transaction((inner) => perform(service, shapes, { ...call, db: inner, ifMatch: acceptedVersions(one.if_match) }, inner, one))
            .catch((error: unknown): Result => refusal(error, call));
          found.push(result);
          if (together && result.problem !== undefined) throw new Undone([...found.map((other) => (other.problem === undefined ? undone(call) : other)), ...operations.slice(found.length).map(() => undone(call))]);
        }
        return found;
      }).catch((error: unknown) => {
        if (error instanceof Undone) return error.results;
        throw error;
      });
      const refused = results.filter((one) => one.problem !== undefined).length;
      return { done: results.length - refused, refused, results };
    },
  })];
}

async function perform(service: CrudService, shapes: Readonly<Record<Operation['op'], Joi.ObjectSchema>>, call: Call, trx: Parameters<CrudService['create']>[0], one: Operation): Promise<Result> {
  requireScope(call.actor, service.resource.name, actionOf[one.op]);
  const { error, value } = shapes[one.op].validate(one, { abortEarly: false }) as { error?: Joi.ValidationError; value: Operation };
  if (error) throw invalidBody(fieldProblems(error.details).map((one) => ({ ...one, path: one.path.replace(/^values\./, '') })));
  const status = statusOf[one.op];
  if (one.op === 'create') return { status, item: await service.create(trx, call, value.values ?? {}) };
  if (one.op === 'update') return { status, item: await service.update(trx, call, value.id ?? '', value.values ?? {}) };
  await service.remove(trx, call, value.id ?? '');
  return { status };
}

function refusal(error: unknown, call: Call): Result {
  const known = error instanceof CrmError ? error : fromPostgres(error);
  // A fault of ours, or a lost database, is nobody's refusal: it ends the whole request.
  if (known === null || known.status >= 500) throw error;
  return { status: known.status, problem: problemBody(known, call.requestId) };
}

const undone = (call: Call): Result => refusal(new CrmError(409, 'not_done', 'Another operation of this request was refused, and all were to hang together. Correct that one and send all again.'), call);
