import { setTimeout as delay } from 'node:timers/promises';
import { classifyError } from './error.classifier.js';

/** How long to wait between attempts. */
export interface RetryPolicy {
  /** First wait in ms; short, because most interruptions are a part being started again. */
  readonly firstMs: number;
  /** Longest wait in ms, so that a recovered server is noticed soon. */
  readonly maxMs: number;
}

/** 100 ms doubling to 5 s. */
export const defaultRetry: RetryPolicy = { firstMs: 100, maxMs: 5_000 };

/** The wait before attempt number `attempt` (from 1), with a quarter of jitter so that parts do not return in step. */
export function retryDelay(policy: RetryPolicy, attempt: number, random: () => number = Math.random): number {
  const full = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt - 1, 20));
  return full * (0.75 + 0.25 * random());
}

/** Repeats `work` while its errors are retriable and `signal` is not aborted; any other error is thrown to the caller. */
export async function retrying<T>(work: () => Promise<T>, signal: AbortSignal, onRetry: (error: unknown, attempt: number) => void, policy: RetryPolicy = defaultRetry): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || classifyError(error) !== 'retriable') throw error;
      onRetry(error, attempt);
      await delay(retryDelay(policy, attempt), undefined, { signal });
    }
  }
}
