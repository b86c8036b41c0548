import { setTimeout as delay } from 'node:timers/promises';

/** An answer of the API: its status and body, whatever they are. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** What the analytics API answers. */
export interface LoadAnswer {
  readonly data: readonly Record<string, string | number | null>[];
  readonly watermark: { readonly lsn: string; readonly committed_at: string; readonly lag_ms: number };
  readonly error?: string;
}

/** A signed-in client of a running product. */
export class ProductClient {
  private token = '';

  constructor(
    private readonly url: string,
    private readonly user: string,
    private readonly password: string,
  ) {}

  /** Signs in with a demo login. */
  async signIn(): Promise<this> {
    const form = new URLSearchParams({ grant_type: 'password', username: this.user, password: this.password });
    const response = await fetch(`${this.url}/crm/v1/auth/token`, { method: 'POST', body: form });
    const body = (await response.json()) as { access_token?: string; detail?: string };
    if (body.access_token === undefined) throw new Error(`No token for ${this.user}: ${body.detail ?? response.status}`);
    this.token = body.access_token;
    return this;
  }

  /** Value of the `authorization` header, for callers with connections of their own. */
  get authorization(): string {
    return `Bearer ${this.token}`;
  }

  /** Sends a request; JSON both ways unless the body is a form. */
  async send<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.url}/crm/v1${path}`, {
      method,
      headers: { authorization: this.authorization, ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }

  /** Like `send`, but anything else than success is an error that says what the API said. */
  async must<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.send<T & { detail?: string; code?: string }>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.body?.code ?? ''}: ${answer.body?.detail ?? ''}`);
    return answer.body;
  }

  /** Asks the semantic layer, waiting as its protocol wants while a query still runs. */
  async load(query: object): Promise<LoadAnswer> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await this.must<LoadAnswer>('POST', '/analytics/load', { query });
      if (answer.error !== 'Continue wait') return answer;
      if (Date.now() > deadline) throw new Error('The analytics API did not answer within a minute');
      await delay(50);
    }
  }

  /** The first row of an answer. */
  async figures(query: object): Promise<Record<string, string | number | null>> {
    return (await this.load(query)).data[0] ?? {};
  }
}

/** Asks again until the check holds; the last answer is in the error when it never does. */
export async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean, withinMs = 15_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Not so within ${withinMs} ms; last answer: ${JSON.stringify(answer).slice(0, 500)}`);
    await delay(25);
  }
}
