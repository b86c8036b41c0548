import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to an INSERT on its way to the warehouse; anything else always passes. */
export type GateMode =
  | 'open'
  /** Nothing is written; the answer is ClickHouse's NOT_ENOUGH_SPACE. */
  | 'no_space'
  /** The first half of the rows is written, then the answer is NOT_ENOUGH_SPACE: the write is half done. */
  | 'half_written'
  /** All is written and the connection ends without an answer: the acknowledgement is lost. */
  | 'lost_answer'
  /** All is written and the answer breaks off in its body. */
  | 'torn_answer';

const noSpace = 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE) (version 0 (fault))\n';

/** An HTTP proxy before the warehouse that spoils INSERTs the way a full disk or a lost answer does. */
export class WarehouseGate {
  mode: GateMode = 'open';
  /** INSERTs that were spoiled, by mode. */
  readonly spoiled: Record<Exclude<GateMode, 'open'>, number> = { no_space: 0, half_written: 0, lost_answer: 0, torn_answer: 0 };
  private turn = 0;
  private readonly agent = new http.Agent({ keepAlive: true });
  private readonly server: http.Server;

  private constructor(private readonly target: number) {
    this.server = http.createServer({ maxHeaderSize: 1024 * 1024, requestTimeout: 0 }, (request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on a free loopback port before the warehouse at `target`, which need not serve yet. */
  static async open(target: number): Promise<WarehouseGate> {
    const gate = new WarehouseGate(target);
    gate.server.listen(0, '127.0.0.1');
    await once(gate.server, 'listening');
    return gate;
  }

  /** Where to connect instead of the warehouse. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Spoils INSERTs from now on; replaces what was there. The answer opens the gate again, unless another has set it since. */
  spoil(mode: Exclude<GateMode, 'open'>): () => void {
    this.mode = mode;
    const turn = ++this.turn;
    return () => { if (turn === this.turn) this.mode = 'open'; };
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    this.agent.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const query = new URL(request.url ?? '/', 'http://gate').searchParams.get('query') ?? '';
    const { mode } = this;
    if (mode === 'open' || !/^\s*INSERT\b/i.test(query)) {
      const answer = await this.forward(request, null);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.once('error', () => response.destroy());
      answer.pipe(response);
      return;
    }
    this.spoiled[mode]++;
    const body = await collect(request);
    if (mode === 'half_written') {
      const rows = body.subarray(0, middle(body));
      if (rows.length > 0) await collect(await this.forward(request, rows));
    }
    if (mode === 'no_space' || mode === 'half_written') {
      response.writeHead(500, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(noSpace), 'x-clickhouse-exception-code': '243' });
      response.end(noSpace);
      return;
    }
    await collect(await this.forward(request, body));
    if (mode === 'torn_answer') request.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf');
    request.socket.end(() => request.socket.destroy());
  }

  private async forward(from: http.IncomingMessage, body: Buffer | null): Promise<http.IncomingMessage> {
    const headers = { ...from.headers };
    if (body !== null) {
      delete headers['transfer-encoding'];
      headers['content-length'] = String(body.length);
    }
    const request = http.request({ host: '127.0.0.1', port: this.target, method: from.method, path: from.url, headers, agent: this.agent });
    const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
    // A warehouse that answers before it has read everything ends the writing of the rest; the answer is what counts.
    request.on('error', () => undefined);
    if (body !== null) request.end(body);
    else {
      from.once('close', () => { if (!from.complete) request.destroy(); });
      from.pipe(request);
    }
    return (await answered)[0];
  }
}

/** The byte after the row in the middle, counted in lines; 0 when there are not two rows. */
function middle(body: Buffer): number {
  const lines = body.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
  let at = 0;
  for (let line = 0; line < lines >> 1; line++) at = body.indexOf(10, at) + 1;
  return at;
}

async function collect(stream: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
