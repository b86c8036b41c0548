import { fork, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('./server.main.js', import.meta.url));
const settings = { CRM_CUBE_SECRET: 'x'.repeat(40), CRM_CLICKHOUSE_URL: 'http://nobody:none@127.0.0.1:9' };

function start(env: Readonly<Record<string, string>>): { child: ChildProcess; message: Promise<unknown>; ended: Promise<number | null> } {
  const child = fork(entry, [], { env: { ...settings, ...env }, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return {
    child,
    message: new Promise((resolve) => child.once('message', resolve)),
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
  };
}

async function takenPort(): Promise<{ port: number; free: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, free: () => new Promise((resolve) => server.close(() => resolve())) };
}

describe('semantic part', () => {
  it('is ready also while the warehouse is not there, and stops cleanly on SIGTERM', async () => {
    const { port, free } = await takenPort();
    await free();
    const part = start({ CRM_CUBE_URL: `http://127.0.0.1:${port}` });
    expect(await part.message).toEqual({ type: 'ready' });
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    part.child.kill('SIGTERM');
    expect(await part.ended).toBe(0);
  }, 30_000);

  it('ends with the launcher', async () => {
    const { port, free } = await takenPort();
    await free();
    const part = start({ CRM_CUBE_URL: `http://127.0.0.1:${port}` });
    await part.message;
    part.child.disconnect();
    expect(await part.ended).toBe(0);
  }, 30_000);

  it('says in one line why it cannot start', async () => {
    const { port, free } = await takenPort();
    const busy = start({ CRM_CUBE_URL: `http://127.0.0.1:${port}` });
    expect(await busy.message).toEqual({ type: 'failed', message: `Port ${port} is taken: stop what listens there or change CRM_CUBE_URL` });
    expect(await busy.ended).toBe(1);
    await free();
    const wrong = start({});
    expect(await wrong.message).toEqual({ type: 'failed', message: jasmine.stringMatching(/^CRM_CUBE_URL is not set/) });
    expect(await wrong.ended).toBe(1);
    const store = start({ CRM_CUBE_URL: `http://127.0.0.1:${port}`, CRM_CUBESTORE_HOST: 'localhost' });
    const message = (await store.message) as { type: string; message?: string };
    // Where the native add-on is present, a Cube Store may be used.
    if (message.type === 'failed') expect(message.message).toMatch(/needs the native add-on/);
    store.child.kill('SIGTERM');
    await store.ended;
  }, 60_000);
});
