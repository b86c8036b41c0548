import { setTimeout as delay } from 'node:timers/promises';
import type { RunningStream } from '../sources/stream.runner.js';
import type { StreamConfig } from '../stream.service.js';
import type { Profile } from './profile.testing.js';
import type { TestStack } from './stream.testing.js';

/** What every profile does alike; `forget` and `stop` are each profile's own. */
export interface StreamProfile extends Omit<Profile, 'name' | 'forget' | 'stop'> {
  /** The running stream; throws when there is none. */
  stream(): RunningStream;
}

/** Runs the stream of a profile over a stack; `own` tells it from others, `parityWaitMs` is how long its warehouse may need to catch up. */
export function streamProfile(stack: TestStack, own: Partial<StreamConfig>, parityWaitMs: number): StreamProfile {
  const config: StreamConfig = { postgresUrl: stack.postgres.url, warehouseUrl: stack.url, retry: { firstMs: 20, maxMs: 200 }, publicationEveryMs: 200, log: (line) => stack.lines.push(line), ...own };
  let stream: RunningStream | undefined;
  let failure: unknown;

  const stopStream = async (): Promise<void> => {
    await stream?.stop();
    stream = undefined;
  };
  const start = async (options: Partial<StreamConfig> = {}): Promise<RunningStream> => {
    await stopStream();
    failure = undefined;
    const started = await stack.stream({ ...own, ...options });
    started.ended.catch((error: unknown) => { failure = error; });
    stream = started;
    return started;
  };
  const lastLines = (count: number): string => `last lines:\n${stack.lines.slice(-count).join('\n')}`;
  return {
    postgres: stack.postgres, warehouse: stack.warehouse, config, lines: stack.lines, start, restart: start, stopStream,
    stream() {
      if (!stream) throw new Error('the stream does not run');
      return stream;
    },
    async caughtUp(timeoutMs = 60_000) {
      const { rows: [now] } = await stack.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        if (failure !== undefined) throw new Error('the stream ended', { cause: failure });
        const [row] = await stack.rows<{ lsn: string }>('SELECT max(lsn) AS lsn FROM crm_raw._watermark FINAL');
        if (BigInt(row?.lsn ?? 0) >= BigInt(now!.lsn)) return;
        if (Date.now() > deadline) throw new Error(`the watermark stands at ${row?.lsn ?? 0} and did not reach ${now!.lsn} within ${timeoutMs} ms; ${lastLines(10)}`);
        await delay(20);
      }
    },
    async parity(waitMs = parityWaitMs) {
      if (failure !== undefined) throw new Error('the stream ended', { cause: failure });
      return stack.parity(waitMs).catch((error: unknown) => {
        throw new Error(`${failure === undefined ? 'the comparison failed' : 'the stream ended'}: ${String(failure ?? error)}; ${lastLines(15)}`, { cause: failure ?? error });
      });
    },
    run: (sql) => stack.run(sql),
    rows: (sql) => stack.rows(sql),
  };
}
