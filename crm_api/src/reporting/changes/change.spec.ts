import { once } from 'node:events';
import { createServer, request as httpRequest, type ClientRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApi, type TestApi } from '../../testing/api.testing.js';
import { mostOpen } from './change.service.js';
import { ChangeStream, heartbeatMs } from './change.stream.js';

/** As much of the warehouse's protocol as the watch needs; the real one meets it in the product. */
class Warehouse {
  readonly tables = new Map<string, { lsn: number; version: number }>([['crm_deals', { lsn: 50, version: 1 }], ['crm_accounts', { lsn: 90, version: 1 }]]);
  lsn = 100;
  status = 200;
  asked = 0;
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Warehouse> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
      request.on('end', () => { response.writeHead(warehouse.status).end(warehouse.answer(body)); });
    });
    const warehouse = new Warehouse(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return warehouse;
  }

  get url(): string { return `http://crm:x@127.0.0.1:${(this.server.address() as AddressInfo).port}`; }

  /** A change of a table, as the sink writes it. */
  write(table: string): void {
    this.lsn += 10;
    this.tables.set(table, { lsn: this.lsn, version: (this.tables.get(table)?.version ?? 0) + 1 });
  }

  stop(): void { this.server.close(); this.server.closeAllConnections(); }

  private answer(sql: string): string {
    const rows = sql.includes('_watermark') ? [{ lsn: String(this.lsn), committed: '1764410400000', observed: '1764410400000' }] : [...this.tables].map(([name, { lsn, version }]) => ({ table_name: name, last_lsn: String(lsn), version: String(version) }));
    if (!sql.includes('_watermark')) this.asked++;
    return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

interface Seen { id?: string; event?: string; data?: { lsn: string; committed_at: string; tables: string[] }; at: number }

/** A client of server-sent events, block by block. */
class Client {
  readonly seen: Seen[] = [];
  text = '';
  ended = false;
  private constructor(private readonly sent: ClientRequest, readonly response: IncomingMessage) {}

  static async open(port: number | string, token: string, headers: Record<string, string> = {}): Promise<Client> {
    const sent = httpRequest({ port, path: '/crm/v1/analytics/changes', headers: { authorization: `Bearer ${token}`, ...headers } });
    sent.on('error', () => undefined).end();
    const [response] = await once(sent, 'response') as [IncomingMessage];
    const client = new Client(sent, response);
    let rest = '';
    response.on('data', (chunk: Buffer) => {
      client.text += chunk.toString();
      const blocks = (rest + chunk.toString()).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
        client.seen.push({ ...fields, at: Date.now(), ...('data' in fields ? { data: JSON.parse(String(fields['data'])) as Seen['data'] } : {}) });
      }
    }).on('close', () => { client.ended = true; });
    return client;
  }

  get events(): Seen[] { return this.seen.filter(({ event }) => event === 'change'); }

  close(): void { this.sent.destroy(); }
}

