import { importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { startApi, type TestApi } from '../../testing/api.testing.js';
import { InvalidToken, TokenKeys } from './token.keys.js';

const importKey = (jwk: JWK | undefined): Promise<CryptoKey | Uint8Array> => importJWK(jwk ?? {}, 'EdDSA');

describe('the signing keys', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi(); }, 120_000);
  afterAll(async () => { await api.stop(); });

  it('end where another process has retired them, and a lost database is not the token\'s fault', async () => {
    const admin = await api.as('admin');
    expect((await admin.get('/me')).status).toBe(200);
    await api.db('crm_core.crm_signing_keys').update({ retired_at: api.db.raw("now() - interval '1 second'") });
    // Only the clock of the keys goes on; that of the token stands.
    const started = Date.now();
    spyOn(Date, 'now').and.callFake(() => started + 61_000);
    await api.admin.raw('ALTER TABLE crm_core.crm_signing_keys RENAME TO crm_signing_keys_away');
    expect((await admin.get('/me')).status).withContext('the table is away').toBe(500);
    await api.admin.raw('ALTER TABLE crm_core.crm_signing_keys_away RENAME TO crm_signing_keys');
    const refused = await admin.get('/me');
    expect([refused.status, refused.body['code']]).toEqual([401, 'token_invalid']);
  });

  it('take a token that was found right until it ends, and none that was changed', async () => {
    // Made by this process alone: the keys of the other test are retired.
    const keys = new TokenKeys(api.db, 'https://spec.example', 60);
    const [jwk] = await keys.forProvider();
    const sign = (ends: number): Promise<string> => importKey(jwk).then((key) => new SignJWT({ kind: 'user', sid: 's' }).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: jwk?.kid ?? '' })
      .setIssuer('https://spec.example').setAudience('crm_api').setSubject('u').setExpirationTime(ends).sign(key));
    const ends = Math.floor(Date.now() / 1000) + 30;
    const token = await sign(ends);
    for (let time = 0; time < 2; time += 1) expect((await keys.verify(token)).expiresAt).toBe(ends * 1000);
    const [head, body, signature = ''] = token.split('.');
    await expectAsync(keys.verify([head, body, `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`].join('.'))).toBeRejectedWithError(InvalidToken);
    jasmine.clock().install().mockDate(new Date(ends * 1000));
    await expectAsync(keys.verify(token)).toBeRejectedWithError(InvalidToken);
    jasmine.clock().uninstall();
  });
});
