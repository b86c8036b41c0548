import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWarehouse, isConnectionLoss, readerUrl } from './connection.js';
import { startEmbeddedWarehouse, type EmbeddedWarehouse } from './embedded/embedded.child.js';
import { PASSWORD, startTestWarehouse, USER, type TestWarehouse } from './testing/warehouse.testing.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 180_000;

describe('Warehouse', () => {
  let test: TestWarehouse;
  beforeAll(async () => {
    test = await startTestWarehouse();
  });
  afterAll(() => test.close());

  it('reads exactly: large integers, decimals and times', async () => {
    const query = "SELECT toUInt64(18446744073709551615) AS n, toDecimal64('12.50', 2) AS d, toDateTime64('2024-01-02 03:04:05.123456', 6, 'UTC') AS t";
    expect(await test.warehouse.first(query)).toEqual({ n: '18446744073709551615', d: '12.50', t: '2024-01-02T03:04:05.123456Z' });
    expect(await test.warehouse.first('SELECT 1 WHERE 0')).toBeUndefined();
  });

  it('inserts objects and streams them back', async () => {
    await test.warehouse.command('CREATE TABLE s (a UInt64) ENGINE = MergeTree ORDER BY a', { idempotent: false });
    await test.warehouse.insert('s', Array.from({ length: 5000 }, (_, a) => ({ a: String(a) })));
    await test.warehouse.insert('s', []);
    let rows = 0;
    for await (const row of test.warehouse.stream<{ a: string }>('SELECT a FROM s')) rows += row.a === '' ? 0 : 1;
    expect(rows).toBe(5000);
    expect(await test.warehouse.ping()).toBeTrue();
  });

  it('names the reader on the same server', () => {
    expect(readerUrl('http://a:b%2F@127.0.0.1:8123')).toBe('http://crm_reader:b%2F@127.0.0.1:8123/');
  });

  it('finds a server again that was killed, and repeats only what may be repeated', async () => {
    const own = await startTestWarehouse();
    const port = Number(new URL(own.server.url).port);
    process.kill(own.server.pid, 'SIGKILL');
    await own.server.ended;
    await expectAsync(own.warehouse.command('SELECT 1')).toBeRejected();
    const waiting = own.warehouse.rows('SELECT 1 AS one');
    let again: EmbeddedWarehouse | undefined;
    try {
      again = await startEmbeddedWarehouse({ dataDir: own.dataDir, port, user: USER, password: PASSWORD });
      expect(await waiting).toEqual([{ one: 1 }]);
    } finally {
      await again?.stop();
      await own.close();
    }
  });

  it('gives up after its time and when it is told to', async () => {
    const closed: Server = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const lost = createWarehouse(`http://a:b@127.0.0.1:${String(port)}`, { retryForMs: 200 });
    const error = await lost.rows('SELECT 1').then(() => undefined, (reason: unknown) => reason);
    expect(isConnectionLoss(error)).toBeTrue();
    const abort = new AbortController();
    const patient = createWarehouse(`http://a:b@127.0.0.1:${String(port)}`);
    const aborted = patient.rows('SELECT 1', { signal: abort.signal });
    abort.abort();
    await expectAsync(aborted).toBeRejected();
    await Promise.all([lost.close(), patient.close()]);
  });
});
