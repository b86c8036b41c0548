import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi, type TestApi } from '../../testing/api.testing.js';

describe('the UI\'s files', () => {
  let api: TestApi;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crm-ui-'));
    mkdirSync(join(folder, 'browser', 'i18n'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'outside');
    writeFileSync(join(folder, 'browser', 'index.html'), '<!doctype html><title>CRM</title>');
    writeFileSync(join(folder, 'browser', 'main-AB12CD34.js'), 'console.log(1);'.repeat(200));
    writeFileSync(join(folder, 'browser', 'i18n', 'ar.json'), '{}');
    api = await startApi({ CRM_UI_DIR: join(folder, 'browser') });
  }, 120_000);
  afterAll(async () => {
    await api.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('hashed ones are cached for ever and compressed, the page never', async () => {
    const script = await api.inject({ url: '/main-AB12CD34.js', headers: { 'accept-encoding': 'br' } });
    expect([script.status, script.headers['cache-control'], script.headers['content-encoding']]).toEqual([200, 'public, max-age=31536000, immutable', 'br']);
    for (const url of ['/', '/deals', '/deals/01890000-0000-7000-8000-000000000000?tab=x', '/ar/accounts/a.b']) {
      const page = await api.inject(url);
      expect([page.status, page.headers['cache-control'], page.headers['content-type']]).withContext(url).toEqual([200, 'no-cache', 'text/html; charset=utf-8']);
      expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
    const words = await api.inject('/i18n/ar.json');
    expect([words.status, words.headers['cache-control']]).toEqual([200, 'no-cache']);
    const again = await api.inject({ url: '/', headers: { 'if-none-match': String((await api.inject('/')).headers['etag']) } });
    expect(again.status).toBe(304);
  });

  it('nothing outside the folder, no page for a missing script, no page for the API', async () => {
    for (const [url, status] of [['/../secret.txt', 200], ['/%2e%2e/secret.txt', 200], ['/..%2fsecret.txt', 200], ['/main-OLD00000.js', 404], ['/crm/v1/nothing', 404], ['/crm', 404]] as const) {
      const answer = await api.inject(url);
      expect(answer.text).withContext(url).not.toContain('outside');
      if (status === 404) expect(answer.status).withContext(url).toBe(404);
    }
  });

  it('are missed politely where they are not built', async () => {
    const bare = await startApi({ CRM_UI_DIR: join(folder, 'nowhere') });
    const answer = await bare.inject('/');
    expect([answer.status, answer.body['code']]).toEqual([503, 'ui_not_built']);
    await bare.stop();
  });
});
