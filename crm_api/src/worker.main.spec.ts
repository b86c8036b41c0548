import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loopback, makeWebhook, startReceiver, until } from './automation/webhooks/webhook.testing.js';
import { startApi, type TestApi } from './testing/api.testing.js';

const entry = fileURLToPath(new URL('./worker.main.js', import.meta.url));

/** The part as the launcher runs it: a process of its own with a channel. */
describe('the part jobs', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi(loopback); }, 120_000);
  afterAll(async () => { await api.stop(); });

  const start = async (): Promise<ChildProcess> => {
    const part = fork(entry, { env: { CRM_LOG_LEVEL: 'silent', CRM_PG_URL: api.database.appUrl, CRM_SECRETS_KEY: 'c'.repeat(64), CRM_WEBHOOK_ALLOW_LOOPBACK: 'true' }, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const [message] = await once(part, 'message') as [unknown];
    expect(message).toEqual({ type: 'ready' });
    return part;
  };

  it('is killed in the middle of sending webhooks, starts again and has lost none', async () => {
    const admin = await api.as('admin');
    const receiver = await startReceiver();
    await makeWebhook(admin, receiver.url, ['account.created']);
    const distinct = (): number => new Set(receiver.arrived.map(({ id }) => id)).size;
    let part = await start();
    for (const kill of [20, 60]) {
      await api.db.raw(`INSERT INTO crm_core.crm_accounts (legal_name) SELECT 'Killed ' || ? || ' ' || n FROM generate_series(1, 50) n`, [kill]);
      await until('the middle', () => distinct() >= kill);
      part.kill('SIGKILL');
      await once(part, 'exit');
      // Nobody waits a minute here: the leases of the dead end now.
      await api.db('crm_core.crm_webhook_deliveries').whereNotNull('leased_until').update({ leased_until: api.db.fn.now() });
      part = await start();
    }
    await until('all', () => distinct() === 100);
    part.kill('SIGTERM');
    const [code] = await once(part, 'exit') as [number | null];
    expect(code).toBe(0);
    await receiver.close();
  }, 90_000);
});
