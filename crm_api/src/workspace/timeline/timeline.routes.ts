import Joi from 'joi';
import { noteRead } from '../../kernel/audit/request.origin.js';
import type { Actor } from '../../kernel/context/actor.js';
import { typeName } from '../../kernel/crud/resource.js';
import { visiblePayload } from '../../kernel/crud/field.access.js';
import { idParams } from '../../kernel/crud/crud.routes.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { route, type RouteSpec } from '../../kernel/route.js';
import { TimelineRepository, type TimelineRow } from './timeline.repository.js';

const query = Joi.object({ limit: Joi.number().integer().min(1).max(200).default(50), cursor: Joi.string().max(200) });
const entry = Joi.object({
  id: Joi.string().guid().required(), occurred_at: Joi.string().isoDate().required(), entity: Joi.string().required(), entity_id: Joi.string().guid().required(),
  kind: Joi.string().required(), summary: Joi.string().allow('').required(), data: Joi.object().required(),
  actor: Joi.object({ id: Joi.string().guid(), name: Joi.string() }).allow(null).required(),
}).label('TimelineEntry');
const page = Joi.object({ items: Joi.array().items(entry).required(), next_cursor: Joi.string().allow(null).required() }).label('TimelinePage');
const repository = new TimelineRepository();

/** `GET /<resource>/{id}/timeline`: the story of a record; an account's also tells of everything at it. */
export function timelineRoute(service: CrudService): RouteSpec {
  const { resource } = service;
  const title = typeName(resource.singular);
  return route({
    method: 'GET', path: `/${resource.name}/{id}/timeline`, id: `get${title}Timeline`, tag: resource.name, feature: resource.feature,
    summary: `The story of one ${resource.singular.replace(/_/g, ' ')}, newest first`, access: { resource: resource.name, action: 'read' },
    params: idParams, query, problems: [400, 404], responses: { 200: page },
    async handle(call, input) {
      const id = input.params['id'] ?? '';
      await service.get(call.db, call, id); // 404 where the caller may not see the record.
      noteRead(call.origin, resource, id);
      const limit = input.query['limit'] as number;
      const rows = await repository.list(call.db, call, { entity: resource.name, id }, limit + 1, readCursor(input.query['cursor']));
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items: items.map((row) => present(call.actor, row)), next_cursor: last ? writeCursor(last) : null };
    },
  });
}

function present(actor: Actor, row: TimelineRow): Record<string, unknown> {
  return {
    id: row.id, occurred_at: row.occurred_at.toISOString(), entity: row.entity, entity_id: row.entity_id, kind: row.kind,
    summary: row.summary, data: visiblePayload(actor, row.entity, row.data), actor: row.actor,
  };
}

const writeCursor = (row: TimelineRow): string => Buffer.from(`${row.position}|${row.id}`).toString('base64url');

function readCursor(value: unknown): readonly [string, string] | null {
  if (typeof value !== 'string') return null;
  const match = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d)?)\|([0-9a-f-]{36})$/.exec(Buffer.from(value, 'base64url').toString('utf8'));
  if (!match) throw new CrmError(400, 'invalid_cursor', 'The cursor does not belong to this list. Ask again without cursor.');
  return [match[1] ?? '', match[2] ?? ''];
}
