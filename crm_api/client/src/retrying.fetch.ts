import type { TokenSource } from './token.source.js';

const passing = new Set([429, 502, 503, 504]);
const firstWaitMs = 200;

/**
 * A fetch that repeats a request after 429, 502–504 and lost connections, as `Retry-After` says or with growing waits, and once with a new token after
 * 401. Every change carries an `Idempotency-Key`, so that repeating it is safe.
 */
export function retryingFetch(fetch: typeof globalThis.fetch, retries: number, token: TokenSource): (request: Request) => Promise<Response> {
  return async (request) => {
    let renewed = false;
    for (let attempt = 0; ; attempt++) {
      let answer: Response | undefined;
      let failure: unknown;
      try {
        answer = await fetch(request.clone());
      } catch (error) {
        failure = error;
      }
      if (answer?.status === 401 && !renewed) {
        renewed = true;
        token.forget();
        request.headers.set('authorization', `Bearer ${await token.get()}`);
        continue;
      }
      if (answer && (!passing.has(answer.status) || attempt >= retries)) return answer;
      if (!answer && (attempt >= retries || request.signal.aborted)) throw failure;
      const told = Number(answer?.headers.get('retry-after') ?? NaN);
      await new Promise((resolve) => { setTimeout(resolve, Number.isFinite(told) ? told * 1000 : firstWaitMs * 2 ** attempt); });
    }
  };
}
