import { type LocalServer } from './java.server.js';

/**
 * Runs one Java server as a part of the product: says ready or failed over IPC, stops it on SIGTERM and when the launcher is gone, and
 * ends when the server does, so that the supervisor starts both again.
 */
export function runPart(start: (log: (message: string) => void) => Promise<LocalServer>): void {
  let server: LocalServer | undefined;
  let stopping = false;
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Without a server it is still starting; its process ends with this one.
    (server?.stop() ?? Promise.resolve()).then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  start(say).then(
    (started) => {
      server = started;
      void started.exited.then(() => {
        if (stopping) return;
        say(`the server has ended; its last words are in ${started.logFile}`);
        process.exit(1);
      });
      process.send?.({ type: 'ready' });
    },
    (error: unknown) => {
      if (stopping) return;
      const message = error instanceof Error ? error.message : String(error);
      say(message);
      if (process.send === undefined) process.exit(1);
      else process.send({ type: 'failed', message }, () => process.exit(1));
    },
  );
}
