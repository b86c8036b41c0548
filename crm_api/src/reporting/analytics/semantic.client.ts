import { createSecretKey, type KeyObject } from 'node:crypto';
import type { ReadableStream } from 'node:stream/web';
import { traceHeaders } from 'crm_telemetry';
import { SignJWT } from 'jose';
import type { Resource } from 'crm_db';
import type { ApiConfig } from '../../config.js';
import type { Actor } from '../../kernel/context/actor.js';
import { hiddenFields } from '../../kernel/crud/field.access.js';
import { analyticsDown, analyticsFailed, figureImpossible, queryForbidden, queryInvalid } from './analytics.errors.js';
import { streamed, type SemanticStream } from './semantic.stream.js';

/** A call of the semantic layer: the path with its query string, and the body of a POST. */
export interface SemanticCall {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly body?: unknown;
}

/** What it answered, and the tables that were read for it; null where it did not say. */
export interface SemanticAnswer {
  readonly text: string;
  readonly tables: readonly string[] | null;
}

const timeoutMs = 60_000;

// Set by the semantic layer on answers of load and rows.
const tablesHeader = 'x-crm-tables';

/** Speaks with the semantic layer on the caller's behalf: with the row scopes and the hidden fields of the role matrix. */
export class SemanticClient {
  private readonly key: KeyObject | null;

  constructor(private readonly config: ApiConfig) {
    this.key = config.cubeSecret === null ? null : createSecretKey(Buffer.from(config.cubeSecret));
  }

  /** The answer as text; what is no success is thrown as the problem that it is to the caller. */
  async ask(actor: Actor, call: SemanticCall): Promise<SemanticAnswer> {
    const response = await this.send(actor, call, AbortSignal.timeout(timeoutMs));
    const text = await response.text().catch((error: unknown) => { throw analyticsDown(error); });
    if (!response.ok) throw problemOf(response.status, text);
    return { text, tables: response.headers.get(tablesHeader)?.split(',') ?? null };
  }

  private async send(actor: Actor, { path, method, body }: SemanticCall, signal: AbortSignal): Promise<Response> {
    if (this.config.cubeUrl === null || this.key === null) throw analyticsDown(new Error('CRM_CUBE_URL or CRM_CUBE_SECRET is not set'));
    const token = await new SignJWT({ ...claimsOf(actor) }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('5m').sign(this.key);
    return fetch(`${this.config.cubeUrl}${path}`, {
      method,
      // Cube takes it for the id of the request and hands it to its driver, so that the statement in the warehouse bears the trace as well.
      headers: { authorization: token, 'content-type': 'application/json', ...traceHeaders() },
      signal,
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    }).catch((error: unknown) => { throw analyticsDown(error); });
  }

  /** Every row of an answer as it comes, however many; what breaks off is thrown where it does. `signal` ends it. */
  async stream(actor: Actor, query: unknown, signal: AbortSignal): Promise<SemanticStream> {
    const response = await this.send(actor, { path: '/stream', method: 'POST', body: { query } }, signal);
    if (!response.ok || response.body === null) throw problemOf(response.status, await response.text());
    return streamed(response.body as ReadableStream<Uint8Array>);
  }

  /** The answer of a load, or to a query with `levels` the rows of each, asked again for as long as it is "Continue wait"; 503 when that takes too long. */
  async finished(actor: Actor, query: object): Promise<SemanticAnswer> {
    const path = 'levels' in query ? '/levels' : '/cubejs-api/v1/load';
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const answer = await this.ask(actor, { path, method: 'POST', body: { query } });
      if (!answer.text.startsWith('{"error"')) return answer;
    }
    throw analyticsDown(new Error('The query did not finish in time'));
  }

  /** The state of each table of the warehouse, read anew, and the answers to these queries which are kept and hold at that state; null for one that must be asked. */
  async kept(actor: Actor, queries: readonly unknown[]): Promise<{ readonly state: Readonly<Record<string, string>>; readonly answers: readonly (SemanticAnswer | null)[] }> {
    const { text } = await this.ask(actor, { path: '/kept', method: 'POST', body: { queries } });
    const [state = '', ...lines] = text.split('\n');
    const answers = queries.map((_, index) => {
      const line = lines[index] ?? '';
      const tab = line.indexOf('\t');
      return tab < 0 ? null : { tables: line.slice(0, tab).split(','), text: line.slice(tab + 1) };
    });
    return { state: (JSON.parse(state) as { tables: Record<string, string> }).tables, answers };
  }

  /** The state of each table of the warehouse, read anew: the same text means the same rows. */
  async state(actor: Actor): Promise<Readonly<Record<string, string>>> {
    const { text } = await this.ask(actor, { path: '/state', method: 'GET' });
    return (JSON.parse(text) as { tables: Record<string, string> }).tables;
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
