import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort } from './embedded/port.probe.js';
import { startTestCluster, type TestCluster } from './testing/database.testing.js';
import { migrations } from './migrations/index.js';

const patience = 300_000;
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

async function run(file: string, args: readonly string[], env: Record<string, string>): Promise<{ readonly code: unknown; readonly out: string; readonly err: string }> {
  const child = spawn('env', [...Object.entries(env).map(([name, value]) => `${name}=${value}`), process.execPath, path(file), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, out, err };
}

describe('the commands', () => {
  let cluster: TestCluster;
  beforeAll(async () => { cluster = await startTestCluster(); }, patience);
  afterAll(async () => { await cluster.stop(); }, patience);

  it('migrate up, plan, down, and refuse what they do not know', async () => {
    const database = await cluster.createDatabase();
    const env = { CRM_PG_ADMIN_URL: database.adminUrl };
    expect((await run('./migrate.cli.js', ['up'], env)).out).toBe('0 migrations applied\n');
    expect((await run('./migrate.cli.js', ['down', '1'], env)).out).toBe(`1 migrations taken back: ${String(migrations.at(-1)?.name)}\n`);
    expect((await run('./migrate.cli.js', ['plan'], env)).out).toContain('1 migrations would be applied; nothing was changed\n');
    expect((await run('./migrate.cli.js', ['up'], env)).out).toBe('1 migrations applied\n');
    expect(await run('./migrate.cli.js', ['sideways'], env)).toEqual(jasmine.objectContaining({ code: 1, err: 'Usage: npm run db:migrate -- [up | down [STEPS] | plan]\n' }));
    expect((await run('./migrate.cli.js', [], { CRM_PG_ADMIN_URL: '', CRM_PG_URL: '' })).code).toBe(1);
    await database.drop();
  }, patience);

  it('load the sample once', async () => {
    const database = await cluster.createDatabase();
    const env = { CRM_PG_ADMIN_URL: database.adminUrl };
    expect((await run('./sample.cli.js', [], { ...env, CRM_SAMPLE: 'none' })).out).toBe('sample: none wanted\n');
    expect((await run('./sample.cli.js', [], { ...env, CRM_SAMPLE: 'huge' })).err).toBe('CRM_SAMPLE is huge; set it to none, small, medium, full\n');
    const { out, code } = await run('./sample.cli.js', [], { ...env, CRM_SAMPLE: 'small' });
    expect(code).toBe(0);
    expect(out).toMatch(/^sample: crm_deals 1500 rows$/m);
    expect(out).toMatch(/sample: small loaded, \d+ rows in [\d.]+ s\n$/);
    expect((await run('./sample.cli.js', [], { ...env, CRM_SAMPLE: 'small' })).out).toBe('sample: the database has accounts already; nothing was changed\n');
    await database.drop();
  }, patience);

  it('serve Postgres by the part protocol and stop when the launcher is gone', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'crm-server-'));
    chmodSync(dataDir, 0o755);
    const port = await freePort();
    const url = (role: string): string => `postgres://${role}:secret@127.0.0.1:${port}/crm`;
    const env = { CRM_DATA_DIR: dataDir, CRM_PG_URL: url('crm_app'), CRM_PG_ADMIN_URL: url('crm_owner'), CRM_PG_STREAM_URL: url('crm_stream'), CRM_PG_SUPERUSER_PASSWORD: 'super' };
    const part = fork(path('./server.main.js'), [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    expect((await once(part, 'message'))[0]).toEqual({ type: 'ready' });
    const client = new pg.Client({ connectionString: url('crm_owner') });
    await client.connect();
    expect((await client.query<{ name: string }>('SELECT current_database() AS name')).rows).toEqual([{ name: 'crm' }]);
    await client.end();
    part.disconnect();
    expect((await once(part, 'exit'))[0]).toBe(0);
    await expectAsync(new pg.Client({ connectionString: url('crm_owner') }).connect()).toBeRejectedWithError(/ECONNREFUSED/);
    const poor = fork(path('./server.main.js'), [], { env: { CRM_DATA_DIR: dataDir }, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const [message] = (await once(poor, 'message')) as [{ type: string; message: string }];
    expect(message.type).toBe('failed');
    expect(message.message).toContain('start the product with npm start');
    if (poor.exitCode === null) await once(poor, 'exit');
    expect(poor.exitCode).toBe(1);
    rmSync(dataDir, { recursive: true, force: true });
  }, patience);
});
