import { HttpClient } from '@angular/common/http';
import { ITransport, ITransportResponse } from '@cubejs-client/core';
import { firstValueFrom } from 'rxjs';
import { API_ROOT } from '../api/api.client';
import { toProblem } from '../api/problem';

/** Up to which change of the books an answer is complete. */
export interface Watermark {
  readonly lsn: string;
  readonly committed_at: string | null;
  readonly lag_ms: number | null;
}

/** What Cube's client reads of an answer. */
interface Answer {
  readonly status: number;
  text(): Promise<string>;
}

interface Body {
  readonly watermark?: Watermark;
}

/** Carries Cube's requests over Angular's client, so that the one interceptor puts and renews the token, and errors are problems. */
export class CubeTransport implements ITransport<Answer> {
  authorization: string | undefined;
  private readonly marks = new Map<string, Watermark>();

  constructor(private readonly http: HttpClient) {}

  request(method: string, params: Record<string, unknown>): ITransportResponse<Answer> {
    const { baseRequestId, signal: _signal, method: _method, fetchTimeout: _fetchTimeout, ...body } = params;
    const run = async <R>(callback: (answer: Answer, again: () => Promise<R>) => R): Promise<R> => {
      const answer = await this.ask(method, body);
      if (answer.watermark && typeof baseRequestId === 'string') this.marks.set(baseRequestId, answer.watermark);
      return callback({ status: 200, text: () => Promise.resolve(JSON.stringify(answer)) }, () => run(callback));
    };
    return { subscribe: run };
  }

  /** The watermark that came with a request, once. */
  take(requestId: string): Watermark | null {
    const mark = this.marks.get(requestId) ?? null;
    this.marks.delete(requestId);
    return mark;
  }

  private async ask(method: string, body: Record<string, unknown>): Promise<Body> {
    const url = `${API_ROOT}/analytics/${method}`;
    try {
      return await firstValueFrom(method === 'meta' ? this.http.get<Body>(url) : this.http.post<Body>(url, body));
    } catch (error) {
      throw toProblem(error);
    }
  }
}
