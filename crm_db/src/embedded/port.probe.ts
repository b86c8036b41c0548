import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';

const lowest = 10_000;

/** The first port that the system gives to outgoing connections; undefined where it does not say (it is Linux that does). */
function firstOutgoing(): number | undefined {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0]);
  } catch {
    return undefined;
  }
}

async function listening(port: number): Promise<Server | undefined> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}

async function held(): Promise<Server> {
  const end = firstOutgoing() ?? 0;
  for (let attempt = 0; attempt < 200; attempt++) {
    const server = await listening(end - lowest > 1_000 ? randomInt(lowest, end) : 0);
    if (server) return server;
  }
  throw new Error('The system gave no free port; check the loopback interface 127.0.0.1');
}

/**
 * Different loopback ports that are free now; all are held at once, so that none is given twice.
 * They lie below those of outgoing connections: a server that ends and starts again must not find its port taken by some client.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, held));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** One such port. */
export async function freePort(): Promise<number> {
  return (await freePorts(1))[0]!;
}
