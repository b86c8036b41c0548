import { once } from 'node:events';
import net from 'node:net';
import { until } from '../product.client.js';
import { TcpProxy } from './tcp.proxy.js';

/** What a client has seen of its connection. */
interface Seen {
  readonly socket: net.Socket;
  text: string;
  end: 'open' | 'ended' | 'broken';
}

describe('TcpProxy', () => {
  let echo: net.Server;
  let proxy: TcpProxy;
  const clients: net.Socket[] = [];
  const servers: net.Socket[] = [];

  const connect = async (): Promise<Seen> => {
    const socket = net.connect({ port: proxy.port, host: '127.0.0.1' });
    clients.push(socket);
    const seen: Seen = { socket, text: '', end: 'open' };
    socket.on('data', (chunk: Buffer) => { seen.text += chunk.toString(); });
    socket.on('end', () => { seen.end = 'ended'; });
    socket.on('error', () => { seen.end = 'broken'; });
    await once(socket, 'connect').catch(() => undefined); // Refused: `end` says so.
    return seen;
  };
  const holds = (what: () => boolean): Promise<boolean> => until(() => Promise.resolve(what()), (yes) => yes, 5_000);

  beforeEach(async () => {
    echo = net.createServer((socket) => {
      servers.push(socket);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await TcpProxy.open({ port: (echo.address() as net.AddressInfo).port });
  });
  afterEach(async () => {
    await proxy.close();
    for (const socket of [...clients, ...servers]) socket.destroy();
    await new Promise((resolve) => echo.close(resolve));
  });

  it('carries bytes both ways, and a megabyte whole', async () => {
    const seen = await connect();
    seen.socket.write('ping');
    await holds(() => seen.text === 'ping');
    seen.socket.write('x'.repeat(1_000_000));
    await holds(() => seen.text.length === 1_000_004);
    seen.socket.end();
    await holds(() => seen.end === 'ended');
    await holds(() => proxy.connections === 0);
  });

  it('cuts with a reset and refuses until it is healed', async () => {
    const seen = await connect();
    seen.socket.write('a');
    await holds(() => seen.text === 'a');
    proxy.poison({ kind: 'cut' });
    await holds(() => seen.end === 'broken');
    const refused = await connect();
    await holds(() => refused.socket.destroyed);
    proxy.heal();
    const again = await connect();
    again.socket.write('b');
    await holds(() => again.text === 'b');
  });

  it('swallows bytes for ever on connections that met the hole, even when the server ends them', async () => {
    const seen = await connect();
    seen.socket.write('a');
    await holds(() => seen.text === 'a');
    proxy.poison({ kind: 'blackhole' });
    seen.socket.write('lost');
    const inside = await connect();
    proxy.heal();
    seen.socket.write('lost too');
    inside.socket.write('lost as well');
    servers[0]?.destroy();
    const fresh = await connect();
    fresh.socket.write('b');
    await holds(() => fresh.text === 'b');
    expect(seen.text).toBe('a');
    expect(inside.text).toBe('');
    expect([seen.end, inside.end]).toEqual(['open', 'open']);
  });

  it('delays, throttles, and is quick again once healed', async () => {
    const seen = await connect();
    const took = async (text: string): Promise<number> => {
      const before = seen.text.length;
      const begun = performance.now();
      seen.socket.write(text);
      await holds(() => seen.text.length === before + text.length);
      return performance.now() - begun;
    };
    proxy.poison({ kind: 'latency', ms: 150 });
    expect(await took('slow')).toBeGreaterThanOrEqual(290);
    proxy.poison({ kind: 'bandwidth', bytesPerSecond: 10_000 });
    expect(await took('y'.repeat(4_000))).toBeGreaterThanOrEqual(350);
    seen.socket.write('z'.repeat(40_000));
    proxy.heal();
    await holds(() => seen.text.endsWith('z'.repeat(40_000)));
  });

  it('resets after so many bytes, and delivers those before', async () => {
    proxy.poison({ kind: 'reset_after', bytes: 10 });
    const seen = await connect();
    seen.socket.write('0123456789abcdef');
    await holds(() => seen.end === 'broken' || seen.socket.destroyed);
    expect('0123456789'.startsWith(seen.text)).withContext(seen.text).toBeTrue();
  });

  it('is not healed of a later illness by the end of an earlier one', async () => {
    const slow = proxy.poison({ kind: 'latency', ms: 1 });
    const cut = proxy.poison({ kind: 'cut' });
    slow();
    const refused = await connect();
    await holds(() => refused.end === 'broken' || refused.socket.destroyed);
    cut();
    const served = await connect();
    served.socket.write('well');
    await holds(() => served.text === 'well');
  });

  it('lets the end of a connection arrive late', async () => {
    const seen = await connect();
    proxy.poison({ kind: 'slow_close', ms: 200 });
    const begun = performance.now();
    seen.socket.end();
    await holds(() => seen.end === 'ended');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(190);
  });
});
