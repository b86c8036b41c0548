import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startApi, type TestApi } from './testing/api.testing.js';

const entry = fileURLToPath(new URL('./server.main.js', import.meta.url));

/** The part as the launcher runs it: a process of its own with a channel. */
describe('the part api', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startApi(); }, 120_000);
  afterAll(async () => { await api.stop(); });

  const start = (env: Record<string, string>): ChildProcess => fork(entry, { env: { CRM_LOG_LEVEL: 'silent', ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const free = async (): Promise<number> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address ? address.port : 0;
  };

  it('says that it is ready, serves, and stops on SIGTERM or when the launcher is gone', async () => {
    for (const end of ['SIGTERM', 'disconnect'] as const) {
      const port = await free();
      const part = start({ CRM_PG_URL: api.database.appUrl, CRM_PORT: String(port) });
      const [message] = await once(part, 'message') as [unknown];
      expect(message).toEqual({ type: 'ready' });
      const answer = await fetch(`http://127.0.0.1:${port}/crm/v1/auth/demo`);
      expect(answer.status).toBe(200);
      // A minute is what balancers keep theirs.
      expect(Number(/timeout=(\d+)/.exec(answer.headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(60);
      if (end === 'SIGTERM') part.kill('SIGTERM');
      else part.disconnect();
      const [code] = await once(part, 'exit') as [number | null];
      expect(code).withContext(end).toBe(0);
    }
  }, 120_000);

  it('says the cure where it cannot start', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const address = busy.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const cases: [Record<string, string>, RegExp][] = [
      [{ CRM_PG_URL: api.database.appUrl, CRM_PORT: port }, /^Port \d+ is in use; .*CRM_PORT/],
      [{}, /^CRM_PG_URL is missing; set it/],
      [{ CRM_PG_URL: api.database.appUrl, CRM_PORT: 'x' }, /^CRM_PORT is "x"; use a whole number/],
      [{ CRM_PG_URL: api.database.appUrl, CRM_CUBE_URL: 'ftp://x' }, /^CRM_CUBE_URL is not a web address/],
      [{ CRM_PG_URL: api.database.appUrl, CRM_PROFILE: 'x' }, /^CRM_PROFILE is "x"/],
      [{ CRM_PG_URL: api.database.appUrl, CRM_PROFILE: 'production' }, /^CRM_ISSUER is missing.*such as https:/],
    ];
    for (const [env, text] of cases) {
      const part = start(env);
      const [[message], [code]] = await Promise.all([once(part, 'message'), once(part, 'exit')]) as [[{ type: string; message: string }], [number]];
      expect(message.type).toBe('failed');
      expect(message.message).toMatch(text);
      expect(code).toBe(1);
    }
    busy.close();
  }, 120_000);
});
