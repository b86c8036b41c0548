import type { Resource as PermissionResource } from 'crm_db';
import type { Knex } from 'knex';
import { scopeOf } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { ownerships } from '../../kernel/crud/ownership.js';
import { scopeCondition, type Sql } from '../../kernel/crud/scope.js';

/** One entry of a story. */
export interface TimelineRow {
  id: string;
  occurred_at: Date;
  /** occurred_at with its microseconds. */
  position: string;
  entity: string;
  entity_id: string;
  kind: string;
  summary: string;
  data: Record<string, unknown>;
  actor: { id: string; name: string } | null;
}

/** The kinds of records that tell stories; each has its table. */
const entities = ['accounts', 'contacts', 'leads', 'deals', 'activities', 'tickets', 'quotes', 'invoices', 'subscriptions'] as const satisfies readonly PermissionResource[];

/** Reads stories, newest first. */
export class TimelineRepository {
  /** The entries of a record; for an account, those of everything at it that the caller may read. `before` continues after an entry's time and id. */
  async list(db: Reader, call: Call, of: { entity: string; id: string }, limit: number, before: readonly [string, string] | null): Promise<TimelineRow[]> {
    const query = db('crm_core.crm_timeline as tl').whereNull('tl.deleted_at')
      .orderBy([{ column: 'tl.occurred_at', order: 'desc' }, { column: 'tl.id', order: 'desc' }]).limit(limit);
    if (of.entity === 'accounts') {
      const visible = readable(call);
      query.where('tl.account_id', of.id).whereRaw(visible.sql, [...visible.bindings]);
    } else {
      query.where({ 'tl.entity': of.entity, 'tl.entity_id': of.id });
    }
    if (before) query.whereRaw('(tl.occurred_at, tl.id) < (?::timestamptz, ?::uuid)', [...before]);
    return query.select<TimelineRow[]>('tl.id', 'tl.occurred_at', 'tl.entity', 'tl.entity_id', 'tl.kind', 'tl.summary', 'tl.data',
      db.raw(`tl.occurred_at::text AS position, (SELECT json_build_object('id', u.id, 'name', u.name) FROM crm_core.crm_users u WHERE u.id = tl.actor_id) AS actor`));
  }
}

/** Entries about rows in reach of the caller's scopes: a story must not tell what the record itself would refuse. */
function readable(call: Call): Sql {
  const parts: string[] = [];
  const bindings: Knex.Value[] = [];
  for (const entity of entities) {
    if (scopeOf(call.actor, entity, 'read') === null) continue;
    const scope = scopeCondition(call.actor, entity, 'read', ownerships[entity] ?? null);
    parts.push(scope
      ? `(tl.entity = '${entity}' AND EXISTS (SELECT 1 FROM crm_core.crm_${entity} t WHERE t.id = tl.entity_id AND ${scope.sql}))`
      : `tl.entity = '${entity}'`);
    bindings.push(...(scope?.bindings ?? []));
  }
  return parts.length === 0 ? { sql: 'false', bindings } : { sql: `(${parts.join(' OR ')})`, bindings };
}
