import { actions, resources, scopes } from 'crm_db';
import Joi from 'joi';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import { requireScope } from '../../kernel/context/actor.js';
import { idParams, jsonTypes } from '../../kernel/crud/crud.routes.js';
import { field } from '../../kernel/crud/fields.js';
import { inputSchema } from '../../kernel/crud/values.js';
import { customFeature, customName } from '../../kernel/custom/custom.types.js';
import { hideable } from '../../kernel/crud/field.access.js';
import type { Resource } from '../../kernel/crud/resource.js';
import type { Call } from '../../kernel/context/call.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import { CustomFieldService } from '../custom_fields/custom_field.service.js';
import { listRoles } from './role.repository.js';
import { ownedByPeople } from './role.rules.js';
import { presentRole, RoleService } from './role.service.js';
import type { RoleContent } from './role.types.js';

const inputs = {
  key: Joi.string().pattern(/^[a-z][a-z0-9_]{1,39}$/).description('The short name by which users are given the role; never changes.'),
  name: inputSchema(field.text('The name.', { required: true, max: 100 })), name_ar: inputSchema(field.text('The name in Arabic.', { required: true, max: 100 })),
  permissions: Joi.object().unknown(true).description('resource → action (read, write, delete, export) → scope (own, team, region, all); what is absent is forbidden.'),
  fields: Joi.object().unknown(true).description('resource → field → hidden or read_only; what is absent is as its record is.'),
};
const content = { key: Joi.string().required(), name: Joi.string().required(), name_ar: Joi.string().required(), permissions: inputs.permissions.required(), fields: inputs.fields.required() };
const role = Joi.object({
  id: Joi.string().guid().required(), ...content, version: Joi.number().integer().required().description('Counts the changes, from 1.'),
  created_at: Joi.string().isoDate().required(), updated_at: Joi.string().isoDate().required(),
}).label('Role');
const said = Joi.object(content).label('RoleContent');
const versionPage = Joi.object({
  items: Joi.array().items(Joi.object({
    version: Joi.number().integer().required(), action: Joi.valid('create', 'update', 'delete', 'revert').required(), changed_at: Joi.string().isoDate().required(),
    actor: Joi.object({ id: Joi.string().guid().required(), name: Joi.string().allow(null).required() }).allow(null).required(), before: said.allow(null).required(), after: said.allow(null).required(),
  })).required(), next_cursor: Joi.valid(null).required(),
}).label('RoleVersionPage');
const catalogue = Joi.object({
  actions: Joi.array().items(Joi.string()).required(), scopes: Joi.array().items(Joi.string()).required(),
  resources: Joi.array().items(Joi.object({
    name: Joi.string().required(), owned: Joi.boolean().required().description('False: only the scope all.'),
    fields: Joi.array().items(Joi.object({ name: Joi.string().required(), hidden: Joi.boolean().required(), read_only: Joi.boolean().required(), label: Joi.string(), label_ar: Joi.string() })).required()
      .description('The fields that can have a rule, and which; custom fields in use as `custom.key` with their labels, where you may read them.'),
  })).required(),
}).label('RoleCatalogue');

// Who has which role is read everywhere; only changing them can be switched off. What the roles say stays in force.
const feature = 'crm_feature_role_admin';
const read = { resource: 'roles', action: 'read' } as const;
const write = { resource: 'roles', action: 'write' } as const;

