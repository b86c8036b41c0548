import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import { allServices } from '../../app.js';
import { readConfig } from '../../config.js';
import { FeatureFlags } from '../../kernel/flags.js';
import { JobQueue } from '../../kernel/jobs.js';
import type { Caller, Json, TestApi } from '../../testing/api.testing.js';
import { startWebhookWorker, type WebhookWorker, type WorkerOptions } from './webhook.worker.js';

/** A message as it arrived. */
export interface Arrived {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly body: Message;
}

/** The body of a message. */
export interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Json;
  readonly lsn: string;
  readonly sequence: string;
  readonly changed?: string[];
  readonly previous?: Record<string, unknown>;
}

/** Answers one message: a status, or the response to do with as it likes. */
export type Answering = (message: Arrived, response: http.ServerResponse) => number | undefined;

/** A real endpoint on loopback that keeps what it is sent. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly arrived: Arrived[];
  answer: Answering;
  /** Cuts what is open and stops listening; `port` can be listened on again. */
  close(): Promise<void>;
}

/** Starts one; by default it takes every message. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const arrived: Arrived[] = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end', () => {
      const headers = request.headers as Record<string, string>;
      const message: Arrived = { id: headers['webhook-id'] ?? '', headers, text, body: JSON.parse(text) as Message };
      arrived.push(message);
      const status = receiver.answer(message, response);
      if (status !== undefined) response.writeHead(status).end(`answer ${status}`);
    });
  });
  server.on('connection', (socket) => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  const bound = (server.address() as AddressInfo).port;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${bound}/hook`, port: bound, arrived, answer: () => 200,
    close: () => new Promise((resolve) => { for (const socket of sockets) socket.destroy(); server.close(() => { resolve(); }); }),
  };
  return receiver;
}

/** The settings under which specs send to loopback. */
export const loopback = { CRM_WEBHOOK_ALLOW_LOOPBACK: 'true', CRM_RATE_READ: '1000000', CRM_RATE_WRITE: '1000000' } as const;

/** A worker as the product runs it, with short waits; stop it in `afterEach`. */
export async function startWorker(api: TestApi, options: Partial<WorkerOptions> = {}): Promise<WebhookWorker> {
  const config = readConfig({ CRM_PG_URL: api.database.appUrl, CRM_SECRETS_KEY: 'c'.repeat(64), ...loopback });
  const jobs = new JobQueue(api.database.appUrl, () => undefined);
  const log = pino({ level: 'warn' }, { write: (line: string) => { api.logged.push(JSON.parse(line) as Record<string, unknown>); } });
  const worker = await startWebhookWorker({ config, db: api.db, jobs, log, flags: new FeatureFlags(api.db), services: allServices(), schedule: [100, 200, 400], timeoutMs: 2000, leaseMs: 4000, ...options });
  return { stop: async () => { await worker.stop(); await jobs.stop(); } };
}

/** Makes a webhook for a receiver and gives it with its secret. */
export async function makeWebhook(who: Caller, url: string, types: readonly string[], more: object = {}): Promise<Json & { secret: string }> {
  const answer = await who.post<Json & { secret: string }>('/webhooks', { name: 'Spec', url, event_types: types, ...more });
  if (answer.status !== 201) throw new Error(`No webhook was made: ${answer.text}`);
  return answer.body;
}

/** Asks again until it is so; fails with the words after `ms`. */
export async function until(words: string, check: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Not within ${ms} ms: ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
