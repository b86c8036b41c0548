import type { Resource } from '../../kernel/crud/resource.js';

const verbs = ['created', 'updated', 'deleted', 'restored'] as const;
const ofDeals = ['deal.stage_changed', 'deal.won', 'deal.lost'] as const;

/** The event by which an endpoint is tried out: about the webhook itself, sent once and to nobody else. */
export const ping = { type: 'ping', resource: 'webhooks' } as const;

/** Every event there is, by the resources whose records it can be about. */
export function eventTypes(resources: readonly Resource[]): string[] {
  return resources.flatMap(({ singular }) => [...verbs.map((verb) => `${singular}.${verb}`), ...(singular === 'deal' ? ofDeals : [])]);
}

/** What an endpoint may subscribe to: an event, all of one kind of record (`deal.*`), or everything (`*`). */
export function subscribable(resources: readonly Resource[]): string[] {
  return ['*', ...resources.map(({ singular }) => `${singular}.*`), ...eventTypes(resources)];
}

/** The resources that a subscription speaks of. */
export function subscribedResources(types: readonly string[], resources: readonly Resource[]): Resource[] {
  return resources.filter(({ singular }) => types.some((type) => type === '*' || type.startsWith(`${singular}.`)));
}
