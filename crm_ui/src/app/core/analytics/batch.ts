import { Query } from '@cubejs-client/core';
import { codeOfStatus, Problem } from '../api/problem';
import type { AnalyticsAnswer, Row } from './analytics.client';
import { Proof, Watermark } from './cube.transport';

/** Answers of several questions, all complete up to one mark. */
export interface BatchAnswer {
  readonly watermark: Watermark | null;
  /** False where the data changed faster than it could be read: each answer is right, but they are not of one moment. */
  readonly consistent: boolean;
  /** The state of each table at which the answers hold; the same text later means the same rows. */
  readonly tables: Readonly<Record<string, string>>;
  /** In the order of the questions; one that was refused is its problem. */
  readonly answers: readonly (AnalyticsAnswer | Problem)[];
}

interface OneBody {
  readonly data?: readonly Row[];
  readonly proof?: Proof | null;
  readonly status?: number;
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
}

/** What `POST /analytics/batch` answers. */
export interface BatchBody {
  readonly watermark: Watermark | null;
  readonly consistent: boolean;
  readonly tables?: Readonly<Record<string, string>>;
  readonly trace_id?: string;
  readonly answers: Readonly<Record<string, OneBody | null>>;
}

/** The questions as they are sent, each under its place in the list. */
export const batchOf = (queries: readonly Query[]): { readonly queries: readonly { readonly key: string; readonly query: Query }[] } => ({ queries: queries.map((query, place) => ({ key: String(place), query })) });

/** The answers of `count` questions. */
export function readBatch(body: BatchBody, count: number): BatchAnswer {
  const { watermark, consistent, tables = {} } = body;
  const answers = Array.from({ length: count }, (_, place): AnalyticsAnswer | Problem => {
    const one = body.answers[String(place)];
    if (one?.data) return { rows: one.data, watermark, proof: one.proof ?? null, ...(body.trace_id ? { traceId: body.trace_id } : {}) };
    const status = one?.status ?? -1;
    return { status, code: one?.code ?? codeOfStatus(status), title: one?.title ?? '', detail: one?.detail ?? '', errors: [] };
  });
  return { watermark, consistent, tables, answers };
}
