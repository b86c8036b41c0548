import type { KeyObject } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { json, type Request, type RequestHandler, type Response } from 'express';
import { authenticate } from '../server/access.context.js';
import type { RowBytes } from '../server/row.bytes.js';
import { tablesRead, type TableVersions } from '../server/table.versions.js';
import { memberStatement } from './rows.statement.js';
import { RowsError } from './rows.types.js';

/** What whole answers are read from. */
export interface StreamSource {
  readonly url: string;
  readonly versions: Pick<TableVersions, 'renewed'>;
  /** The rows of a statement as they come. */
  rowBytes(sql: string, values: unknown[]): AsyncIterable<RowBytes>;
}

/**
 * `POST /stream` with `{query}`: every row of an answer, however many, without holding them. The first line is `{"columns", "tables"}` with the members in the order of the values, then each row is
 * an array in JSON on a line of its own, and the last line `{"rows", "still"}` says how many they were and whether their tables stood still meanwhile. An answer without the last line broke off.
 */
export function streamRoute(key: KeyObject, source: () => StreamSource): RequestHandler[] {
  const answer = async (request: Request, response: Response): Promise<void> => {
    authenticateOr403(key, request);
    const { query } = (request.body ?? {}) as { query?: unknown };
    if (query === null || typeof query !== 'object' || Array.isArray(query)) throw new RowsError(400, 'Send {query}: Cube\'s query');
    const { url, versions, rowBytes } = source();
    const { members, sql, values } = await wholeStatement(url, request.headers.authorization ?? '', query as Record<string, unknown>);
    const tables = tablesRead(sql);
    const before = await versions.renewed();
    const some = rowBytes(sql, values)[Symbol.asyncIterator]();
    // A statement that is refused at once is a refusal, before anything of an answer is sent.
    const first = await some.next();
    response.status(200).set({ 'cache-control': 'no-store', 'content-type': 'application/x-ndjson; charset=utf-8', 'x-crm-tables': tables.join(',') });
    async function* body(): AsyncGenerator<string | Uint8Array> {
      yield `${JSON.stringify({ columns: members, tables })}\n`;
      let rows = 0;
      for (let next = first; !next.done; next = await some.next()) {
        rows += next.value.rows;
        yield next.value.bytes;
      }
      const after = await versions.renewed();
      yield `${JSON.stringify({ rows, still: tables.every((table) => before.get(table) === after.get(table)) })}\n`;
    }
    await pipeline(body, response).finally(() => some.return?.());
  };
  return [json({ limit: '1mb' }), (request, response) => void answer(request, response).catch((error: unknown) => {
    // What has begun cannot become a refusal: it breaks off, which its reader sees by the last line that is missing.
    if (response.headersSent) response.destroy(error instanceof Error ? error : new Error(String(error)));
    else response.status(error instanceof RowsError ? error.status : 500).json({ error: error instanceof Error ? error.message : String(error) });
  })];
}

/** The statement of a query without an end, its columns in the order of the members that it names: dimensions, times, measures. */
async function wholeStatement(url: string, authorization: string, query: Record<string, unknown>): Promise<{ readonly members: readonly string[]; readonly sql: string; readonly values: unknown[] }> {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const times = (list(query['timeDimensions']) as readonly { readonly dimension: string; readonly granularity?: string }[]).filter(({ granularity }) => granularity !== undefined);
  const members = [...list(query['dimensions']).map(String), ...times.map(({ dimension, granularity }) => `${dimension}.${granularity}`), ...list(query['measures']).map(String)];
  if (members.length === 0) throw new RowsError(400, 'The query asks for nothing: name measures or dimensions');
  const { limit: _limit, offset: _offset, ...whole } = query;
  const statement = await memberStatement(url, authorization, whole);
  return { members, sql: `SELECT ${members.map((member) => statement.columnOf(member)).join(', ')} FROM (${statement.sql}) AS whole_answer`, values: statement.values };
}

function authenticateOr403(key: KeyObject, request: Request): void {
  try {
    authenticate(key, request.headers.authorization?.replace(/^Bearer /, ''));
  } catch (error) {
    throw new RowsError(403, error instanceof Error ? error.message : String(error));
  }
}
