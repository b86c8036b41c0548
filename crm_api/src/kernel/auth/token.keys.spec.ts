import { startApi, type TestApi } from '../../testing/api.testing.js';

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
});
