import { SpanKind } from '@opentelemetry/api';
import { inSpan, traceFields, traceHeaders } from 'crm_telemetry';
import { SignJWT } from 'jose';
import type { ApiConfig } from '../../config.js';
import type { Resource } from 'crm_db';
import type { Actor } from '../../kernel/context/actor.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { ApiTelemetry } from '../../kernel/telemetry/api.telemetry.js';
import { hiddenFields } from '../../kernel/crud/field.access.js';
import { published } from '../../workspace/health/health.service.js';
import { analyticsDown, analyticsFailed, figureImpossible, queryForbidden, queryInvalid } from './analytics.errors.js';
import { ProofReader } from './proof.repository.js';
import { WatermarkReader, type Watermark } from './watermark.repository.js';

/** What Cube is asked: one of its REST calls as it arrived. */
export interface CubeRequest {
  readonly call: 'meta' | 'load' | 'sql';
  readonly method: 'GET' | 'POST';
  /** The query string with its question mark, or empty. */
  readonly search: string;
  readonly body: unknown;
}

const timeoutMs = 60_000;

// Set by the semantic layer on answers of load.
const tablesHeader = 'x-crm-tables';

/** Passes analytics to Cube on the caller's behalf: the same row scopes, the watermark and the proof on every answer. */
export class AnalyticsService {
  private readonly key: Uint8Array | null;
  private readonly warehouse: WatermarkReader | null;
  private readonly proofs: ProofReader | null;

  constructor(private readonly config: ApiConfig, private readonly measures?: ApiTelemetry) {
    this.key = config.cubeSecret === null ? null : new TextEncoder().encode(config.cubeSecret);
    this.warehouse = config.clickhouseUrl === null ? null : new WatermarkReader(config.clickhouseUrl);
    this.proofs = this.warehouse && new ProofReader(this.warehouse);
  }

  /** Cube's answer as JSON text. */
  async ask(actor: Actor, request: CubeRequest): Promise<string> {
    // Before the query: the answer is at least as fresh as what it claims.
    const watermark = request.call === 'load' ? await this.watermark() : null;
    const { text, tables } = await this.measured(request.call, () => this.send(actor, request));
    // "Continue wait" asks the client to ask again; it is no answer yet.
    if (!watermark || text.startsWith('{"error"')) return text;
    const proof = await this.proofs?.read(tables);
    // Spliced in rather than parsed: a load can be megabytes of numbers whose digits must stay as they are.
    const { trace_id: traceId } = traceFields();
    return `{"watermark":${JSON.stringify(watermark)},"proof":${JSON.stringify(proof ?? null)}${traceId === undefined ? '' : `,"trace_id":"${traceId}"`}${text.length > 2 ? ',' : ''}${text.slice(1)}`;
  }

  private async measured<T>(call: CubeRequest['call'], work: () => Promise<T>): Promise<T> {
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
    if (!this.warehouse) throw analyticsDown(new Error('CRM_CLICKHOUSE_URL is not set'));
    const watermark = await this.warehouse.read().catch((error: unknown) => { throw analyticsDown(error); });
    if (!watermark) throw analyticsDown(new Error('There is no watermark yet'));
    return published(watermark);
  }

  private async send(actor: Actor, request: CubeRequest): Promise<{ readonly text: string; readonly tables: readonly string[] | null }> {
    if (this.config.cubeUrl === null || this.key === null) throw analyticsDown(new Error('CRM_CUBE_URL or CRM_CUBE_SECRET is not set'));
    const token = await new SignJWT({ ...claimsOf(actor) }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('5m').sign(this.key);
    const response = await fetch(`${this.config.cubeUrl}/cubejs-api/v1/${request.call}${request.search}`, {
      method: request.method,
      // Cube takes it for the id of the request and hands it to its driver, so that the statement in the warehouse bears the trace as well.
      headers: { authorization: token, 'content-type': 'application/json', ...traceHeaders() },
      signal: AbortSignal.timeout(timeoutMs),
      ...(request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}),
    }).catch((error: unknown) => { throw analyticsDown(error); });
    const text = await response.text().catch((error: unknown) => { throw analyticsDown(error); });
    if (!response.ok) throw problemOf(response.status, text);
    return { text, tables: response.headers.get(tablesHeader)?.split(',') ?? null };
  }
}

/** The claims of the internal token: the read scopes that the role matrix gives, resolved, and the fields that it hides. */
export function claimsOf(actor: Actor): Record<string, unknown> {
  const scopes = Object.fromEntries(Object.entries(actor.permissions).flatMap(([resource, allowed]) => (allowed.read === undefined ? [] : [[resource, allowed.read]])));
  const hidden = Object.fromEntries(Object.keys(actor.fields).map((resource) => [resource, [...hiddenFields(actor, resource as Resource)]] as const).filter(([, names]) => names.length > 0));
  return { sub: actor.id ?? actor.name, roles: actor.roles, scopes, user_id: actor.userId, team_ids: actor.teamIds, region: actor.region, hidden };
}

function problemOf(status: number, text: string): Error {
  const message = messageOf(text);
  // throwIf of the warehouse: a condition that the model states on purpose, such as a missing exchange rate.
  const stated = /Code: 395\.? DB::Exception: (.*?)(?:: while executing|\. \(FUNCTION_THROW_IF|: In scope|$)/s.exec(message)?.[1];
  if (stated !== undefined) return figureImpossible(stated.trim());
  if (status === 400) return queryInvalid(message);
  if (status === 403) return queryForbidden(message);
  if (status === 503 || status === 504 || /ECONNREFUSED|ECONNRESET|socket hang up|fetch failed/.test(message)) return analyticsDown(new Error(message));
  return analyticsFailed(new Error(`Cube answers ${status}: ${message.slice(0, 1000)}`));
}

function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (body !== null && typeof body === 'object' && 'error' in body) return String(body.error);
  } catch {
    // Not JSON, as from a proxy in between: the text itself is the message.
  }
  return text.slice(0, 1000);
}
