import { inject, Injectable } from '@angular/core';
import { HttpClient } from '@angular/common/http';
import { firstValueFrom } from 'rxjs';
import { API_ROOT } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { NumberQuestion, NumberRows } from './number.model';

/** Records of a page. */
export const PAGE = 50;

/** The measure that is meant. */
export const measureOf = ({ query, measure }: NumberQuestion): string => measure ?? (Array.isArray(query['measures']) ? String(query['measures'][0]) : '');

/** Asks for what is behind a number; every rejection is a `Problem`. */
@Injectable({ providedIn: 'root' })
export class NumberClient {
  private readonly http = inject(HttpClient);

  /** A page of the records, with the number and its definition. */
  rows(question: NumberQuestion, cursor: string | null): Promise<NumberRows> {
    return this.post<NumberRows>('rows', { query: question.query, measure: measureOf(question), point: question.point ?? {}, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
  }

  /** The SQL that computes the number, its values set in as comments below. */
  async sql(question: NumberQuestion): Promise<string> {
    const { order: _order, limit: _limit, ...query } = question.query;
    const answer = await this.post<{ sql?: { sql?: [string, unknown[]] } }>('sql', { query: { ...query, measures: [measureOf(question)] } });
    const [text = '', values = []] = answer.sql?.sql ?? [];
    return [text, ...values.map((value, index) => `-- ${index + 1}: ${String(value)}`)].join('\n');
  }

  private async post<T>(path: string, body: unknown): Promise<T> {
    try {
      return await firstValueFrom(this.http.post<T>(`${API_ROOT}/analytics/${path}`, body));
    } catch (error) {
      throw toProblem(error);
    }
  }
}
