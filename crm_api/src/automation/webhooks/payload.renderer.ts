import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import type { Row } from '../../kernel/crud/crm.model.js';
import type { CrudService } from '../../kernel/crud/crud.service.js';
import { hiddenFields, hides } from '../../kernel/crud/field.access.js';
import type { Resource } from '../../kernel/crud/resource.js';
import { scopeCondition } from '../../kernel/crud/scope.js';
import { memberList } from '../../kernel/crud/select.sql.js';
import { isCustomName } from '../../kernel/custom/custom.types.js';
import { ping } from './event.types.js';
import type { EventRow } from './webhook.types.js';

/** What the body of a message holds, `data` being the record as a list of the API would show it to the endpoint's owner. */
export interface Payload {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly id: string };
  /** Names of the members that the change touched, as far as the owner is shown them; absent where that is not the question. */
  readonly changed?: readonly string[];
  /** The stage and status before, of events about them. */
  readonly previous?: Readonly<Record<string, unknown>>;
  /** A position of Postgres's log at or after the change's commit, decimal text: what is committed after it has events with greater ones. */
  readonly lsn: string;
  /** Grows with every change of one record, decimal text. */
  readonly sequence: string;
}

/**
 * The message about an event for the actor of `call`, or null where it must not be told: the record is, or in this version was, out of reach; only
 * fields were touched that the actor is not shown; the feature is off. Reach and fields are judged as they are now, by the code that answers requests.
 */
export async function renderPayload(call: Call, services: readonly CrudService[], event: EventRow): Promise<Payload | null> {
  if (event.type === ping.type) return { type: event.type, timestamp: event.occurred_at.toISOString(), data: { id: event.record_id }, lsn: event.lsn, sequence: event.position };
  const service = services.find(({ resource }) => resource.name === event.resource);
  if (!service) return null;
  const { resource } = service;
  if (resource.feature !== null && !call.feature(resource.feature)) return null;
  if (call.actor.permissions[resource.name]?.read === undefined) return null;
  const hidden = hiddenFields(call.actor, resource.name);
  const shown = (name: string): boolean => isMember(call, resource, name) && !hides(resource, hidden, name);
  const changed = event.changed?.filter(shown);
  if (changed?.length === 0) return null;
  if (event.previous !== null && !(event.type === 'deal.stage_changed' ? shown('stage_id') : shown('status'))) return null;
  const row = await version(call, resource, event);
  if (!row) return null;
  return {
    type: event.type,
    timestamp: event.occurred_at.toISOString(),
    data: service.present(call, row, false),
    ...(changed ? { changed } : {}),
    ...(event.previous ? { previous: Object.fromEntries(Object.entries(event.previous).filter(([name]) => shown(name))) } : {}),
    lsn: event.lsn,
    sequence: event.position,
  };
}

/** Whether a change's name is one of a member: a field, the tags or a custom value where the record has such and their feature is on. */
function isMember(call: Call, resource: Resource, name: string): boolean {
  if (name !== 'tags' && !isCustomName(name)) return Object.hasOwn(resource.fields, name);
  const computed = resource.computed[name === 'tags' ? name : 'custom'];
  return computed !== undefined && (computed.feature === undefined || call.feature(computed.feature));
}

/** The version of the event as a row, if both it and the record as it stands are in reach. Deleted records still belong to somebody; a row that is gone is judged by its last version. */
async function version(call: Call, resource: Resource, event: EventRow): Promise<Row | undefined> {
  const scope = scopeCondition(call.actor, resource.name, 'read', resource.ownership);
  const condition = scope === null ? '' : ` AND ${scope.sql}`;
  const bindings = scope?.bindings ?? [];
  const { rows } = await call.db.raw<{ rows: Row[] }>(`SELECT ${memberList(resource, call, false).join(', ')} FROM jsonb_populate_record(NULL::${resource.table}, ?::jsonb) t
    WHERE true${condition} AND (EXISTS (SELECT FROM ${resource.table} t WHERE t.id = ?${condition})${event.type.endsWith('.deleted') ? ` OR NOT EXISTS (SELECT FROM ${resource.table} t WHERE t.id = ?)` : ''})`,
  [event.record, ...bindings, event.record_id, ...bindings, ...(event.type.endsWith('.deleted') ? [event.record_id] : [])] as Knex.Value[]);
  return rows[0];
}
