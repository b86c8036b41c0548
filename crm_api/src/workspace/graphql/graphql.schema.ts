import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInputObjectType, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString, type GraphQLFieldConfig, type GraphQLFieldConfigArgumentMap, type GraphQLFieldConfigMap, type GraphQLInputFieldConfigMap } from 'graphql';
import type { Resource as PermissionResource } from 'crm_db';
import type { ValidationError } from 'joi';
import { noteRead } from '../../kernel/audit/request.origin.js';
import type { CrudService, Item, Values } from '../../kernel/crud/crud.service.js';
import { typeName } from '../../kernel/crud/resource.js';
import { schemasOf, type ResourceSchemas } from '../../kernel/crud/crud.schema.js';
import { acceptedVersions, entityTag } from '../../kernel/contract/record.version.js';
import { fieldProblems } from '../../kernel/errors/joi.problems.js';
import { invalidBody } from '../../kernel/errors/crm.error.js';
import { readList } from '../../kernel/lists/list.reader.js';
import { customName } from '../../kernel/custom/custom.types.js';
import type { GraphqlContext } from './graphql.context.js';
import { conditionType, inputType, specialCondition, jsonScalar, outputType } from './graphql.types.js';

type Fields = GraphQLFieldConfigMap<Item, GraphqlContext>;
type Operation = GraphQLFieldConfig<unknown, GraphqlContext>;
type Arguments = Readonly<Record<string, unknown>>;

/** Records that others hang on: their types list what points at them. */
const parents: readonly PermissionResource[] = ['accounts', 'contacts', 'deals', 'campaigns'];

const referenceType = new GraphQLObjectType({
  name: 'Reference', fields: { id: { type: new GraphQLNonNull(GraphQLID) }, name: { type: GraphQLString }, name_ar: { type: GraphQLString }, kind: { type: GraphQLString }, position: { type: GraphQLInt }, probability: { type: GraphQLFloat } },
});

/** Operations beside those of the resources. */
export interface GraphqlExtension {
  readonly queries: Record<string, GraphQLFieldConfig<unknown, GraphqlContext>>;
  readonly mutations: Record<string, GraphQLFieldConfig<unknown, GraphqlContext>>;
}

/** The schema of all resources, derived from the same declarations as the REST routes and resolved by the same services. */
export function graphqlSchema(services: readonly CrudService[], extensions: readonly GraphqlExtension[] = []): GraphQLSchema {
  const parts = new Map(services.map((service) => [service.resource.name, new ResourceTypes(service)]));
  for (const part of parts.values()) part.connect(parts);
  const all = [...parts.values()];
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: () => Object.assign({}, ...all.map((part) => part.queries()), ...extensions.map((one) => one.queries)) as GraphQLFieldConfigMap<unknown, GraphqlContext> }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: () => Object.assign({}, ...all.map((part) => part.mutations()), ...extensions.map((one) => one.mutations)) as GraphQLFieldConfigMap<unknown, GraphqlContext> }),
  });
}

/** The types and operations of one resource. */
class ResourceTypes {
  readonly object: GraphQLObjectType<Item, GraphqlContext>;
  private readonly page: GraphQLObjectType;
  private readonly filter: GraphQLInputObjectType;
  private readonly create: GraphQLInputObjectType;
  private readonly patch: GraphQLInputObjectType;
  private parts: ReadonlyMap<string, ResourceTypes> = new Map();
  private readonly schemas: ResourceSchemas;

