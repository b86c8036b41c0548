import { SpanKind } from '@opentelemetry/api';
import { inSpan, traceFields } from 'crm_telemetry';
import type { ApiConfig } from '../../config.js';
import type { Actor } from '../../kernel/context/actor.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import { sharedReading } from '../../kernel/shared.reading.js';
import type { ApiTelemetry } from '../../kernel/telemetry/api.telemetry.js';
import { published } from '../../workspace/health/health.service.js';
import { answerBatch, type BatchQuery, type BatchSource, type LoadedText } from './analytics.batch.js';
import { analyticsDown } from './analytics.errors.js';
import { ProofReader, type Proof } from './proof.repository.js';
import { SemanticClient } from './semantic.client.js';
import type { SemanticStream } from './semantic.stream.js';
import { WatermarkReader, type ObservedWatermark, type Watermark } from './watermark.repository.js';

/** What Cube is asked: one of its REST calls as it arrived. */
export interface CubeRequest {
  readonly call: 'meta' | 'load' | 'sql';
  readonly method: 'GET' | 'POST';
  /** The query string with its question mark, or empty. */
  readonly search: string;
  readonly body: unknown;
}

/** Rows of figures for whoever computes with them here, complete up to the watermark. */
export interface Figures {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}

/** Passes analytics to Cube on the caller's behalf: the same row scopes, the watermark and the proof on every answer. */
export class AnalyticsService {
  private readonly peer: SemanticClient;
  private readonly proofs: ProofReader | null;
  private readonly read: (() => Promise<ObservedWatermark | null>) | null;

  constructor(config: ApiConfig, private readonly measures?: ApiTelemetry) {
    this.peer = new SemanticClient(config);
    const warehouse = config.clickhouseUrl === null ? null : new WatermarkReader(config.clickhouseUrl);
    this.proofs = warehouse && new ProofReader(warehouse);
    this.read = warehouse && sharedReading(() => warehouse.read());
  }

  /** The records behind a number, as JSON text with the watermark and the proof in front; the semantic layer says which they are. */
  async rows(actor: Actor, question: unknown): Promise<string> {
    const watermark = await this.watermark();
    const { text, tables } = await this.measured('rows', () => this.peer.ask(actor, { path: '/rows', method: 'POST', body: question }));
    return spliced(text, { watermark, proof: (await this.proofs?.read(tables)) ?? null });
  }

  /** Several queries answered from one state of the warehouse, or with `consistent: false` where it moved too fast, as JSON text. */
  async batch(actor: Actor, queries: readonly BatchQuery[]): Promise<string> {
    const proven = async ({ text, tables }: LoadedText): Promise<LoadedText> => ({ tables, text: spliced(text, { proof: (await this.proofs?.read(tables)) ?? null }) });
    const load = async ({ query }: BatchQuery): Promise<LoadedText> => proven(await this.measured('load', () => this.peer.finished(actor, query)));
    const begin: BatchSource['begin'] = async (open) => {
      const { state, answers } = await this.measured('load', () => this.peer.kept(actor, open.map(({ query }) => query)));
      const kept = new Map<string, LoadedText>();
      for (const [index, { key }] of open.entries()) {
        const answer = answers[index];
        if (answer) kept.set(key, await proven(answer));
      }
      return { state, kept };
    };
    const text = await answerBatch({ queries, load, begin, watermark: () => this.watermark(), state: () => this.peer.state(actor) });
    const { trace_id: traceId } = traceFields();
    return traceId === undefined ? text : spliced(text, { trace_id: traceId });
  }

  /** The figures of one query, read; asked again while the semantic layer still computes, and 503 when that takes too long. */
  async load(actor: Actor, query: object): Promise<Figures> {
    const watermark = await this.watermark();
    const { text, tables } = await this.measured('load', () => this.peer.finished(actor, query));
    const { data } = JSON.parse(text) as { data: Figures['rows'] };
    return { rows: data, watermark, proof: (await this.proofs?.read(tables)) ?? null };
  }

  /** Every row of a query as it comes, complete up to the watermark. */
  async stream(actor: Actor, query: unknown, signal: AbortSignal): Promise<SemanticStream & { readonly watermark: Watermark; readonly proof: Proof | null }> {
    const watermark = await this.watermark();
    const stream = await this.measured('load', () => this.peer.stream(actor, query, signal));
    return { ...stream, watermark, proof: (await this.proofs?.read(stream.tables)) ?? null };
  }

  /** Cube's answer as JSON text. */
  async ask(actor: Actor, request: CubeRequest): Promise<string> {
    // Before the query: the answer is at least as fresh as what it claims.
    const watermark = request.call === 'load' ? await this.watermark() : null;
    const { text, tables } = await this.measured(request.call, () => this.peer.ask(actor, { path: `/cubejs-api/v1/${request.call}${request.search}`, method: request.method, body: request.body }));
    // "Continue wait" asks the client to ask again; it is no answer yet.
    if (!watermark || text.startsWith('{"error"')) return text;
    const proof = await this.proofs?.read(tables);
    const { trace_id: traceId } = traceFields();
    return spliced(text, { watermark, proof: proof ?? null, ...(traceId === undefined ? {} : { trace_id: traceId }) });
  }

  private async measured<T>(call: CubeRequest['call'] | 'rows', work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    let outcome: 'ok' | 'refused' | 'failed' = 'failed';
    try {
      const answer = await inSpan({ name: 'crm.semantic.query', kind: SpanKind.CLIENT, attributes: { 'crm.semantic.call': call } }, work);
      outcome = 'ok';
      return answer;
    } catch (error) {
      if (error instanceof CrmError && error.status < 500) outcome = 'refused';
      throw error;
    } finally {
      this.measures?.semanticAnswered(call, outcome, performance.now() - began);
    }
  }

  private async watermark(): Promise<Watermark> {
    if (!this.read) throw analyticsDown(new Error('CRM_CLICKHOUSE_URL is not set'));
    const watermark = await this.read().catch((error: unknown) => { throw analyticsDown(error); });
    if (!watermark) throw analyticsDown(new Error('There is no watermark yet'));
    return published(watermark);
  }
}

/** Members in front of those of a JSON object that is not parsed: a load can be megabytes of numbers whose digits must stay as they are. */
export function spliced(text: string, members: Readonly<Record<string, unknown>>): string {
  const front = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',');
  return `{${front}${text.length > 2 ? ',' : ''}${text.slice(1)}`;
}
