import { errors, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Knex } from 'knex';

/** What an access token says; everything else about the caller is read fresh. */
export interface TokenClaims {
  /** A user's row id or an API client's `client_id`. */
  readonly subject: string;
  readonly kind: 'user' | 'client';
  /** The session that the token belongs to; null for API clients, which have none. */
  readonly sessionId: string | null;
  /** The scopes as granted, separated by spaces. */
  readonly scope: string;
  /** When it ends, in milliseconds. */
  readonly expiresAt: number;
}

/** A token that is not, or no longer, one of ours; all other errors of checking are faults of ours and say nothing about it. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
  /** Whether it was one of ours, and only its time is over. */
  readonly expired = this.cause instanceof errors.JWTExpired;
}

/** A kind of token beside those for access: `typ` and audience keep a token of one kind from serving as one of another. */
export interface TokenKind {
  readonly typ: string;
  readonly audience: string;
}

interface KeyRow {
  id: string;
  public_jwk: JWK;
  private_jwk: JWK;
  activates_at: Date;
}

const algorithm = 'EdDSA';
// Two API processes that start together must not make two keys.
const lockKey = 7_264_100;
// Processes look for new keys this often, so a new one is known everywhere well before it signs.
const freshForMs = 10_000;
const publishSeconds = 60;
// So long a key may be trusted that another process has retired: what a rotation leaves verifying anyway.
const trustedForMs = 60_000;
// About what so many people at work send; a token is 600 bytes.
const mostVerified = 5000;

/** The signing keys of all tokens, kept in `crm_signing_keys` so that all processes share them; the first is made on first use. */
export class TokenKeys {
  private readonly known = new Map<string, CryptoKey | Uint8Array>();
  private rows: KeyRow[] = [];
  private readAt = 0;
  private reading: Promise<void> | null = null;
  /** Tokens whose signature was found right: nothing of that can change but their end and whether their key is still trusted. */
  private readonly verified = new Map<string, { readonly claims: TokenClaims; readonly kid: string; readonly key: CryptoKey | Uint8Array }>();

  constructor(private readonly db: Knex, private readonly issuer: string, private readonly lifetimeSeconds: number) {}

  /** All private keys as the provider takes them: the one that signs first, then those that are only published or only verify. */
  async forProvider(): Promise<(JWK & { kid: string })[]> {
    if (Date.now() - this.readAt > freshForMs || this.rows.length === 0) await this.load();
    const now = Date.now();
    const active = this.rows.filter((row) => row.activates_at.getTime() <= now);
    // Nothing is active only while the very first keys are all still to come: then the oldest signs.
    const signing = active[0] ?? this.rows.at(-1);
    return [...this.rows].sort((one, other) => Number(other === signing) - Number(one === signing))
      .map((row) => ({ ...row.private_jwk, kid: row.id, alg: algorithm, use: 'sig' }));
  }

  /**
   * Makes the next key: published at once, signing after a minute, when every process and cache knows it. The ones before verify until their last token
   * has ended and are then forgotten. Resolves to its id and the time from which it signs.
   */
  async rotate(publishFor = publishSeconds): Promise<{ id: string; activatesAt: Date }> {
    const row = await this.db.transaction(async (trx) => {
      await trx.raw('SELECT pg_advisory_xact_lock(?)', [lockKey]);
      const made = await this.make(trx, publishFor);
      // Twice the life of a token: the clocks of readers and caches of the key set may be late.
      await trx('crm_core.crm_signing_keys').whereNot({ id: made.id }).whereNull('retired_at')
        .update({ retired_at: trx.raw('?::timestamptz + make_interval(secs => ?)', [made.activates_at, this.lifetimeSeconds * 2]) });
      return made;
    });
    await this.load();
    return { id: row.id, activatesAt: row.activates_at };
  }