async function until(what: string, done: () => boolean): Promise<void> {
  const end = Date.now() + 8000;
  while (!done()) {
    if (Date.now() > end) throw new Error(`Not within 8 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('changes of the warehouse', () => {
  let api: TestApi;
  let warehouse: Warehouse;
  let token: string;
  let port: number | string;
  const clients: Client[] = [];
  beforeAll(async () => {
    warehouse = await Warehouse.start();
    api = await startApi({ CRM_CLICKHOUSE_URL: warehouse.url });
    await api.server.start();
    port = api.server.info.port;
    token = (await api.as('rep')).token;
  }, 120_000);
  afterEach(async () => {
    warehouse.status = 200;
    for (const client of clients.splice(0)) client.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  afterAll(async () => {
    await api.stop();
    warehouse.stop();
  });
  const open = async (who = token, headers: Record<string, string> = {}): Promise<Client> => {
    const client = await Client.open(port, who, headers);
    clients.push(client);
    return client;
  };

  it('are told as events, gathered over a second, only while rows change', async () => {
    const client = await open(token, { 'accept-encoding': 'gzip, br' });
    expect([client.response.statusCode, client.response.headers['content-type'], client.response.headers['content-encoding'], client.response.headers['cache-control']]).toEqual([200, 'text/event-stream; charset=utf-8', undefined, 'no-store']);
    await until('the position', () => client.seen.length > 0);
    expect(client.seen[0]).toEqual(jasmine.objectContaining({ retry: '2000', id: String(warehouse.lsn) } as never));
    warehouse.write('crm_deals');
    warehouse.write('crm_activities');
    const { lsn } = warehouse;
    await until('the change', () => client.events.length > 0);
    expect(client.events[0]).toEqual(jasmine.objectContaining({ id: String(lsn), data: { lsn: String(lsn), committed_at: '2025-11-29T10:00:00.000Z', tables: ['crm_activities', 'crm_deals'] } }));
    // The stream lives on: its watermark moves, no row does.
    warehouse.lsn += 5;
    const { asked } = warehouse;
    await until('another look', () => warehouse.asked > asked + 1);
    expect(client.events.length).toBe(1);
    warehouse.write('crm_deals');
    await until('the next change', () => client.events.length > 1);
    expect((client.events[1]?.at ?? 0) - (client.events[0]?.at ?? 0)).toBeGreaterThan(900);
  }, 20_000);

  it('are looked for once a second for everybody together, and by nobody while nobody listens', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => open()));
    await until('all begun', () => all.every(({ seen }) => seen.length > 0));
    const before = warehouse.asked;
    const from = Date.now();
    warehouse.write('crm_deals');
    await until('everybody told', () => all.every(({ events }) => events.length > 0));
    await until('more looks', () => warehouse.asked >= before + 2);
    expect(warehouse.asked - before).toBeLessThanOrEqual((Date.now() - from) / 1000 + 1);
    for (const client of clients.splice(0)) client.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { asked } = warehouse;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(warehouse.asked).toBe(asked);
  }, 20_000);

  it('are resumed where a connection ended', async () => {
    warehouse.write('crm_invoices');
    const { lsn } = warehouse;
    const since = async (id: number): Promise<string[] | undefined> => {
      const client = await open(token, { 'last-event-id': String(id) });
      await until('begun', () => client.seen.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return client.events[0]?.data?.tables;
    };
    expect(await since(lsn)).toBeUndefined();
    expect(await since(lsn - 1)).toEqual(['crm_invoices']);
    expect(await since(0)).toEqual([...warehouse.tables.keys()].sort());
    for (const wrong of ['x', '-1', '18446744073709551616']) {
      const client = await open(token, { 'last-event-id': wrong });
      expect(client.response.statusCode).withContext(wrong).toBe(400);
    }
  }, 20_000);

  it('survive a warehouse that is away, and miss nothing meanwhile', async () => {
    const client = await open();
    await until('begun', () => client.seen.length > 0);
    warehouse.status = 500;
    const { asked } = warehouse;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    warehouse.write('crm_quotes');
    expect((await open((await api.as('exec')).token)).response.statusCode).withContext('others listen: the last look still holds').toBe(200);
    warehouse.status = 200;
    await until('told', () => client.events.length > 0);
    expect([client.events[0]?.data?.tables, warehouse.asked > asked]).toEqual([['crm_quotes'], true]);
    for (const one of clients.splice(0)) one.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    warehouse.status = 500;
    expect((await open()).response.statusCode).toBe(503);
  }, 20_000);

  it('are for signed-in people, a few connections each, while analytics is on', async () => {
    expect((await open('x')).response.statusCode).toBe(401);
    const mine = await Promise.all(Array.from({ length: mostOpen }, () => open()));
    expect(mine.map(({ response }) => response.statusCode)).toEqual(Array(mostOpen).fill(200));
    const refused = await open();
    await until('the refusal', () => refused.text.length > 0);
    expect([refused.response.statusCode, (JSON.parse(refused.text) as { code: string }).code]).toEqual([429, 'too_many_streams']);
    expect((await open((await api.as('exec')).token)).response.statusCode).withContext('somebody else').toBe(200);
    mine[0]?.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await open()).response.statusCode).withContext('one place is free again').toBe(200);
    const admin = await api.as('admin');
    await admin.patch('/flags/crm_feature_analytics', { enabled: false });
    expect((await open((await api.as('manager')).token)).response.statusCode).toBe(404);
    await admin.patch('/flags/crm_feature_analytics', { enabled: true });
  }, 20_000);

  it('are measured until the answer begins, not until it ends', async () => {
    const client = await open();
    await until('begun', () => client.seen.length > 0);
    const admin = await api.as('admin');
    const text = (await admin.get('/metrics')).text;
    expect(text).toMatch(/route="[^"]*\/analytics\/changes"/);
    expect(client.ended).toBeFalse();
  }, 20_000);
});

describe('a connection for changes', () => {
  const read = (stream: ChangeStream): { text: string; ended: boolean } => {
    const seen = { text: '', ended: false };
    stream.body.on('data', (chunk: Buffer) => { seen.text += chunk.toString(); }).on('end', () => { seen.ended = true; });
    return seen;
  };

  it('ends with its token, and says so', async () => {
    const stream = new ChangeStream(Date.now() + 60, () => Promise.resolve(true));
    const seen = read(stream);
    await until('the end', () => seen.ended);
    expect(seen.text).toBe('event: expired\ndata: {}\n\n');
  });

  it('is kept alive by comments, and ends once its caller is no longer active', async () => {
    jasmine.clock().install();
    let allowed: () => Promise<boolean> = () => Promise.resolve(true);
    const stream = new ChangeStream(Date.now() + 900_000, () => allowed());
    const seen = read(stream);
    const beat = async (): Promise<void> => {
      jasmine.clock().tick(heartbeatMs);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    };
    await beat();
    allowed = () => Promise.reject(new Error('the database is away'));
    await beat();
    allowed = () => Promise.resolve(false);
    await beat();
    jasmine.clock().uninstall();
    await until('the end', () => seen.ended);
    expect(seen.text).toBe(': alive\n\n: alive\n\nevent: expired\ndata: {}\n\n');
  });

  it('ends when the server stops, at once', async () => {
    const warehouse = await Warehouse.start();
    const api = await startApi({ CRM_CLICKHOUSE_URL: warehouse.url });
    await api.server.start();
    const client = await Client.open(api.server.info.port, (await api.as('rep')).token);
    await until('begun', () => client.seen.length > 0);
    const began = Date.now();
    await api.stop();
    expect(Date.now() - began).toBeLessThan(1900);
    await until('the end', () => client.ended);
    warehouse.stop();
  }, 120_000);
});
