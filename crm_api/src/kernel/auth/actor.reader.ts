import { mergeFieldRules, mergePermissions, type FieldRules, type Permissions } from 'crm_db';
import type { Knex } from 'knex';
import type { Actor } from '../context/actor.js';
import type { TokenClaims } from './token.keys.js';
import { narrowed, narrowingOf } from './token.scopes.js';

interface ActorRow {
  id: string;
  user_id: string | null;
  name: string;
  email: string | null;
  locale: string | null;
  region: string | null;
  team: { id: string; name: string } | null;
  team_ids: string[] | null;
  roles: { key: string; permissions: Permissions; fields: FieldRules }[] | null;
}

// A changed role or a locked user takes effect within a second, while a burst of requests costs one query.
const freshForMs = 1000;
const maxKnown = 5000;

/** Who a token stands for, with roles and permissions as they are now. */
export class ActorReader {
  private readonly known = new Map<string, { at: number; actor: Promise<Actor | null> }>();

  constructor(private readonly db: Knex) {}

  /** The actor with the permissions that both role and token allow, or null where the user, client or session is no longer active. */
  read(claims: TokenClaims): Promise<Actor | null> {
    const key = `${claims.kind}:${claims.subject}:${claims.sessionId ?? ''}:${claims.scope}`;
    const hit = this.known.get(key);
    if (hit && Date.now() - hit.at < freshForMs) return hit.actor;
    if (this.known.size >= maxKnown) this.known.clear();
    const actor = this.load(claims);
    this.known.set(key, { at: Date.now(), actor });
    actor.catch(() => this.known.delete(key));
    return actor;
  }

  private async load(claims: TokenClaims): Promise<Actor | null> {
    if (claims.kind === 'user' && !(await this.sessionLasts(claims))) return null;
    const actor = await (claims.kind === 'user' ? this.user(claims.subject) : this.client(claims.subject));
    return actor && Object.freeze({ ...actor, permissions: narrowed(actor.permissions, narrowingOf(claims.scope)) });
  }

  /** Whether the session has not ended; notes about once a minute that it was seen. */
  private async sessionLasts({ sessionId, subject }: TokenClaims): Promise<boolean> {
    const { rows } = await this.db.raw<{ rows: { late: boolean }[] }>(`SELECT last_seen_at < now() - interval '1 minute' AS late FROM crm_core.crm_sessions
      WHERE id = ? AND user_id = ? AND ended_at IS NULL`, [sessionId, subject]);
    if (rows[0]?.late === true) await this.db('crm_core.crm_sessions').where({ id: sessionId }).update({ last_seen_at: this.db.fn.now() });
    return rows.length > 0;
  }

  /** Forgets what is known, after a change of roles or users in this process. */
  forget(): void {
    this.known.clear();
  }

  /** The actor of an active user, for jobs that work on the user's behalf. */
  async user(id: string): Promise<Actor | null> {
    const { rows } = await this.db.raw<{ rows: ActorRow[] }>(`${select('u.id', 'u.name')}
      , (SELECT json_agg(json_build_object('key', r.key, 'permissions', r.permissions, 'fields', r.fields) ORDER BY r.key) FROM crm_core.crm_user_roles ur
         JOIN crm_core.crm_roles r ON r.id = ur.role_id AND r.deleted_at IS NULL WHERE ur.user_id = u.id AND ur.deleted_at IS NULL) AS roles
      FROM crm_core.crm_users u WHERE u.id = ? AND u.is_active AND u.deleted_at IS NULL`, [id]);
    return toActor('user', rows[0]);
  }

  /** The actor of an active API client by its public `client_id`, for jobs that work on its behalf. */
  async client(id: string): Promise<Actor | null> {
    const { rows } = await this.db.raw<{ rows: ActorRow[] }>(`${select('c.id', 'c.name')}
      , (SELECT json_agg(json_build_object('key', r.key, 'permissions', r.permissions, 'fields', r.fields)) FROM crm_core.crm_roles r
         WHERE r.id = c.role_id AND r.deleted_at IS NULL) AS roles
      FROM crm_core.crm_api_clients c LEFT JOIN crm_core.crm_users u ON u.id = c.user_id AND u.is_active AND u.deleted_at IS NULL
      WHERE c.client_id = ? AND c.is_active AND c.deleted_at IS NULL AND (c.user_id IS NULL OR u.id IS NOT NULL)`, [id]);
    return toActor('client', rows[0]);
  }
}

const select = (id: string, name: string): string => `SELECT ${id} AS id, ${name} AS name, u.id AS user_id, u.email::text AS email, u.locale,
  coalesce((SELECT nullif(tr.region, '') FROM crm_core.crm_teams tr WHERE tr.id = u.team_id), nullif(u.region, '')) AS region,
  (SELECT json_build_object('id', tm.id, 'name', tm.name) FROM crm_core.crm_teams tm WHERE tm.id = u.team_id AND tm.deleted_at IS NULL) AS team,
  (SELECT json_agg(ts.id) FROM crm_core.crm_teams ts WHERE (ts.id = u.team_id OR ts.manager_id = u.id) AND ts.deleted_at IS NULL) AS team_ids`;

function toActor(kind: 'user' | 'client', row: ActorRow | undefined): Actor | null {
  if (!row) return null;
  const roles = row.roles ?? [];
  return Object.freeze({
    kind, id: row.id, userId: row.user_id, name: row.name, email: row.email, locale: row.locale ?? 'en',
    roles: roles.map((role) => role.key), permissions: mergePermissions(roles.map((role) => role.permissions)), fields: mergeFieldRules(roles),
    team: row.team, teamIds: row.team_ids ?? [], region: row.region,
  });
}