  constructor(readonly service: CrudService) {
    const { resource } = service;
    this.schemas = schemasOf(resource);
    const name = typeName(resource.singular);
    const fields = Object.entries(resource.fields);
    this.object = new GraphQLObjectType<Item, GraphqlContext>({ name, fields: () => this.fields() });
    this.page = new GraphQLObjectType({
      name: `${name}Page`,
      fields: () => ({
        items: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(this.object))) },
        next_cursor: { type: GraphQLString, description: 'Send it as cursor to get the next page; null on the last one.' },
        total: { type: GraphQLInt, description: 'Only with count: true.' },
        total_is_estimate: { type: GraphQLBoolean },
      }),
    });
    const tags: GraphQLInputFieldConfigMap = resource.computed['tags'] === undefined ? {} : { tags: { type: jsonScalar, description: 'Conditions on the ids of tags: eq, ne, in, null.' } };
    const custom: GraphQLInputFieldConfigMap = resource.computed['custom'] === undefined ? {} : { custom: { type: jsonScalar, description: 'Custom fields by key.' } };
    this.filter = new GraphQLInputObjectType({ name: `${name}Filter`, fields: {
      ...custom, ...tags,
      ...Object.fromEntries(fields.filter(([, field]) => field.filter).map(([key, field]) => [key, { type: conditionType(field) }])),
      ...Object.fromEntries(Object.entries(resource.conditions ?? {}).map(([key, condition]) => [key, { type: specialCondition, description: condition.description }])),
    } });
    const input = (kept: (field: (typeof fields)[number][1]) => boolean): GraphQLInputFieldConfigMap => ({ ...custom, ...Object.fromEntries(fields.filter(([, field]) => !field.readOnly && kept(field)).map(([key, field]) => [key, { type: inputType(field), description: field.description }])) });
    this.create = new GraphQLInputObjectType({ name: `${name}Create`, fields: input(() => true) });
    this.patch = new GraphQLInputObjectType({ name: `${name}Patch`, fields: input((field) => !field.createOnly) });
  }

  connect(parts: ReadonlyMap<string, ResourceTypes>): void {
    this.parts = parts;
  }

  queries(): Record<string, Operation> {
    const { resource } = this.service;
    return {
      [resource.singular]: {
        type: this.object, description: `One ${resource.singular.replace(/_/g, ' ')}, or null where there is none that you may see.`, args: { id: { type: new GraphQLNonNull(GraphQLID) } },
        resolve: async (_, args, context) => {
          this.enter(context, 'read');
          const item = await context.load(this.service, this.id(args));
          noteRead(context.call.origin, resource, item?.id ?? null);
          return item;
        },
      },
      [resource.name]: { type: new GraphQLNonNull(this.page), args: this.listArguments(), resolve: (_, args, context) => this.list(context, args) },
    };
  }

  mutations(): Record<string, Operation> {
    const name = typeName(this.service.resource.singular);
    const id = { type: new GraphQLNonNull(GraphQLID) };
    const match = { type: GraphQLString, description: 'The etag of the record as you read it.' };
    const call = (context: GraphqlContext, args: Arguments): GraphqlContext['call'] => ({ ...context.call, ifMatch: acceptedVersions(args['if_match']) });
    return {
      [`create${name}`]: {
        type: new GraphQLNonNull(this.object), args: { values: { type: new GraphQLNonNull(this.create) } },
        resolve: (_, args, context) => this.write(context, 'write', (trx) => this.service.create(trx, context.call, this.values('create', args))),
      },
      [`update${name}`]: {
        type: new GraphQLNonNull(this.object), args: { id, values: { type: new GraphQLNonNull(this.patch) }, if_match: match },
        resolve: (_, args, context) => this.write(context, 'write', (trx) => this.service.update(trx, call(context, args), this.id(args), this.values('patch', args))),
      },
      [`delete${name}`]: {
        type: new GraphQLNonNull(GraphQLBoolean), args: { id, if_match: match },
        resolve: async (_, args, context) => { await this.write(context, 'delete', (trx) => this.service.remove(trx, call(context, args), this.id(args))); return true; },
      },
      [`restore${name}`]: {
        type: new GraphQLNonNull(this.object), args: { id },
        resolve: (_, args, context) => this.write(context, 'delete', (trx) => this.service.restore(trx, context.call, this.id(args))),
      },
    };
  }

  private fields(): Fields {
    const { resource } = this.service;
    const fields: Fields = { id: { type: new GraphQLNonNull(GraphQLID) }, etag: { type: GraphQLString, description: 'The version of the record, for if_match.', resolve: (item) => entityTag(item) ?? null } };
    for (const [name, field] of Object.entries(resource.fields)) fields[name] = { type: outputType(field), description: field.description };
    for (const [name, computed] of Object.entries(resource.computed)) {
      fields[name] = {
        type: jsonScalar, ...(computed.detailOnly === true ? { extensions: { complexity: 5 } } : {}),
        resolve: async (item, _, context) => (name in item ? item[name] : (await this.service.get(context.call.db, context.call, item.id))[name]),
      };
    }
    for (const [name, reference] of Object.entries(resource.references)) {
      const target = reference.resource === undefined ? undefined : this.parts.get(reference.resource);
      // Id and name are what REST shows as well, also of records that the caller may not open.
      fields[target === undefined ? name : `${name}_ref`] = { type: referenceType, resolve: (item) => item[name] };
      if (target !== undefined) fields[name] = {
        type: target.object,
        resolve: (item, _, context) => {
          const id = item[reference.column];
          return typeof id === 'string' && context.mayRead(target.service) ? context.load(target.service, id) : null;
        },
      };
    }
    if (parents.includes(resource.name)) for (const [name, child, column] of this.children()) {
      fields[name] ??= {
        type: new GraphQLNonNull(child.page), args: child.listArguments(),
        resolve: (item, args, context) => child.list(context, { ...args, filter: { ...(args['filter'] as object | undefined), [column]: { eq: item.id } } }),
      };
    }
    return fields;
  }

  private children(): [string, ResourceTypes, string][] {
    return [...this.parts.values()].flatMap((child): [string, ResourceTypes, string][] => {
      const pointing = Object.values(child.service.resource.references).filter((reference) => reference.resource === this.service.resource.name);
      const [only] = pointing;
      return pointing.length === 1 && only && child.service.resource.fields[only.column]?.filter === true ? [[child.service.resource.name, child, only.column]] : [];
    });
  }

  private listArguments(): GraphQLFieldConfigArgumentMap {
    return {
      ...(this.service.resource.search === null ? {} : { q: { type: GraphQLString } }),
      filter: { type: this.filter }, sort: { type: GraphQLString, defaultValue: this.service.resource.defaultSort }, limit: { type: GraphQLInt, defaultValue: 50 },
      ...(this.service.resource.computed['custom'] === undefined ? {} : { segment: { type: GraphQLID } }),
      cursor: { type: GraphQLString }, count: { type: GraphQLBoolean, defaultValue: false },
    };
  }

  private async list(context: GraphqlContext, args: Arguments): Promise<unknown> {
    this.enter(context, 'read');
    const query: Record<string, unknown> = {};
    for (const name of ['q', 'cursor', 'segment']) if (args[name] !== undefined && args[name] !== null) query[name] = args[name];
    // The order that nobody chose gives way to the segment's.
    if (typeof args['sort'] === 'string' && (query['segment'] === undefined || args['sort'] !== this.service.resource.defaultSort)) query['sort'] = args['sort'];
    for (const name of ['limit', 'count']) query[name] = String(args[name]);
    const { custom = null, ...plain } = (args['filter'] ?? {}) as Record<string, Record<string, unknown> | null>;
    const customs = Object.entries((custom ?? {}) as Record<string, Record<string, unknown> | null>).map(([key, condition]) => [customName(key), condition] as const);
    for (const [field, condition] of [...Object.entries(plain), ...customs]) {
      for (const [op, value] of Object.entries(condition ?? {})) query[`filter[${field}][${op}]`] = Array.isArray(value) ? value.join(',') : String(value);
    }
    return this.service.list(context.call, await readList(context.call, this.service.resource, query));
  }

  private enter(context: GraphqlContext, action: 'read' | 'write' | 'delete'): void {
    context.enter(this.service, action);
  }

  private async write<T>(context: GraphqlContext, action: 'write' | 'delete', work: (trx: Parameters<CrudService['create']>[0]) => Promise<T>): Promise<T> {
    this.enter(context, action);
    const result = await context.call.db.transaction(work);
    context.forget();
    return result;
  }

  private id(args: Arguments): string {
    const id = String(args['id']).toLowerCase();
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
    throw invalidBody([{ path: 'id', code: 'string_guid', message: '"id" must be a UUID.' }]);
  }

  /** The same schema as REST's, so that both refuse the same things in the same words. */
  private values(kind: 'create' | 'patch', args: Arguments): Values {
    const { error, value } = this.schemas[kind].validate({ ...(args['values'] as Values) }, { abortEarly: false }) as { error?: ValidationError; value: Values };
    if (error) throw invalidBody(fieldProblems(error.details));
    return value;
  }
}
