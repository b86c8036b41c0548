import type { ITransport, ITransportResponse } from '@cubejs-client/core';
import type { Locale } from './embedded.model';

/** What Cube's client reads of an answer. */
interface Answer {
  readonly status: number;
  text(): Promise<string>;
}

/** Carries the one question of an embedded report: Cube's client keeps its state, the API knows from the token what is asked. */
export class EmbedTransport implements ITransport<Answer> {
  authorization: string | undefined;

  constructor(private readonly token: string, private readonly apiUrl: string, private readonly locale: Locale | undefined) {}

  request(): ITransportResponse<Answer> {
    const run = async <R>(callback: (answer: Answer, again: () => Promise<R>) => R): Promise<R> => {
      const { status, body } = await this.ask();
      return callback({ status, text: () => Promise.resolve(body) }, () => run(callback));
    };
    return { subscribe: run };
  }

  private async ask(): Promise<{ readonly status: number; readonly body: string }> {
    try {
      const response = await fetch(`${this.apiUrl.replace(/\/$/, '')}/embed/report`, {
        method: 'POST', mode: 'cors', credentials: 'omit', cache: 'no-store', headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }, body: JSON.stringify(this.locale ? { locale: this.locale } : {}),
      });
      const body = await response.text();
      // Cube's client asks again without end after a 502; whether to ask again is for the reader to say.
      if (response.status !== 200) return { status: response.status === 502 ? 503 : response.status, body };
      return { status: 200, body: `{"queryType":"regularQuery","pivotQuery":{},"results":[{"query":{},"annotation":{"measures":{},"dimensions":{},"segments":{},"timeDimensions":{}},"data":[${body}]}]}` };
    } catch {
      // Also a page whose origin no token names: browsers do not tell the one from the other.
      return { status: 0, body: JSON.stringify({ code: 'unreachable', detail: 'The CRM could not be reached, or no embed token in force names the origin of this page.' }) };
    }
  }
}
