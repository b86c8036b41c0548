import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Knex } from 'knex';

/** What an access token says; everything else about the caller is read fresh. */
export interface TokenClaims {
  readonly subject: string;
  readonly kind: 'user' | 'client';
}

interface Pair {
  readonly kid: string;
  readonly publicKey: CryptoKey | Uint8Array;
  readonly privateKey: CryptoKey | Uint8Array;
}

interface KeyRow {
  id: string;
  public_jwk: JWK;
  private_jwk: JWK;
}

const algorithm = 'EdDSA';
// Two API processes that start together must not make two keys.
const lockKey = 7_264_100;

/** The signing keys of access tokens, kept in `crm_signing_keys` so that all processes share them; made on first use. */
export class TokenKeys {
  private readonly known = new Map<string, Pair>();
  private current: Pair | null = null;

  constructor(private readonly db: Knex, private readonly issuer: string, private readonly lifetimeSeconds: number) {}

  /** Signs an access token (JWT, EdDSA). */
  async sign(claims: TokenClaims): Promise<string> {
    const pair = this.current ?? await this.load();
    return new SignJWT({ kind: claims.kind })
      .setProtectedHeader({ alg: algorithm, kid: pair.kid, typ: 'at+jwt' })
      .setSubject(claims.subject).setIssuer(this.issuer).setAudience('crm_api')
      .setIssuedAt().setExpirationTime(`${this.lifetimeSeconds}s`)
      .sign(pair.privateKey);
  }

  /** Checks signature, issuer, audience and lifetime; rejects otherwise. */
  async verify(token: string): Promise<TokenClaims> {
    const { payload } = await jwtVerify(token, async (header) => {
      const known = this.known.get(header.kid ?? '');
      if (known) return known.publicKey;
      await this.load();
      const loaded = this.known.get(header.kid ?? '');
      if (!loaded) throw new Error('The token names an unknown key');
      return loaded.publicKey;
    }, { algorithms: [algorithm], issuer: this.issuer, audience: 'crm_api', typ: 'at+jwt', requiredClaims: ['sub', 'exp'] });
    const kind = payload['kind'];
    if (payload.sub === undefined || (kind !== 'user' && kind !== 'client')) throw new Error('The token lacks its subject');
    return { subject: payload.sub, kind };
  }

  private async load(): Promise<Pair> {
    const rows = await this.db.transaction(async (trx) => {
      await trx.raw('SELECT pg_advisory_xact_lock(?)', [lockKey]);
      const found = await trx('crm_core.crm_signing_keys').where({ algorithm }).whereNull('retired_at').whereNull('deleted_at')
        .orderBy('created_at', 'desc').select<KeyRow[]>('id', 'public_jwk', 'private_jwk');
      if (found.length > 0) return found;
      const pair = await generateKeyPair(algorithm, { extractable: true, crv: 'Ed25519' });
      return trx('crm_core.crm_signing_keys')
        .insert({ algorithm, public_jwk: JSON.stringify(await exportJWK(pair.publicKey)), private_jwk: JSON.stringify(await exportJWK(pair.privateKey)) })
        .returning<KeyRow[]>(['id', 'public_jwk', 'private_jwk']);
    });
    this.known.clear();
    for (const row of rows) {
      this.known.set(row.id, { kid: row.id, publicKey: await importJWK(row.public_jwk, algorithm), privateKey: await importJWK(row.private_jwk, algorithm) });
    }
    const newest = this.known.get(rows[0]?.id ?? '');
    if (!newest) throw new Error('No signing key could be made');
    this.current = newest;
    return newest;
  }
}
