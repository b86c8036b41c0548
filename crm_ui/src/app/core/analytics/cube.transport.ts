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

/** Whether the tables behind an answer equalled the books when they were last compared. */
export interface Proof {
  /** Null says: not proven, because nobody compared yet, or not lately. */
  readonly equal: boolean | null;
  readonly lsn: string | null;
  readonly committed_at: string | null;
  readonly checked_at: string | null;
  readonly rows: number;
  readonly different: number;
  readonly tables: readonly string[];
}

/** What an answer says of its own truth. */
export interface Marks {
  readonly watermark: Watermark;
  readonly proof: Proof | null;
  /** Under which all that was done for the answer is found; null from a product that does not say. */
  readonly traceId: string | null;
}

/** What Cube's client reads of an answer. */
interface Answer {
  readonly status: number;
  text(): Promise<string>;
}

interface Body {
  readonly watermark?: Watermark;
  readonly proof?: Proof | null;
  readonly trace_id?: string;
}

/** Carries Cube's requests over Angular's client, so that the one interceptor puts and renews the token, and errors are problems. */
export class CubeTransport implements ITransport<Answer> {
  authorization: string | undefined;
  private readonly marks = new Map<string, Marks>();

  constructor(private readonly http: HttpClient) {}

  request(method: string, params: Record<string, unknown>): ITransportResponse<Answer> {
    const { baseRequestId, signal: _signal, method: _method, fetchTimeout: _fetchTimeout, ...body } = params;
    const run = async <R>(callback: (answer: Answer, again: () => Promise<R>) => R): Promise<R> => {
      const answer = await this.ask(method, body);
      if (answer.watermark && typeof baseRequestId === 'string') this.marks.set(baseRequestId, { watermark: answer.watermark, proof: answer.proof ?? null, traceId: answer.trace_id ?? null });
      return callback({ status: 200, text: () => Promise.resolve(JSON.stringify(answer)) }, () => run(callback));
    };
    return { subscribe: run };
  }

  /** The watermark and the proof that came with a request, once. */
  take(requestId: string): Marks | null {
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
