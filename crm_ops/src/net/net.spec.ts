import http from 'node:http';
import { once } from 'node:events';
import type net from 'node:net';
import { freePorts } from 'crm_db';
import { readHealth } from './health.probe.js';
import { assertPortFree } from './port.probe.js';

describe('ports', () => {
  it('are free or in use', async () => {
    const [port = 0] = await freePorts(1);
    await expectAsync(assertPortFree(port)).toBeResolved();
    const server = http.createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await expectAsync(assertPortFree(port)).toBeRejectedWithError(/in use/);
    server.close();
    await once(server, 'close');
  });
});

describe('the health of the product', () => {
  async function answer(status: number, body: string): Promise<{ ok: boolean; down: readonly string[] }> {
    const server = http.createServer((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const health = await readHealth(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
    server.closeAllConnections();
    server.close();
    return health;
  }
  it('is good at 200', async () => {
    expect((await answer(200, '{"status":"ok","components":{"cdc":"ok"}}')).ok).toBeTrue();
  });
  it('names what is down', async () => {
    const body = { status: 'down', components: { postgres: 'ok', cdc: 'down', semantic: { status: 'down' }, jobs: { status: 'ok' } } };
    expect(await answer(503, JSON.stringify(body))).toEqual({ ok: false, down: ['cdc', 'semantic'] });
  });
  it('is bad, and not an error, when nobody or a stranger answers', async () => {
    expect(await answer(404, '<html>')).toEqual({ ok: false, down: [] });
    const [port = 0] = await freePorts(1);
    expect(await readHealth(`http://127.0.0.1:${port}`)).toEqual({ ok: false, down: [] });
  });
});
