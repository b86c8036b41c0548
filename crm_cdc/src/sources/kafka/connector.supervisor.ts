import { setTimeout as delay } from 'node:timers/promises';
import { retryDelay, type RetryPolicy } from '../../outcomes/retry.policy.js';
import type { ConnectClient } from './connect.client.js';

/** What the supervisor watches over. */
export interface SupervisorOptions {
  readonly connect: ConnectClient;
  /** Settings that the connector must have. */
  readonly settings: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Runs work while nobody else commands the connector. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** False while another stream commands the connector. */
  readonly mayAct?: () => boolean;
  /** How long the connector has not read the log, ms. */
  readonly silentMs: () => number;
  readonly log: (message: string) => void;
  readonly everyMs?: number;
  readonly retry?: RetryPolicy;
}

// A failed task is most often one that lost Postgres or the broker: quickly again, then more and more seldom.
const restarts: RetryPolicy = { firstMs: 500, maxMs: 30_000 };
// One that fails at the same record each time runs for a moment in between.
const soundAfterMs = 10_000;
// A task that runs reads the catalogue before it reads the log, and waits a while for a slot that the server has not freed yet.
const deafAfterMs = 15_000;

/**
 * Keeps a connector registered with our settings until the signal is aborted, and starts its task again when it has failed or has become
 * deaf: Debezium waits for ever on a connection whose packets vanish, and its task counts as running all the time.
 */
export async function superviseConnector(options: SupervisorOptions): Promise<void> {
  const { connect, signal, log } = options;
  let failures = 0;
  let failedAt = 0;
  let away = false;
  let runningSince: number | null = null;
  let configured = false;
  while (!signal.aborted) {
    try {
      const state = await options.alone(async () => {
        if (signal.aborted || options.mayAct?.() === false) return null;
        const present = configured ? options.settings : await connect.config();
        if (present === null || !sameSettings(present, options.settings)) await connect.configure(options.settings);
        configured = true;
        const now = await connect.state();
        if (now?.connector === 'STOPPED' || now?.connector === 'PAUSED') await connect.resume();
        return now;
      });
      if (away) log('Kafka Connect is back');
      away = false;
      if (state?.task !== 'RUNNING') runningSince = null;
      if (state === null) configured = false;
      else if (state.task === 'FAILED' || state.connector === 'FAILED') {
        failures++;
        log(`the connector failed (${failures}): ${state.trace}`);
        await delay(retryDelay(options.retry ?? restarts, failures), undefined, { signal });
        await options.alone(async () => { if (options.mayAct?.() !== false) await connect.restart('failed'); });
        failedAt = performance.now();
      } else if (state.task === 'RUNNING') {
        const now = performance.now();
        runningSince ??= now;
        if (now - failedAt > soundAfterMs) failures = 0;
        const silentMs = options.silentMs();
        if (Math.min(silentMs, now - runningSince) > deafAfterMs) {
          log(`the connector says that it runs, but nobody has read the log for ${Math.round(silentMs / 1000)} s: starting it again`);
          await options.alone(async () => { if (options.mayAct?.() !== false) await connect.restart('all'); });
          runningSince = null;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      runningSince = null;
      if (!away) log(`Kafka Connect does not answer: ${reasonOf(error)}`);
      away = true;
    }
    await delay(options.everyMs ?? 1_000, undefined, { signal }).catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? `${error.message} (${error.cause.message})` : error.message;
}

function sameSettings(present: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  // Which tables a snapshot reads is set before each by who begins it; a new table must not start the task anew.
  const names = new Set([...Object.keys(present), ...Object.keys(wanted)].filter((name) => name !== 'name' && name !== 'snapshot.include.collection.list'));
  return [...names].every((name) => present[name] === wanted[name]);
}
