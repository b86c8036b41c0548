import { hash, verify } from '@node-rs/argon2';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { ApiConfig } from '../../config.js';
import type { ActorReader } from '../../kernel/auth/actor.reader.js';
import type { TokenKeys } from '../../kernel/auth/token.keys.js';
import type { Actor } from '../../kernel/context/actor.js';
import { AddressLimiter, waitAfter } from './attempt.limiter.js';
import { invalidClient, invalidGrant, oauthError, slowDown } from './auth.errors.js';
import { AuthRepository, type LoginRow } from './auth.repository.js';

/** The token endpoint's answer (RFC 6749, 5.1). */
export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token?: string;
  scope: string;
}

/** The form as sent, with the client's credentials wherever they came from. */
export type TokenForm = Readonly<Record<string, string | undefined>>;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Issues, rotates and revokes tokens. */
export class AuthService {
  private readonly addresses = new AddressLimiter();
  private readonly repository = new AuthRepository();
  private dummy: Promise<string> | null = null;

  constructor(
    private readonly db: Knex,
    private readonly config: ApiConfig,
    private readonly keys: TokenKeys,
    private readonly actors: ActorReader,
  ) {}

  /** Exchanges a grant for tokens; `address` is the caller's, for the back-off. */
  async token(form: TokenForm, address: string): Promise<TokenAnswer> {
    switch (form['grant_type']) {
      case 'password':
        if (this.config.profile !== 'demo') throw oauthError('unsupported_grant_type', 'The password grant exists only in the demo profile. Use client_credentials or authorization_code.');
        return this.password(need(form, 'username'), need(form, 'password'), address);
      case 'client_credentials': return this.client(need(form, 'client_id'), need(form, 'client_secret'), address);
      case 'refresh_token': return this.refresh(need(form, 'refresh_token'));
      case undefined: throw oauthError('invalid_request', 'The form lacks grant_type; send password, client_credentials or refresh_token.');
      default: throw oauthError('unsupported_grant_type', 'grant_type must be password, client_credentials or refresh_token.');
    }
  }

  /** Ends the family of a refresh token; unknown tokens are none of the caller's business (RFC 7009, 2.2). */
  async revoke(token: string): Promise<void> {
    await this.db.transaction(async (trx) => {
      const row = await this.repository.lockRefresh(trx, hashOf(token));
      if (row) await this.repository.revokeFamily(trx, row.family_id);
    });
  }

  private async password(email: string, password: string, address: string): Promise<TokenAnswer> {
    this.checkAddress(address);
    const login = await this.repository.loginByEmail(this.db, email);
    const seconds = login?.locked_until ? Math.ceil((login.locked_until.getTime() - Date.now()) / 1000) : 0;
    if (seconds > 0) throw slowDown(seconds);
    if (!(await this.matches(login, password))) {
      this.addresses.failed(address);
      if (login) await this.repository.countFailure(this.db, login.user_id, waitAfter);
      throw invalidGrant('The e-mail address or password is wrong.');
    }
    const userId = login?.user_id ?? '';
    await this.repository.clearFailures(this.db, userId);
    return this.issue(this.db, userId, randomUUID());
  }

  private async client(clientId: string, secret: string, address: string): Promise<TokenAnswer> {
    this.checkAddress(address);
    const client = await this.repository.clientById(this.db, clientId);
    if (!(await safeVerify(client?.secret_hash ?? await this.dummyHash(), secret)) || !client) {
      this.addresses.failed(address);
      throw invalidClient();
    }
    await this.repository.touchClient(this.db, client.id);
    const claims = { subject: client.id, kind: 'client' as const };
    const actor = await this.actors.read(claims);
    if (!actor) throw invalidClient();
    return { access_token: await this.keys.sign(claims), token_type: 'Bearer', expires_in: this.config.accessTokenSeconds, scope: scopeText(actor) };
  }

  private async refresh(token: string): Promise<TokenAnswer> {
    // The revocation of a stolen family must be kept although the request fails: so it is decided inside and thrown outside.
    const answer = await this.db.transaction(async (trx) => {
      const row = await this.repository.lockRefresh(trx, hashOf(token));
      if (!row) return null;
      if (row.used_at ?? row.revoked_at) {
        await this.repository.revokeFamily(trx, row.family_id);
        return null;
      }
      if (row.expires_at.getTime() <= Date.now() || row.user_id === null) return null;
      await this.repository.useRefresh(trx, row.id);
      return this.issue(trx, row.user_id, row.family_id);
    });
    if (!answer) throw invalidGrant('The refresh token is expired, used or revoked. Sign in again.');
    return answer;
  }

  private async issue(db: Knex, userId: string, familyId: string): Promise<TokenAnswer> {
    const actor = await this.actors.user(userId);
    if (!actor) throw invalidGrant('The account is no longer active.');
    const refresh = randomBytes(32).toString('base64url');
    await this.repository.insertRefresh(db, {
      token_hash: hashOf(refresh), family_id: familyId, user_id: userId,
      expires_at: new Date(Date.now() + this.config.refreshTokenSeconds * 1000),
    });
    return {
      access_token: await this.keys.sign({ subject: userId, kind: 'user' }), token_type: 'Bearer',
      expires_in: this.config.accessTokenSeconds, refresh_token: refresh, scope: scopeText(actor),
    };
  }

  private checkAddress(address: string): void {
    const seconds = this.addresses.waitOf(address);
    if (seconds > 0) throw slowDown(seconds);
  }

  /** Unknown users cost the same time as known ones, so that the answer's delay tells nothing. */
  private async matches(login: LoginRow | undefined, password: string): Promise<boolean> {
    const right = await safeVerify(login?.password_hash ?? await this.dummyHash(), password);
    return right && login !== undefined;
  }

  private dummyHash(): Promise<string> {
    this.dummy ??= hash(randomBytes(16).toString('hex'));
    return this.dummy;
  }
}

async function safeVerify(hashed: string, secret: string): Promise<boolean> {
  // argon2 costs memory in proportion to its input; nobody's password is longer than this.
  return secret.length <= 256 && verify(hashed, secret).catch(() => false);
}

function need(form: TokenForm, name: string): string {
  const value = form[name];
  if (value === undefined || value === '') throw oauthError('invalid_request', `The form lacks ${name}.`);
  return value;
}

function scopeText(actor: Actor): string {
  return Object.entries(actor.permissions).flatMap(([resource, allowed]) => Object.keys(allowed).map((action) => `crm:${resource}:${action}`)).join(' ');
}
