import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { AnalyticsAnswer, Row } from '@core/analytics/analytics.client';
import { Proof, Watermark } from '@core/analytics/cube.transport';
import { API_ROOT } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';

/** Cube's query; what it holds is the semantic layer's to check. */
export type FigureQuery = Readonly<Record<string, unknown>>;

/** The answers to several questions, all of one state of the data. */
export interface Figures {
  readonly watermark: Watermark | null;
  /** False where the data changed faster than all could be read together. */
  readonly consistent: boolean;
  /** By the key of the question: rows, or why there are none. */
  readonly answers: Readonly<Record<string, AnalyticsAnswer | Problem>>;
}

interface Told {
  readonly data?: readonly Row[];
  readonly proof?: Proof | null;
  readonly trace_id?: string;
  readonly title?: string;
  readonly status?: number;
  readonly code?: string;
  readonly detail?: string;
}

interface Batch {
  readonly watermark: Watermark;
  readonly consistent: boolean;
  readonly answers: Readonly<Record<string, Told>>;
}

/** Asks for all figures of a page in one question, so that they are of one moment. Needs no Cube client: the API speaks Cube's JSON. */
@Injectable({ providedIn: 'root' })
export class FiguresClient {
  private readonly http = inject(HttpClient);

  /** At most 30 questions by key; a question that is refused is a `Problem` in its place, anything else rejects with one. */
  async ask(queries: Readonly<Record<string, FigureQuery>>): Promise<Figures> {
    try {
      const batch = await firstValueFrom(this.http.post<Batch>(`${API_ROOT}/analytics/batch`, { queries: Object.entries(queries).map(([key, query]) => ({ key, query })) }));
      return { watermark: batch.watermark, consistent: batch.consistent, answers: Object.fromEntries(Object.entries(batch.answers).map(([key, told]) => [key, answerOf(told, batch.watermark)])) };
    } catch (error) {
      throw toProblem(error);
    }
  }
}

function answerOf(told: Told, watermark: Watermark): AnalyticsAnswer | Problem {
  if (told.data) return { rows: told.data, watermark, proof: told.proof ?? null, ...(told.trace_id === undefined ? {} : { traceId: told.trace_id }) };
  return { status: told.status ?? 500, code: told.code ?? 'unexpected', title: told.title ?? '', detail: told.detail ?? '', errors: [] };
}
