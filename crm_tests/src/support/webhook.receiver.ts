import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it arrived. */
export interface ArrivedMessage {
  readonly type: string;
  /** Whether one of its signatures was made with this secret, as Standard Webhooks says. */
  verified(secret: string): boolean;
}

/** An endpoint of webhooks on loopback. */
export interface Receiver {
  readonly url: string;
  readonly arrived: ArrivedMessage[];
  /** What it answers. */
  status: number;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const arrived: ArrivedMessage[] = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end', () => {
      const header = (name: string): string => String(request.headers[name] ?? '');
      arrived.push({
        type: (JSON.parse(text) as { type: string }).type,
        verified: (secret) => header('webhook-signature').split(' ').includes(`v1,${createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${header('webhook-id')}.${header('webhook-timestamp')}.${text}`).digest('base64')}`),
      });
      response.writeHead(receiver.status).end(`answer ${receiver.status}`);
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, arrived, status: 200,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => { resolve(); }); }),
  };
  return receiver;
}
