import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';

/** Why a session ended. */
export type EndReason = 'signed_out' | 'ended' | 'password_changed' | 'revoked';

/** A session as stored. */
export interface SessionRow {
  id: string;
  client_id: string;
  client_name: string | null;
  user_agent: string | null;
  ip: string | null;
  created_at: Date;
  last_seen_at: Date;
}

/** Sessions: each is one grant of the provider, and ends together with all its tokens. */
export class SessionRepository {
  /** The session of a grant, made at its first token; null where it has ended. */
  async open(db: Knex, row: { grant_id: string; user_id: string; client_id: string; user_agent: string | null; ip: string | null }): Promise<string | null> {
    const { rows } = await db.raw<{ rows: { id: string }[] }>(`INSERT INTO crm_core.crm_sessions AS s (grant_id, user_id, client_id, user_agent, ip) VALUES (:grant_id, :user_id, :client_id, :user_agent, :ip)
      ON CONFLICT (grant_id) DO UPDATE SET last_seen_at = now(), ip = excluded.ip, user_agent = excluded.user_agent WHERE s.ended_at IS NULL RETURNING id`, row);
    return rows[0]?.id ?? null;
  }

  /** The sessions of a user that last, the newest first. */
  async list(db: Reader, userId: string, lifeSeconds: number): Promise<SessionRow[]> {
    return db('crm_core.crm_sessions as s').leftJoin('crm_core.crm_api_clients as c', 'c.client_id', 's.client_id')
      .where('s.user_id', userId).whereNull('s.ended_at').whereRaw('s.last_seen_at > now() - make_interval(secs => ?)', [lifeSeconds])
      .orderBy('s.last_seen_at', 'desc').limit(200)
      .select<SessionRow[]>('s.id', 's.client_id', 'c.name as client_name', 's.user_agent', db.raw('host(s.ip) AS ip'), 's.created_at', 's.last_seen_at');
  }

  /** Ends sessions with all their tokens in one transaction; returns their ids. */
  async end(db: Knex, which: { id?: string; grantId?: string; userId?: string; except?: string | null }, reason: EndReason): Promise<{ id: string; user_id: string }[]> {
    return db.transaction(async (trx) => {
      const query = trx('crm_core.crm_sessions').whereNull('ended_at');
      if (which.id !== undefined) void query.where({ id: which.id });
      if (which.grantId !== undefined) void query.where({ grant_id: which.grantId });
      if (which.userId !== undefined) void query.where({ user_id: which.userId });
      if (which.except != null) void query.whereNot({ id: which.except });
      const ended = await query.update({ ended_at: trx.fn.now(), ended_reason: reason }).returning<{ id: string; grant_id: string; user_id: string }[]>(['id', 'grant_id', 'user_id']);
      // A grant without a session has no token yet; its code goes with it.
      const grants = [...ended.map((one) => one.grant_id), ...(which.grantId === undefined ? [] : [which.grantId])];
      await trx('crm_core.crm_oidc_payloads').whereIn('grant_id', grants).orWhere((one) => { void one.where({ model: 'Grant' }).whereIn('payload_id', grants); }).del();
      return ended.map(({ id, user_id }) => ({ id, user_id }));
    });
  }
}
