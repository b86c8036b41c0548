import net from 'node:net';
import type pg from 'pg';
import { startTestPostgres, until, type TestPostgres } from '../../testing/postgres.testing.js';
import { endClient } from '../embedded/postgres.client.js';
import { takeTurn } from './stream.turn.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000; // A server starts in here, on machines that others use as well.

describe('turn of a stream', () => {
  let postgres: TestPostgres;
  const slot = 'crm_cdc_kafka';
  const closers: (() => void)[] = [];
  const turn = (url = postgres.url): Promise<pg.Client> => takeTurn({ url, slot, silenceMs: 400 });
  const refused = /another stream reads for crm_cdc_kafka/;
  /** Takes the turn as soon as it is free. */
  const inherit = (): Promise<pg.Client> => until('the turn', () => turn().catch((error: Error) => { if (!refused.test(error.message)) throw error; return undefined; }));

  beforeAll(async () => { postgres = await startTestPostgres(); });
  afterAll(async () => {
    for (const close of closers) close();
    await postgres.stop();
  });

  it('is one stream\'s until its connection ends, however long it says nothing', async () => {
    const first = await turn();
    await expectAsync(turn()).toBeRejectedWithError(refused);
    const { rows: [before] } = await postgres.client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    await until('longer than a silent one may live', async () => (await postgres.client.query<{ over: boolean }>(`SELECT clock_timestamp() > $1::timestamptz + interval '1 s' AS over`, [before!.now])).rows[0]!.over);
    await expectAsync(turn()).toBeRejectedWithError(refused);
    expect((await first.query<{ one: number }>('SELECT 1 AS one')).rows[0]!.one).toBe(1);
    await endClient(first);
    await endClient(await inherit());
  });

  it('ends with the connection that holds it', async () => {
    const first = await turn();
    const ended = new Promise<void>((resolve) => { first.once('end', () => resolve()); });
    await postgres.client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crm_cdc_turn'`);
    await ended;
    await expectAsync(first.query('SELECT 1')).toBeRejected();
    await endClient(await inherit());
  });

  it('is given up by the server when the line to its holder is dead', async () => {
    // A line that swallows what the client sends, its goodbye as well, and keeps the connection to the server.
    let deaf = false;
    const { hostname, port } = new URL(postgres.url);
    const line = net.createServer({ allowHalfOpen: true }, (socket) => {
      const server = net.connect({ host: hostname, port: Number(port) });
      closers.push(() => { server.destroy(); socket.destroy(); });
      for (const [from, to] of [[socket, server], [server, socket]] as const) {
        from.on('error', () => undefined);
        from.on('data', (bytes) => { if (!deaf) to.write(bytes); });
      }
    });
    await new Promise<void>((resolve) => { line.listen(0, '127.0.0.1', () => resolve()); });
    closers.push(() => line.close());
    const url = new URL(postgres.url);
    url.port = String((line.address() as net.AddressInfo).port);
    const first = await turn(url.href);
    deaf = true;
    await endClient(first);
    await expectAsync(turn()).toBeRejectedWithError(refused);
    await endClient(await inherit());
  });
});
