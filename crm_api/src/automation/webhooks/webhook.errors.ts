import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';
import type { TargetError } from './target.guard.js';

/** 422: the target cannot be used. */
export const badTarget = (error: TargetError): CrmError => invalidBody([{ path: 'url', code: error.code, message: error.message }]);

/** 422: event types that do not exist, each named. */
export const unknownTypes = (wrong: readonly { readonly index: number; readonly type: string }[]): CrmError =>
  invalidBody(wrong.map(({ index, type }) => ({ path: `event_types.${index}`, code: 'unknown_event_type', message: `There is no event "${type}". GET /crm/v1/webhooks/event-types lists what there is.` })));

/** 422: the owner does not exist or is not active. */
export const unknownOwner = (): CrmError => invalidBody([{ path: 'owner.id', code: 'unknown_owner', message: '"owner.id" is not the id of an active user or API client; leave the owner out to own the webhook yourself.' }]);

/** 409: the owner is no longer active. */
export const ownerInactive = (): CrmError => new CrmError(409, 'owner_inactive', 'The owner of this webhook is no longer active, so it can see nothing. Activate the owner, or make a webhook for somebody else.');

/** 403: the endpoint would be told more than who sets it up may read. */
export const beyondReach = (what: string): CrmError =>
  new CrmError(403, 'beyond_your_role', `The webhook would be told of ${what}, which goes beyond what you may read. Leave those events out, or ask somebody whose role allows it.`);

/** 409: there are as many endpoints as there may be. */
export const tooMany = (most: number): CrmError => new CrmError(409, 'too_many_webhooks', `There are ${most} webhooks, which is the most. Delete one that is no longer needed.`);

/** 409: the endpoint is switched off. */
export const isDisabled = (): CrmError => new CrmError(409, 'webhook_disabled', 'The webhook is switched off. Switch it on with PATCH {"is_enabled": true}, then send again.');

/** 403: the owner is outside what the caller's role may set webhooks up for. */
export const outsideScope = (): CrmError => new CrmError(403, 'outside_scope', 'Your role may only write webhooks within its scope, and this owner is outside it. Leave the owner out to own the webhook yourself.');
