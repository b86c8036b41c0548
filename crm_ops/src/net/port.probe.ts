import net from 'node:net';
import { LaunchError, codeOf } from '../stack/launch.error.js';

const LOOPBACK = '127.0.0.1';

function listen(port: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => resolve(server));
  });
}

function close(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** @throws LaunchError when another program has the port or the system refuses it. */
export async function assertPortFree(port: number): Promise<void> {
  try {
    await close(await listen(port));
  } catch (error) {
    const code = codeOf(error);
    const other = port < 65_535 && port >= 1024 ? port + 1 : 8080;
    if (code === 'EADDRINUSE') {
      throw new LaunchError(`Port ${port} is in use by another program: stop that program or choose another port, for example CRM_PORT=${other} npm start.`);
    }
    if (code === 'EACCES') {
      throw new LaunchError(`Port ${port} may be used by root only: choose one above 1023, for example CRM_PORT=${other} npm start.`);
    }
    throw error;
  }
}
