import { reaches } from 'crm_db';
import type { Actor } from '../../kernel/context/actor.js';
import type { Call } from '../../kernel/context/call.js';
import { hiddenFields } from '../../kernel/crud/field.access.js';
import type { Resource } from '../../kernel/crud/resource.js';
import { beyondReach, unknownTypes } from './webhook.errors.js';
import { subscribable, subscribedResources } from './event.types.js';

/**
 * Refuses subscriptions to what does not exist.
 * @throws CrmError 422.
 */
export function requireKnownTypes(types: readonly string[], resources: readonly Resource[]): void {
  const known = new Set(subscribable(resources));
  const wrong = types.map((type, index) => ({ type, index })).filter(({ type }) => !known.has(type));
  if (wrong.length > 0) throw unknownTypes(wrong);
}

/**
 * Refuses to point a webhook at records that its editor may not read: otherwise the right to edit webhooks would be the right to read everything. What
 * the owner of the webhook cannot read is never told, so it needs no permission; a narrowed token counts as what it is narrowed to.
 * @throws CrmError 403 beyond_your_role.
 */
export function requireReadable({ actor }: Pick<Call, 'actor'>, owner: Actor, types: readonly string[], resources: readonly Resource[]): void {
  const self = owner.kind === actor.kind && owner.id === actor.id;
  for (const { name } of subscribedResources(types, resources)) {
    const told = owner.permissions[name]?.read;
    if (told === undefined) continue;
    const own = actor.permissions[name]?.read;
    // Another's "own" are other records than one's own; only "all" contains them for sure.
    if (own === undefined || !(self ? reaches(own, told) : own === 'all')) throw beyondReach(`${name} (${told})`);
    const kept = hiddenFields(owner, name);
    const beyond = [...hiddenFields(actor, name)].filter((field) => !kept.has(field));
    if (beyond.length > 0) throw beyondReach(`${beyond.join(', ')} of ${name}`);
  }
}
