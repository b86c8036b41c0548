import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { freePorts } from './port.probe.js';

const range = '/proc/sys/net/ipv4/ip_local_port_range';

describe('free ports', () => {
  it('are different, can be listened on, and are no client\'s', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) {
      const server = createServer().listen(port, '127.0.0.1');
      await once(server, 'listening');
      await once(server.close(), 'close');
    }
    if (!existsSync(range)) return;
    const first = Number(readFileSync(range, 'utf8').split(/\s/)[0]);
    if (first > 11_000) expect(Math.max(...ports)).toBeLessThan(first);
  });
});
