import type { Resource as PermissionResource } from 'crm_db';
import Joi from 'joi';
import type { Filter } from '../crud/list.query.js';
import type { Computed } from '../crud/resource.js';
import type { Sql } from '../crud/scope.js';

/** The switch of everything about tags. */
export const tagFeature = 'crm_feature_tags';

/** The resources whose records can be tagged. */
export const taggedEntities = ['accounts', 'contacts', 'leads', 'deals'] as const satisfies readonly PermissionResource[];
export type TaggedEntity = (typeof taggedEntities)[number];

/** A tag as records carry it. */
export const tagShape = Joi.object({ id: Joi.string().guid().required(), name: Joi.string().required(), color: Joi.string().allow(null).required() });

/** The member `tags` of a record, by name. */
export function tagMember(entity: TaggedEntity): Computed {
  return {
    sql: `(SELECT coalesce(json_agg(json_build_object('id', g.id, 'name', g.name, 'color', g.color) ORDER BY g.name), '[]') FROM crm_core.crm_taggings x
      JOIN crm_core.crm_tags g ON g.id = x.tag_id AND g.deleted_at IS NULL WHERE x.entity = '${entity}' AND x.entity_id = t.id AND x.deleted_at IS NULL)`,
    schema: Joi.array().items(tagShape).description('The tags of the record, see /crm/v1/tags; null while the feature is off.'),
    feature: tagFeature,
  };
}

/** The condition of a filter by tags, over the alias `t`. */
export function tagCondition(filter: Filter, entity: string): Sql {
  const tagged = (test: string): string => `SELECT x.entity_id FROM crm_core.crm_taggings x WHERE x.entity = '${entity}' AND x.deleted_at IS NULL AND ${test}`;
  const none = (test: string): string => `NOT EXISTS (${tagged(`x.entity_id = t.id AND ${test}`)})`;
  const value = filter.value as string;
  switch (filter.op) {
    case 'null': return { sql: filter.value === true ? none('true') : `t.id IN (${tagged('true')})`, bindings: [] };
    case 'in': return { sql: `t.id IN (${tagged('x.tag_id = ANY(?::uuid[])')})`, bindings: [[...(filter.value as readonly string[])]] };
    case 'ne': return { sql: none('x.tag_id = ?'), bindings: [value] };
    default: return { sql: `t.id IN (${tagged('x.tag_id = ?')})`, bindings: [value] };
  }
}