/** `/roles`: the role matrix in force, its changes and what can be said in it; `known` are the resources whose fields can have rules. */
export function roleRoutes(actors: ActorReader, known: readonly Resource[]): RouteSpec[] {
  const service = new RoleService(known);
  /** In this process a change counts for the next request; elsewhere within a second. */
  const changed = async <T>(work: Promise<T>): Promise<T> => work.finally(() => { actors.forget(); });
  return [
    route({
      method: 'GET', path: '/roles', id: 'listRoles', tag: 'roles', access: read, summary: 'Roles and what they permit',
      responses: { 200: Joi.object({ items: Joi.array().items(role).required(), next_cursor: Joi.valid(null).required() }).label('RolePage') },
      query: Joi.object({ 'filter[deleted]': Joi.boolean().default(false).description('true lists deleted roles instead; needs the permission to delete.') }), problems: [400],
      async handle(call, { query }) {
        const deleted = query['filter[deleted]'] === true;
        if (deleted) requireScope(call.actor, 'roles', 'delete');
        return { items: (await listRoles(call.db, deleted)).map(presentRole), next_cursor: null };
      },
    }),
    route({
      method: 'GET', path: '/roles/catalogue', id: 'getRoleCatalogue', tag: 'roles', access: read, summary: 'What a role can speak of: resources, actions, scopes, fields', responses: { 200: catalogue },
      async handle(call) {
        const customs = await customFields(call);
        return { actions, scopes, resources: resources.map((name) => ({ name, owned: ownedByPeople(name), fields: [...fieldsOf(known.find((one) => one.name === name)), ...customs.get(name) ?? []] })) };
      },
    }),
    route({
      method: 'GET', path: '/roles/{id}', id: 'getRole', tag: 'roles', access: read, summary: 'Read one role', params: idParams, problems: [404], responses: { 200: role },
      handle: (call, { params }) => service.get(call.db, params['id'] ?? ''),
    }),
    route({
      method: 'POST', path: '/roles', id: 'createRole', tag: 'roles', feature, access: write, summary: 'Create one role', problems: [409, 422], responses: { 201: role },
      body: Joi.object({ ...inputs, key: inputs.key.required(), name: inputs.name.required(), name_ar: inputs.name_ar.required(), permissions: inputs.permissions.required(), fields: inputs.fields.default({}) }).required().label('RoleCreate'),
      async handle(call, { body }) {
        const item = await changed(call.db.transaction((trx) => service.create(trx, call, body as RoleContent)));
        return Reply.created(`/roles/${String(item['id'])}`, item);
      },
    }),
    route({
      method: 'PATCH', path: '/roles/{id}', id: 'updateRole', tag: 'roles', feature, access: write, summary: 'Change the given parts of one role', params: idParams, consumes: jsonTypes, problems: [404, 409, 412, 422], responses: { 200: role },
      body: Joi.object({ name: inputs.name, name_ar: inputs.name_ar, permissions: inputs.permissions, fields: inputs.fields }).min(1).required().label('RolePatch'),
      handle: (call, { params, body }) => changed(call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as Partial<RoleContent>))),
    }),
    route({
      method: 'DELETE', path: '/roles/{id}', id: 'deleteRole', tag: 'roles', feature, access: { resource: 'roles', action: 'delete' }, summary: 'Delete one role that nobody has', params: idParams, problems: [404, 409, 412], responses: { 204: null },
      async handle(call, { params }) {
        await changed(call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? '')));
        return Reply.none();
      },
    }),
    route({
      method: 'POST', path: '/roles/{id}/restore', id: 'restoreRole', tag: 'roles', feature, access: { resource: 'roles', action: 'delete' }, summary: 'Bring one deleted role back', params: idParams, problems: [404, 409], responses: { 200: role },
      handle: (call, { params }) => changed(call.db.transaction((trx) => service.restore(trx, call, params['id'] ?? ''))),
    }),
    route({
      method: 'GET', path: '/roles/{id}/versions', id: 'listRoleVersions', tag: 'roles', feature, access: read, summary: 'Every change of one role, newest first', params: idParams, problems: [404], responses: { 200: versionPage },
      handle: async (call, { params }) => ({ items: (await service.versions(call.db, params['id'] ?? '')).map((one) => ({ ...one, changed_at: one.changed_at.toISOString() })), next_cursor: null }),
    }),
    route({
      method: 'POST', path: '/roles/{id}/revert', id: 'revertRole', tag: 'roles', feature, access: write, summary: 'Make one role say again what it said in a version', params: idParams, problems: [404, 409, 412, 422], responses: { 200: role },
      body: Joi.object({ version: Joi.number().integer().min(1).max(1_000_000).required() }).required().label('RoleRevert'),
      handle: (call, { params, body }) => changed(call.db.transaction((trx) => service.revert(trx, call, params['id'] ?? '', (body as { version: number }).version))),
    }),
  ];
}

interface RuledField { readonly name: string; readonly hidden: boolean; readonly read_only: boolean; readonly label?: string; readonly label_ar?: string }

/** The custom fields in use by resource, as far as the caller may know them. */
async function customFields(call: Call): Promise<ReadonlyMap<string, RuledField[]>> {
  if (!call.feature(customFeature) || call.actor.permissions.custom_fields?.read === undefined) return new Map();
  const fields = await new CustomFieldService().list(call, null, false);
  const found = new Map<string, RuledField[]>();
  for (const { entity, key, label, label_ar } of fields) found.set(entity, [...found.get(entity) ?? [], { name: customName(key), hidden: true, read_only: true, label, label_ar }]);
  return found;
}

function fieldsOf(resource: Resource | undefined): RuledField[] {
  if (!resource) return [];
  const stored = Object.entries(resource.fields).map(([name, field]) => ({ name, hidden: !field.required && hideable(resource, name), read_only: !field.required && !field.readOnly }));
  const computed = Object.keys(resource.computed).map((name) => ({ name, hidden: true, read_only: false }));
  return [...stored, ...computed].filter((one) => one.hidden || one.read_only);
}
