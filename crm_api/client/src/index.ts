import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema.js';
import { retryingFetch } from './retrying.fetch.js';
import { tokenSource, type Credentials } from './token.source.js';

export type { components, paths } from './schema.js';
export type { Credentials } from './token.source.js';

/** What a client needs to know. */
export interface CrmClientOptions {
  /** Where the product answers, such as `https://crm.example.com`. */
  readonly url: string;
  readonly credentials: Credentials;
  /** How often a request is repeated after 429, 503 or a lost connection. Default 4. */
  readonly retries?: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** A problem document (RFC 9457). */
export type CrmProblem = components['schemas']['Problem'];

/**
 * A client of every route, typed by the API's own document. It fetches and renews its token, sends an `Idempotency-Key` with each POST, PUT and
 * PATCH, and repeats what may be repeated, so that an answer that got lost never makes a second record.
 */
export function createCrmClient(options: CrmClientOptions): Client<paths> {
  const plain = options.fetch ?? globalThis.fetch;
  const token = tokenSource(options.url, options.credentials, plain);
  const client = createClient<paths>({ baseUrl: options.url, fetch: retryingFetch(plain, options.retries ?? 4, token) as NonNullable<ClientOptions['fetch']> });
  client.use({
    async onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${await token.get()}`);
      if (['POST', 'PUT', 'PATCH'].includes(request.method) && !request.headers.has('idempotency-key')) request.headers.set('idempotency-key', crypto.randomUUID());
      return request;
    },
  });
  return client;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** Every record of a list, page by page: `for await (const deal of everyRecord((cursor) => client.GET('/crm/v1/deals', { params: { query: { cursor } } })))`. */
export async function* everyRecord<T>(page: (cursor: string | undefined) => Promise<{ data?: Page<T>; error?: unknown }>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { data, error } = await page(cursor);
    if (!data) throw new Error(`A page could not be read: ${JSON.stringify(error)}`);
    yield* data.items;
    cursor = data.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
