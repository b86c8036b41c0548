import { createServer, request as ask, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmbeddedWarehouse, type EmbeddedWarehouse } from 'crm_warehouse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followTraces } from 'crm_telemetry';
import { parseWarehouseUrl } from '../config.js';
import { WarehouseDriver } from './warehouse.driver.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('statements of a trace', () => {
  let folder: string;
  let warehouse: EmbeddedWarehouse;
  let line: Server;
  let driver: WarehouseDriver;
  /** What went over the line to the real warehouse. */
  const seen: { readonly headers: IncomingHttpHeaders; readonly search: URLSearchParams }[] = [];

  beforeAll(async () => {
    followTraces();
    folder = await mkdtemp(join(tmpdir(), 'crm_trace_'));
    warehouse = await startEmbeddedWarehouse({ dataDir: folder, user: 'crm_app', password: 'specs' });
    const target = new URL(warehouse.url);
    line = createServer((incoming, outgoing) => {
      seen.push({ headers: incoming.headers, search: new URL(incoming.url ?? '/', 'http://l').searchParams });
      incoming.pipe(ask({ host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      }));
    });
    await new Promise<void>((resolve) => { line.listen(0, '127.0.0.1', resolve); });
    const url = new URL(warehouse.url);
    url.port = String((line.address() as AddressInfo).port);
    driver = new WarehouseDriver(parseWarehouseUrl(url.href), 2);
  }, 60_000);
  afterAll(async () => {
    await driver.release();
    line.closeAllConnections();
    await new Promise((resolve) => { line.close(resolve); });
    await warehouse.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => { seen.length = 0; });

  it('say so to the warehouse, in its header and in the comment of its log', async () => {
    expect(await driver.query('SELECT toUInt8(7) AS n', [], { requestId: `${traceparent}-span-1` } as never)).toEqual([{ n: '7' }] as never);
    expect(seen.map(({ headers, search }) => [headers['traceparent'], search.get('log_comment')])).toEqual([[traceparent, `traceparent=${traceparent}`]]);
    expect(seen[0]?.search.get('query_id')).toContain('0af7651916cd43dd8448eb211c80319c');
    expect(seen[0]?.search.get('session_timezone')).toBe('UTC');
  });

  it('are told apart from those of nobody', async () => {
    await driver.query('SELECT 1 AS n', []);
    await driver.query('SELECT 2 AS n', [], { requestId: 'some-other-id' } as never);
    expect(seen.map(({ headers, search }) => [headers['traceparent'], search.has('log_comment')])).toEqual([[undefined, false], [undefined, false]]);
  });
});
