import type { Knex } from 'knex';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { SessionRepository } from '../../sessions/session.repository.js';
import { LoginRepository, type ClientRow } from '../login.repository.js';

const table = 'crm_core.crm_oidc_payloads';

interface PayloadRow {
  payload: AdapterPayload;
  consumed_at: Date | null;
}

/** The store of one model of the provider in `crm_oidc_payloads`; clients come from `crm_api_clients`. */
export class OidcAdapter implements Adapter {
  private readonly sessions = new SessionRepository();
  private readonly logins = new LoginRepository();

  constructor(private readonly db: Knex, private readonly model: string) {}

  /** Stores or replaces an entry. */
  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const row = {
      payload: JSON.stringify(payload), grant_id: payload.grantId ?? null, uid: payload.uid ?? null,
      expires_at: expiresIn === undefined ? null : this.db.raw('now() + make_interval(secs => ?)', [expiresIn]),
    };
    await this.db(table).insert({ model: this.model, payload_id: id, ...row }).onConflict(['model', 'payload_id']).merge(row);
  }

  /** An entry that has not expired. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    // Postgres has no such character in its texts, and no id of ours has it.
    if (id.includes('\0')) return undefined;
    if (this.model === 'Client') return clientPayload(await this.logins.clientById(this.db, id));
    return this.one({ payload_id: id });
  }

  /** A browser session by its uid. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.one({ uid });
  }

  /** Device codes are not offered. */
  async findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Marks a code or refresh token as used. Of two that come at the same moment one is a replay: it ends the whole sign-in, as a later one would. */
  async consume(id: string): Promise<void> {
    const rows = await this.db(table).where({ model: this.model, payload_id: id }).whereNull('consumed_at').update({ consumed_at: this.db.fn.now() }).returning<{ id: string }[]>('id');
    if (rows.length > 0) return;
    const used = await this.db(table).where({ model: this.model, payload_id: id }).first<{ grant_id: string | null } | undefined>('grant_id');
    if (used?.grant_id != null) await this.revokeByGrantId(used.grant_id);
    throw new errors.InvalidGrant('already used');
  }

  /** Forgets an entry; a grant ends its session. */
  async destroy(id: string): Promise<void> {
    await this.db(table).where({ model: this.model, payload_id: id }).del();
    if (this.model === 'Grant') await this.revokeByGrantId(id);
  }

  /** Ends the session of a grant with all its tokens. */
  async revokeByGrantId(grantId: string): Promise<void> {
    await this.sessions.end(this.db, { grantId }, 'revoked');
  }

  private async one(where: Record<string, string>): Promise<AdapterPayload | undefined> {
    const row = await this.db(table).where({ model: this.model, ...where }).whereRaw('(expires_at IS NULL OR expires_at > now())').first<PayloadRow | undefined>('payload', 'consumed_at');
    return row && { ...row.payload, ...(row.consumed_at ? { consumed: Math.floor(row.consumed_at.getTime() / 1000) } : {}) };
  }
}

/** An API client as the provider reads clients. Its secret is a hash, which the provider hands back to be compared. */
function clientPayload(row: ClientRow | undefined): AdapterPayload | undefined {
  if (!row) return undefined;
  const interactive = row.redirect_uris.length > 0;
  return {
    client_id: row.client_id, client_name: row.name, client_secret: row.secret_hash, token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials', ...(interactive ? ['authorization_code', 'refresh_token'] : [])],
    response_types: interactive ? ['code'] : [], redirect_uris: row.redirect_uris,
    ...(row.scopes ? { crm_scopes: row.scopes.join(' ') } : {}),
  };
}

/** Deletes what has expired. */
export async function tidyPayloads(db: Knex): Promise<void> {
  await db(table).where('expires_at', '<', db.fn.now()).del();
}
