import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partEnvironment, readConfig } from '../config.js';
import { createWarehouse } from '../connection.js';
import { until } from '../testing/warehouse.testing.js';
import { startEmbeddedWarehouse } from './embedded.child.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;
const MAIN = fileURLToPath(new URL('../server.main.js', import.meta.url));

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('embedded warehouse', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'crm-embedded-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));
  const start = (port = 0): ReturnType<typeof startEmbeddedWarehouse> => startEmbeddedWarehouse({ dataDir, port, user: 'u', password: 'p' });

  it('has every acknowledged row after each of several sudden deaths', async () => {
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      const server = await start();
      const warehouse = createWarehouse(server.url, { retryForMs: 0 });
      await warehouse.command('CREATE TABLE IF NOT EXISTS k (batch UInt32, row UInt32, s String) ENGINE = MergeTree ORDER BY (batch, row)');
      const stored = await warehouse.first<{ complete: string; rows: string }>('SELECT toString(uniqExact(batch)) AS complete, toString(count()) AS rows FROM k');
      // Batches are whole, and none that was acknowledged is missing; the one under way at the kill may have made it.
      expect(Number(stored?.rows)).toBe(Number(stored?.complete) * 500);
      expect(Number(stored?.complete)).toBeGreaterThanOrEqual(acknowledged);
      const missing = await warehouse.rows(`SELECT number FROM numbers(${String(acknowledged)}) WHERE number NOT IN (SELECT batch FROM k)`);
      expect(missing).toEqual([]);
      let next = Number(stored?.complete);
      acknowledged = next;
      const killAt = next + 15 + round;
      for (;;) {
        const batch = next++;
        const insert = warehouse.insert('k', Array.from({ length: 500 }, (_, row) => ({ batch, row, s: 'text '.repeat(10) })));
        if (batch >= killAt) process.kill(server.pid, 'SIGKILL');
        if (!(await insert.then(() => true, () => false))) break;
        acknowledged = batch + 1;
      }
      await warehouse.close();
      await server.ended;
    }
    expect(acknowledged).toBeGreaterThanOrEqual(45);
  });

  it('says in one line that the port, or the folder, is taken', async () => {
    const first = await start();
    await expectAsync(start()).toBeRejectedWithError(/in use by process \d+\. Stop that process, or set CRM_DATA_DIR/);
    await first.stop();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expectAsync(start(port)).toBeRejectedWithError(new RegExp(`Port ${String(port)} of the warehouse is in use`));
    await new Promise((resolve) => other.close(resolve));
    const again = await start();
    await again.stop();
    await again.stop();
  });

  it('says in one line that the folder is damaged or cannot be made', async () => {
    const server = await start();
    await server.stop();
    const metadata = join(dataDir, 'warehouse', 'metadata');
    const files = (await readdir(metadata)).filter((name) => name.startsWith('crm_raw') && name.endsWith('.sql'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) await writeFile(join(metadata, file), 'no SQL at all');
    await expectAsync(start()).toBeRejectedWithError(/is damaged .*Move it away and start again/);
    await rm(dataDir, { recursive: true, force: true });
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'warehouse'), 'a file');
    await expectAsync(start()).toBeRejectedWithError(/Cannot create the warehouse folder/);
  });

  it('opens a folder in which a definition was cut short by a full disk, without that one table', async () => {
    const server = await start();
    const warehouse = createWarehouse(server.url);
    for (const name of ['kept', 'cut']) {
      await warehouse.command(`CREATE TABLE crm_raw.${name} (id UInt64) ENGINE = MergeTree ORDER BY id`);
      await warehouse.insert(`crm_raw.${name}`, [{ id: 7 }]);
    }
    const definition = await warehouse.first<{ path: string }>(`SELECT metadata_path AS path FROM system.tables WHERE database = 'crm_raw' AND name = 'cut'`);
    await warehouse.close();
    await server.stop();
    const file = join(dataDir, 'warehouse', (definition?.path ?? '').replace(/^.*?store\//, 'store/'));
    const whole = await readFile(file);
    for (const left of [0, Math.floor(whole.length / 2)]) {
      await writeFile(file, whole.subarray(0, left));
      const again = await start();
      const opened = createWarehouse(again.url);
      expect(await opened.rows(`SELECT id FROM crm_raw.kept`)).toEqual([{ id: '7' }]);
      expect(await opened.rows(`SELECT name FROM system.tables WHERE database = 'crm_raw' AND name = 'cut'`)).toEqual([]);
      await opened.close();
      await again.stop();
    }
    expect((await readdir(join(dataDir, 'warehouse', 'crm_damaged'))).filter((name) => name.endsWith('-cut.sql')).length).toBe(2);
  });

  it('ends with the process that started it, and by SIGTERM, with or without enough threads', async () => {
    for (const how of ['disconnect', 'SIGTERM'] as const) {
      const env = { ...partEnvironment({ CRM_DATA_DIR: dataDir, CRM_CLICKHOUSE_URL: 'http://u:p@127.0.0.1:0' }), UV_THREADPOOL_SIZE: undefined };
      const part: ChildProcess = fork(MAIN, [], { env, execArgv: [] });
      const ready = await new Promise<{ type: string; url: string }>((resolve) => part.once('message', (message) => {
        resolve(message as { type: string; url: string });
      }));
      expect(ready.type).toBe('ready');
      expect(await createWarehouse(ready.url).ping()).toBeTrue();
      const exit = new Promise<number | null>((resolve) => part.once('exit', resolve));
      if (how === 'disconnect') part.disconnect();
      else part.kill('SIGTERM');
      expect(await exit).toBe(0);
      await until(() => !alive(part.pid ?? 0));
      await until(async () => !(await fetch(`${new URL(ready.url).origin}/ping`).then(() => true, () => false)));
    }
  });
});

describe('readConfig', () => {
  it('reads the variables and refuses addresses it must not serve', () => {
    const config = readConfig({ CRM_DATA_DIR: '/d', CRM_CLICKHOUSE_URL: 'http://u:p@127.0.0.1:9', CRM_CLICKHOUSE_CLUSTER: 'c', UV_THREADPOOL_SIZE: '64' });
    expect([config.folder, config.url.port, config.cluster, config.threadsGiven]).toEqual(['/d/warehouse', '9', 'c', true]);
    expect(readConfig({}).url.username).toBe('crm_app');
    expect(readConfig({}).threadsGiven).toBeFalse();
    expect(() => readConfig({ CRM_CLICKHOUSE_URL: 'nonsense' })).toThrowError(/must look like/);
    expect(() => readConfig({ CRM_CLICKHOUSE_URL: 'http://u:p@10.0.0.1:8123' })).toThrowError(/listens on 127\.0\.0\.1 only/);
  });
});
