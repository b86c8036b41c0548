import type { FieldRule, Resource } from 'crm_db';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { fieldRule } from '../../../kernel/crud/field.access.js';
import { customEntities, customFeature, customName, type CustomEntity, type CustomField } from '../../../kernel/custom/custom.types.js';
import { featureOff } from '../../../kernel/errors/crm.error.js';
import { taggedEntities, tagFeature } from '../../../kernel/lists/tag.member.js';
import { listFields } from '../../custom_fields/custom_field.repository.js';
import { importEntities } from '../entities/index.js';
import type { ClosedTarget, EntityDefinition, FieldDefinition } from '../import.types.js';
import { customTarget, tagTarget } from './custom.target.js';

/** What decides which targets are open beside the columns of a record. */
export interface TargetAccess {
  /** Whether a `crm_feature_*` is on. */
  feature(key: string): boolean;
  /** The rule that a role gives to a field; null: it may be written. */
  rule(entity: string, name: string): FieldRule | null;
}

/** What a caller may fill. */
export const accessOf = (call: Call): TargetAccess => ({
  feature: (key) => call.feature(key),
  rule: (entity, name) => fieldRule(call.actor, entity as Resource, name),
});

/** An entity with its tags and custom fields as they are now; what cannot be filled is among its closed targets. */
export async function withTargets(db: Reader, entity: EntityDefinition, access: TargetAccess): Promise<EntityDefinition> {
  return extended(entity, isOneOf(customEntities, entity.entity) ? await listFields(db, entity.entity, true) : [], access);
}

/** Every entity with its tags and custom fields, in the order of imports. */
export async function allTargets(db: Reader, access: TargetAccess): Promise<EntityDefinition[]> {
  const customs = await listFields(db, null, true);
  return importEntities.map((entity) => extended(entity, customs.filter((one) => one.entity === entity.entity), access));
}

function extended(entity: EntityDefinition, customs: readonly CustomField[], access: TargetAccess): EntityDefinition {
  const fields: FieldDefinition[] = [...entity.fields];
  const closed = new Map<string, ClosedTarget>();
  const offer = (target: FieldDefinition, reason: ClosedTarget | null): void => {
    if (reason === null) fields.push(target);
    else closed.set(target.key, reason);
  };
  if (isOneOf(taggedEntities, entity.entity)) offer(tagTarget, closedBy(entity, tagTarget, tagFeature, access));
  for (const custom of customs) {
    const target = customTarget(custom);
    offer(target, closedBy(entity, target, customFeature, access) ?? (custom.archived_at === null ? null : archived(target)));
  }
  return { ...entity, fields, closed, custom: isOneOf(customEntities, entity.entity) && access.feature(customFeature) };
}

function closedBy(entity: EntityDefinition, { key, label }: FieldDefinition, feature: string, access: TargetAccess): ClosedTarget | null {
  const rule = access.rule(entity.entity, key);
  if (rule !== null) return { code: 'mapping_field_refused', message: `Your role may not write ${key} of ${entity.entity}; leave these columns out of the mapping.`, label: rule === 'hidden' ? null : label };
  return access.feature(feature) ? null : { code: 'feature_disabled', message: `“${key}” cannot be imported. ${featureOff(feature).message}`, label };
}

const archived = ({ key, label }: FieldDefinition): ClosedTarget => ({
  code: 'mapping_field_archived', label,
  message: `The custom field “${label.en}” (${key}) is archived, so nothing can be imported into it. Leave its column out of the mapping, choose another field, or have an administrator bring it back under Administration → Custom fields.`,
});

/** Why a target that an entity does not offer cannot be filled. */
export function closedTarget(entity: EntityDefinition, key: string): ClosedTarget {
  const gone = key.startsWith(customName('')) ? ' It may have been deleted.' : '';
  return entity.closed?.get(key) ?? { code: 'mapping_unknown_field', message: `${entity.label.en} have no field “${key}”.${gone} Fields: ${entity.fields.map((each) => each.key).join(', ')}.`, label: null };
}

function isOneOf<T extends CustomEntity>(list: readonly T[], name: string): name is T {
  return (list as readonly string[]).includes(name);
}
