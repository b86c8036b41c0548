import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { CubeApi, Query } from '@cubejs-client/core';
import { firstValueFrom } from 'rxjs';
import { API_ROOT } from '../api/api.client';
import { toProblem } from '../api/problem';
import { BatchAnswer, BatchBody, batchOf, readBatch } from './batch';
import { CubeTransport, Proof, Watermark } from './cube.transport';

/** One row of an answer; money comes as a string. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Rows and up to which change they are complete. */
export interface AnalyticsAnswer {
  readonly rows: readonly Row[];
  readonly watermark: Watermark | null;
  /** Whether the tables behind them equal the books; null from a product that does not say. */
  readonly proof: Proof | null;
  /** The trace of the question, through to the statements of the warehouse. */
  readonly traceId?: string;
}

/** What a member means, in both languages. */
export interface MemberMeaning {
  readonly title: string;
  readonly titleAr: string;
  readonly description: string;
  readonly descriptionAr: string;
  readonly formula: string;
  readonly formulaAr: string;
  /** A number to ask for, or a property to split and filter by. */
  readonly kind: 'measure' | 'dimension';
  /** Cube's type: `time` for dates. */
  readonly type: string;
  /** What the number counts, such as `money`, `ratio`, `days`; empty for dimensions. */
  readonly unit: string;
  /** The view it belongs to. */
  readonly view: { readonly name: string; readonly title: string; readonly titleAr: string };
  /** The names of its values, where they are few and chosen by an administrator. */
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly label_ar: string }[];
  /** Version of a measure's definition. */
  readonly version?: number;
  /** A question gives its value by one filter `equals`. */
  readonly asked?: 'instant' | 'date';
}

interface MetaMember {
  readonly name: string;
  readonly title?: string;
  readonly shortTitle?: string;
  readonly description?: string;
  readonly type?: unknown;
  readonly meta?: Record<string, unknown>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The semantic layer; provide it in lazy routes only, because Cube's client is heavy. */
@Injectable()
export class AnalyticsClient {
  private readonly http = inject(HttpClient);
  private readonly transport = new CubeTransport(this.http);
  private readonly cube = new CubeApi({ apiUrl: `${API_ROOT}/analytics`, transport: this.transport });
  private meanings: Promise<ReadonlyMap<string, MemberMeaning>> | null = null;

  /** The rows of a query; rejects with a `Problem`. */
  async load(query: Query): Promise<AnalyticsAnswer> {
    const baseRequestId = crypto.randomUUID();
    const result = await this.cube.load(query, { baseRequestId });
    const marks = this.transport.take(baseRequestId);
    return { rows: result.rawData() as Row[], watermark: marks?.watermark ?? null, proof: marks?.proof ?? null, ...(marks?.traceId ? { traceId: marks.traceId } : {}) };
  }

  /** Several queries answered at one watermark; rejects with a `Problem` where none can be answered. */
  async batch(queries: readonly Query[]): Promise<BatchAnswer> {
    try {
      return readBatch(await firstValueFrom(this.http.post<BatchBody>(`${API_ROOT}/analytics/batch`, batchOf(queries))), queries.length);
    } catch (error) {
      throw toProblem(error);
    }
  }

  /** Every member that this person may ask for, by its full name; read once. */
  members(): Promise<ReadonlyMap<string, MemberMeaning>> {
    this.meanings ??= this.readMembers().catch((error: unknown) => {
      this.meanings = null;
      throw error;
    });
    return this.meanings;
  }

  private async readMembers(): Promise<ReadonlyMap<string, MemberMeaning>> {
    const meta = await this.cube.meta();
    const found = new Map<string, MemberMeaning>();
    for (const cube of meta.cubes) {
      const view = { name: cube.name, title: text(cube.title), titleAr: text((cube as { readonly meta?: Record<string, unknown> }).meta?.['title_ar']) };
      const measures = new Set<unknown>(cube.measures);
      for (const member of [...cube.measures, ...cube.dimensions] as readonly MetaMember[]) {
        found.set(member.name, {
          title: text(member.shortTitle) || text(member.title),
          titleAr: text(member.meta?.['title_ar']),
          description: text(member.description),
          descriptionAr: text(member.meta?.['description_ar']),
          formula: text(member.meta?.['formula']),
          formulaAr: text(member.meta?.['formula_ar']),
          kind: measures.has(member) ? 'measure' : 'dimension',
          type: text(member.type),
          unit: text(member.meta?.['unit']),
          view,
          ...(Array.isArray(member.meta?.['choices']) ? { choices: member.meta['choices'] as MemberMeaning['choices'] } : {}),
          ...(typeof member.meta?.['version'] === 'number' ? { version: member.meta['version'] } : {}),
          ...(member.meta?.['asked'] ? { asked: member.meta['asked'] as MemberMeaning['asked'] } : {}),
        });
      }
    }
    return found;
  }
}