  /** Checks signature, issuer, audience and lifetime. @throws InvalidToken */
  async verify(token: string): Promise<TokenClaims> {
    const before = this.verified.get(token);
    if (before && before.claims.expiresAt > Date.now() && await this.keyOf(before.kid) === before.key) return before.claims;
    const { payload, protectedHeader: { kid = '' }, key } = await jwtVerify(token, (header) => this.keyOf(header.kid ?? ''), {
      algorithms: [algorithm], issuer: this.issuer, audience: 'crm_api', typ: 'at+jwt', requiredClaims: ['sub', 'exp'],
    }).catch((error: unknown) => { throw error instanceof errors.JOSEError ? new InvalidToken(error.message, { cause: error }) : error; });
    const { kind, sid, scope } = payload;
    if (payload.sub === undefined || (kind !== 'user' && kind !== 'client')) throw new InvalidToken('The token lacks its subject');
    if (kind === 'user' && typeof sid !== 'string') throw new InvalidToken('The token lacks its session');
    const claims: TokenClaims = Object.freeze({ subject: payload.sub, kind, sessionId: typeof sid === 'string' ? sid : null, scope: typeof scope === 'string' ? scope : '', expiresAt: (payload.exp ?? 0) * 1000 });
    if (this.verified.size >= mostVerified) this.verified.clear();
    this.verified.set(token, { claims, kid, key: key as CryptoKey | Uint8Array });
    return claims;
  }

  /** Signs a token of another kind than access, for a user and under an id of its own. */
  async sign({ typ, audience }: TokenKind, { id, subject, expiresAt }: { readonly id: string; readonly subject: string; readonly expiresAt: Date }): Promise<string> {
    const [jwk] = await this.forProvider();
    if (!jwk) throw new Error('There is no signing key');
    return new SignJWT({}).setProtectedHeader({ alg: algorithm, kid: jwk.kid, typ }).setIssuer(this.issuer).setAudience(audience).setSubject(subject).setJti(id).setIssuedAt().setExpirationTime(expiresAt)
      .sign(await importJWK(jwk, algorithm));
  }

  /** The id and user of a token of such a kind. @throws InvalidToken */
  async open({ typ, audience }: TokenKind, token: string): Promise<{ readonly id: string; readonly subject: string }> {
    const { payload } = await jwtVerify(token, (header) => this.keyOf(header.kid ?? ''), { algorithms: [algorithm], issuer: this.issuer, audience, typ, requiredClaims: ['sub', 'exp', 'jti'] })
      .catch((error: unknown) => { throw error instanceof errors.JOSEError ? new InvalidToken(error.message, { cause: error }) : error; });
    return { id: payload.jti ?? '', subject: payload.sub ?? '' };
  }

  private async keyOf(kid: string): Promise<CryptoKey | Uint8Array> {
    const known = this.known.get(kid);
    if (known && Date.now() - this.readAt < trustedForMs) return known;
    // Made-up ids must not cost a query each.
    if (Date.now() - this.readAt > 1000 || this.known.size === 0) await this.load();
    const loaded = this.known.get(kid);
    if (!loaded) throw new InvalidToken('The token names an unknown key');
    return loaded;
  }

  private load(): Promise<void> {
    this.reading ??= this.read().finally(() => { this.reading = null; });
    return this.reading;
  }

  private async read(): Promise<void> {
    let rows = await this.select(this.db);
    if (rows.length === 0) {
      rows = await this.db.transaction(async (trx) => {
        await trx.raw('SELECT pg_advisory_xact_lock(?)', [lockKey]);
        const found = await this.select(trx);
        return found.length > 0 ? found : [await this.make(trx, 0)];
      });
    }
    const kept = new Set(rows.map((row) => row.id));
    for (const id of this.known.keys()) if (!kept.has(id)) this.known.delete(id);
    for (const row of rows) if (!this.known.has(row.id)) this.known.set(row.id, await importJWK(row.public_jwk, algorithm));
    this.rows = rows;
    this.readAt = Date.now();
  }

  private async select(db: Knex): Promise<KeyRow[]> {
    return db('crm_core.crm_signing_keys').where({ algorithm }).whereNull('deleted_at').where((one) => { void one.whereNull('retired_at').orWhere('retired_at', '>', db.fn.now()); })
      .orderBy([{ column: 'activates_at', order: 'desc' }, { column: 'id', order: 'desc' }]).select<KeyRow[]>('id', 'public_jwk', 'private_jwk', 'activates_at');
  }

  private async make(trx: Knex.Transaction, delaySeconds: number): Promise<KeyRow> {
    const pair = await generateKeyPair(algorithm, { extractable: true, crv: 'Ed25519' });
    const [row] = await trx('crm_core.crm_signing_keys').insert({
      algorithm, public_jwk: JSON.stringify(await exportJWK(pair.publicKey)), private_jwk: JSON.stringify(await exportJWK(pair.privateKey)),
      activates_at: trx.raw('now() + make_interval(secs => ?)', [delaySeconds]),
    }).returning<KeyRow[]>(['id', 'public_jwk', 'private_jwk', 'activates_at']);
    if (!row) throw new Error('No signing key could be made');
    return row;
  }
}
