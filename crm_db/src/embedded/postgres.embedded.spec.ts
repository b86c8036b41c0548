import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { bootstrapCluster } from './bootstrap.js';
import { freePort } from './port.probe.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './postgres.embedded.js';

const patience = 180_000;
const password = 'embedded-password';

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // The server is killed under it.
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded server', () => {
  let base: string;
  let folder: string;
  let server: EmbeddedPostgres | undefined;

  const start = async (): Promise<EmbeddedPostgres> => {
    server = await startEmbeddedPostgres({ dataDir: join(base, 'postgres'), password });
    folder = server.folder;
    return server;
  };

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'crm-embedded-'));
    chmodSync(base, 0o755);
    folder = join(base, 'postgres');
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    rmSync(folder, { recursive: true, force: true });
    rmSync(base, { recursive: true, force: true });
  }, patience);

  it('serves on loopback only, asks for the password, and keeps its data over a stop', async () => {
    const { superuserUrl, port } = await start();
    expect(await ask(superuserUrl, `SELECT current_setting('listen_addresses') AS at, current_setting('wal_level') AS wal, current_setting('fsync') AS fsync, current_setting('TimeZone') AS zone`))
      .toEqual([{ at: '127.0.0.1', wal: 'logical', fsync: 'on', zone: 'UTC' }]);
    await expectAsync(ask(`postgres://postgres:wrong@127.0.0.1:${port}/postgres`, 'SELECT 1')).toBeRejectedWithError(/password authentication failed/);
    await ask(superuserUrl, 'CREATE TABLE kept AS SELECT 1 AS id');
    await server?.stop();
    expect(await ask((await start()).superuserUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  }, patience);

  it('comes back with all that was committed after kill -9', async () => {
    const { superuserUrl, pid, exited } = await start();
    await ask(superuserUrl, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id');
    process.kill(pid, 'SIGKILL');
    await exited;
    expect(existsSync(join(folder, 'postmaster.pid'))).toBeTrue();
    expect(await ask((await start()).superuserUrl, 'SELECT count(*)::int AS count FROM kept')).toEqual([{ count: 1000 }]);
  }, patience);

  it('ends a server that a killed launcher left on the folder', async () => {
    const first = await start();
    await ask(first.superuserUrl, 'CREATE TABLE kept AS SELECT 1 AS id');
    const second = await start();
    await first.exited;
    expect(second.pid).not.toBe(first.pid);
    expect(await ask(second.superuserUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  }, patience);

  it('begins anew where the first set-up was interrupted', async () => {
    // What a killed set-up leaves: an unfinished draft beside an empty folder.
    mkdirSync(join(base, 'postgres.setup', 'base'), { recursive: true });
    writeFileSync(join(base, 'postgres.setup', 'PG_VERSION'), '18\n');
    expect(await ask((await start()).superuserUrl, 'SELECT 1 AS id')).toEqual([{ id: 1 }]);
    expect(existsSync(join(base, 'postgres.setup'))).toBeFalse();
  }, patience);

  it('never takes damaged data for an empty folder', async () => {
    const { folder: made } = await start();
    await server?.stop();
    server = undefined;
    rmSync(join(made, 'PG_VERSION'));
    await expectAsync(startEmbeddedPostgres({ dataDir: join(base, 'postgres'), password })).toBeRejectedWithError(/^Postgres cannot open its data folder [^\n]*start anew$/);
    expect(existsSync(join(made, 'base'))).toBeTrue();
  }, patience);

  it('says the cure in one line for a damaged folder', async () => {
    const { folder: made } = await start();
    await server?.stop();
    server = undefined;
    truncateSync(join(made, 'global', 'pg_control'), 100);
    await expectAsync(startEmbeddedPostgres({ dataDir: join(base, 'postgres'), password })).toBeRejectedWithError(/^Postgres cannot open its data folder [^\n]*restore it from a backup, or move the folder away to start anew$/);
  }, patience);

  it('says the cure in one line for another version of the folder', async () => {
    const { folder: made } = await start();
    await server?.stop();
    server = undefined;
    writeFileSync(join(made, 'PG_VERSION'), '12\n');
    await expectAsync(startEmbeddedPostgres({ dataDir: join(base, 'postgres'), password })).toBeRejectedWithError(/^Postgres cannot open its data folder [^\n]*start anew$/);
  }, patience);

  it('says the cure in one line for a busy port', async () => {
    const port = await freePort();
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    await expectAsync(startEmbeddedPostgres({ dataDir: join(base, 'postgres'), port, password })).toBeRejectedWithError(`Postgres cannot listen on 127.0.0.1:${port}: the port is taken; stop what uses it or start again`);
    squatter.close();
    await once(squatter, 'close');
  }, patience);

  it('leaves no server behind when its caller ends without stopping it', async () => {
    const script = join(base, 'caller.mjs');
    const module = new URL('./postgres.embedded.js', import.meta.url).href;
    writeFileSync(script, `import { startEmbeddedPostgres } from ${JSON.stringify(module)};
      const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(join(base, 'postgres'))}, password: 'x' });
      console.log(JSON.stringify({ pid: server.pid, folder: server.folder }));
      process.exit(3);`);
    const { stdout, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect(status).toBe(3);
    const left = JSON.parse(stdout) as { pid: number; folder: string };
    folder = left.folder;
    const deadline = Date.now() + 20_000;
    const runs = (): boolean => existsSync(`/proc/${left.pid}`) && readFileSync(`/proc/${left.pid}/stat`, 'utf8').split(' ')[2] !== 'Z';
    while (runs() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(runs()).toBeFalse();
  }, patience);

  it('sets up roles and database, and can do it again with other passwords', async () => {
    const { superuserUrl, port } = await start();
    const urls = (secret: string): { adminUrl: string; appUrl: string; streamUrl: string } => ({
      adminUrl: `postgres://crm_owner:${secret}@127.0.0.1:${port}/crm%20one`, appUrl: `postgres://crm_app:${secret}@127.0.0.1:${port}/crm%20one`, streamUrl: `postgres://crm_stream:${secret}@127.0.0.1:${port}/crm%20one`,
    });
    await bootstrapCluster(superuserUrl, urls('first'));
    expect(await ask(urls('first').adminUrl, 'SELECT current_database() AS name')).toEqual([{ name: 'crm one' }]);
    await bootstrapCluster(superuserUrl, urls(encodeURIComponent(`it's`)));
    await expectAsync(ask(urls('first').appUrl, 'SELECT 1')).toBeRejectedWithError(/password authentication failed/);
    expect(await ask(urls(encodeURIComponent(`it's`)).streamUrl, 'SELECT rolreplication AS may FROM pg_roles WHERE rolname = current_user')).toEqual([{ may: true }]);
  }, patience);
});
