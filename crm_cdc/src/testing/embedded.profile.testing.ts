import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedStream } from '../sources/embedded/embedded.stream.js';
import { dropSlot, readSlot } from '../sources/embedded/slot.manager.js';
import type { StreamConfig } from '../stream.service.js';
import { until } from './postgres.testing.js';
import type { Profile } from './profile.testing.js';
import { startTestStack } from './stream.testing.js';

const slot = 'crm_cdc';

/** A Postgres, a warehouse and the stream that reads a slot in this process. */
export async function startEmbeddedProfile(): Promise<Profile> {
  const stack = await startTestStack();
  const config: StreamConfig = { postgresUrl: stack.postgres.url, warehouseUrl: stack.url, slot, retry: { firstMs: 20, maxMs: 200 }, publicationEveryMs: 200, log: (line) => stack.lines.push(line) };
  let stream: EmbeddedStream | undefined;
  let failure: unknown;

  const stopStream = async (): Promise<void> => {
    await stream?.stop();
    stream = undefined;
  };
  const start = async (options: Partial<StreamConfig> = {}): Promise<EmbeddedStream> => {
    await stopStream();
    failure = undefined;
    const started = await stack.stream({ slot, ...options });
    started.ended.catch((error: unknown) => { failure = error; });
    stream = started;
    return started;
  };
  return {
    name: 'embedded', postgres: stack.postgres, warehouse: stack.warehouse, config, lines: stack.lines, start, stopStream,
    restart: start,
    async forget() {
      await stopStream();
      await until('slot released', async () => !(await readSlot(stack.postgres.client, slot))?.active);
      await dropSlot(stack.postgres.client, slot);
    },
    async caughtUp(timeoutMs = 60_000) {
      const { rows: [now] } = await stack.postgres.client.query<{ lsn: string }>(`SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS lsn`);
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        if (failure !== undefined) throw new Error('the stream ended', { cause: failure });
        const [row] = await stack.rows<{ lsn: string }>('SELECT max(lsn) AS lsn FROM crm_raw._watermark FINAL');
        if (BigInt(row?.lsn ?? 0) >= BigInt(now!.lsn)) return;
        if (Date.now() > deadline) throw new Error(`the watermark stands at ${row?.lsn ?? 0} and did not reach ${now!.lsn} within ${timeoutMs} ms; last lines:\n${stack.lines.slice(-10).join('\n')}`);
        await delay(20);
      }
    },
    async parity(waitMs = 60_000) {
      if (failure !== undefined) throw new Error('the stream ended', { cause: failure });
      return stack.parity(waitMs).catch((error: unknown) => {
        throw new Error(`${failure === undefined ? 'the comparison failed' : 'the stream ended'}: ${String(failure ?? error)}; last lines:\n${stack.lines.slice(-15).join('\n')}`, { cause: failure ?? error });
      });
    },
    run: (sql) => stack.run(sql),
    rows: (sql) => stack.rows(sql),
    async stop() {
      await stopStream();
      await stack.stop();
    },
  };
}
