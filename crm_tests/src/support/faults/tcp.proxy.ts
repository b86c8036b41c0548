import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a proxy does to the bytes that pass, in both directions; all are taken away by `heal()`. */
export type Toxic =
  /** Every chunk arrives `ms` later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** At most this many bytes a second and direction. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** Connections end with a reset, new ones are refused. */
  | { readonly kind: 'cut' }
  /** Bytes are swallowed while the connection stays open. A connection that met it stays deaf after `heal()`, as behind a router that forgot it. */
  | { readonly kind: 'blackhole' }
  /** The end of a connection reaches the other side `ms` later. */
  | { readonly kind: 'slow_close'; readonly ms: number }
  /** A connection is reset once this many bytes have passed in one direction. */
  | { readonly kind: 'reset_after'; readonly bytes: number };

interface Pair {
  readonly client: net.Socket;
  readonly server: net.Socket;
  /** Swallows everything from now on. */
  deaf: boolean;
}

/** A TCP proxy on the loopback whose line can be cut, swallowed, slowed and throttled. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private toxic: Toxic | null = null;
  private readonly listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => this.accept(socket));
  /** Bytes that passed, both directions. */
  passed = 0;

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  /** Listens on a loopback port (0: a free one) and forwards to `target`, which need not serve yet. */
  static async open(target: { readonly host?: string; readonly port: number }, port = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy({ host: target.host ?? '127.0.0.1', port: target.port });
    proxy.listener.listen(port, '127.0.0.1');
    await once(proxy.listener, 'listening');
    return proxy;
  }

  /** Where to connect instead of the target. */
  get port(): number {
    return (this.listener.address() as net.AddressInfo).port;
  }

  /** Connections that are open on the client's side. */
  get connections(): number {
    return this.pairs.size;
  }

  /** Makes the line ill; replaces what was there. The answer ends this illness, and no other that came after it. */
  poison(toxic: Toxic): () => void {
    this.toxic = toxic;
    if (toxic.kind === 'cut') this.reset();
    if (toxic.kind === 'blackhole') for (const pair of this.pairs) pair.deaf = true;
    return () => { if (this.toxic === toxic) this.heal(); };
  }

  /** New connections and the living ones are well again; swallowed bytes do not come back. */
  heal(): void {
    this.toxic = null;
  }

  /** Resets every open connection once; new ones are served. */
  reset(): void {
    for (const { client, server } of this.pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    this.heal();
    this.reset();
    const closed = once(this.listener, 'close');
    this.listener.close();
    await closed;
  }

  private accept(client: net.Socket): void {
    if (this.toxic?.kind === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const server = net.connect({ ...this.target, allowHalfOpen: true });
    const pair: Pair = { client, server, deaf: this.toxic?.kind === 'blackhole' };
    this.pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // Shows as the end of both sockets.
    }
    const gone = (other: net.Socket) => (): void => {
      // Nobody hears the end of a connection whose packets are swallowed.
      if (!pair.deaf || other === server) other.destroy();
      if (client.destroyed && server.destroyed) this.pairs.delete(pair);
    };
    client.once('close', gone(server));
    server.once('close', gone(client));
    void this.carry(client, server, pair);
    void this.carry(server, client, pair);
  }

  /** Moves bytes one way until an end; waits for the receiver, so that memory stays flat. */
  private async carry(from: net.Socket, to: net.Socket, pair: Pair): Promise<void> {
    let carried = 0;
    try {
      // One direction may end before the other: the end of reading must not destroy the socket.
      for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        if (pair.deaf) continue;
        const { toxic } = this;
        if (toxic?.kind === 'latency') await delay(toxic.ms);
        if (toxic?.kind === 'reset_after' && (carried += chunk.length) >= toxic.bytes) {
          await write(to, chunk.subarray(0, Math.max(0, chunk.length - (carried - toxic.bytes))));
          pair.client.resetAndDestroy();
          pair.server.resetAndDestroy();
          return;
        }
        if (toxic?.kind === 'bandwidth') await this.trickle(chunk, to, pair);
        else if (!pair.deaf) await write(to, chunk);
        this.passed += chunk.length;
      }
      if (pair.deaf) return;
      if (this.toxic?.kind === 'slow_close') await delay(this.toxic.ms);
      to.end();
    } catch {
      to.destroy(); // The one side broke; so does the other.
    }
  }

  private async trickle(chunk: Buffer, to: net.Socket, pair: Pair): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const rate = this.toxic?.kind === 'bandwidth' ? this.toxic.bytesPerSecond : Infinity;
      // Twenty steps a second are smooth enough; once healed the rest goes at once.
      const step = Math.min(chunk.length - at, Math.max(1, Math.ceil(rate / 20)));
      if (pair.deaf) return;
      await write(to, chunk.subarray(at, at + step));
      at += step;
      if (rate !== Infinity) await delay((step / rate) * 1000);
    }
  }
}

async function write(to: net.Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || to.destroyed) return;
  if (to.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      to.off('drain', done);
      to.off('close', done);
      resolve();
    };
    to.once('drain', done);
    to.once('close', done);
  });
}
