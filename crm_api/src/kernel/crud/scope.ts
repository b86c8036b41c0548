import type { Action } from 'crm_db';
import type { Knex } from 'knex';
import { requireScope, type Actor } from '../context/actor.js';
import type { Ownership } from './resource.js';

/** A piece of SQL with its positional bindings. */
export interface Sql {
  readonly sql: string;
  readonly bindings: readonly Knex.Value[];
}

// The same rule as the semantic layer's: the record's own region, else that of its owner's team, else the owner's.
const ownerRegion = (owner: string): string =>
  `(SELECT coalesce(nullif(ot.region, ''), nullif(ou.region, '')) FROM crm_core.crm_users ou LEFT JOIN crm_core.crm_teams ot ON ot.id = ou.team_id WHERE ou.id = ${owner})`;

/**
 * The rows an action may touch, as a condition over the alias `t`; null means all of them. Wider scopes include narrower ones.
 * @throws CrmError 403 where the role does not allow the action at all.
 */
export function scopeCondition(actor: Actor, resource: Parameters<typeof requireScope>[1], action: Action, ownership: Ownership | null): Sql | null {
  const scope = requireScope(actor, resource, action);
  if (scope === 'all' || ownership === null) return null;
  const parts: string[] = [];
  const bindings: Knex.Value[] = [];
  if (scope !== 'own' && actor.teamIds.length > 0) {
    // An array that is made once, since Postgres looks up the values of an array in an index, and those of a subquery beside an OR row by row.
    const self = actor.userId === null ? '' : ' UNION ALL SELECT ?::uuid';
    parts.push(`${ownership.owner} = ANY(ARRAY(SELECT tu.id FROM crm_core.crm_users tu WHERE tu.team_id = ANY(?::uuid[])${self}))`);
    bindings.push([...actor.teamIds], ...(actor.userId === null ? [] : [actor.userId]));
  } else if (actor.userId !== null) {
    parts.push(`${ownership.owner} = ?`);
    bindings.push(actor.userId);
  }
  if (scope === 'region' && actor.region !== null) {
    const region = ownership.region ? `coalesce(nullif(${ownership.region}, ''), ${ownerRegion(ownership.owner)})` : ownerRegion(ownership.owner);
    parts.push(`${region} = ?`);
    bindings.push(actor.region);
  }
  return parts.length === 0 ? { sql: 'false', bindings: [] } : { sql: `(${parts.join(' OR ')})`, bindings };
}
