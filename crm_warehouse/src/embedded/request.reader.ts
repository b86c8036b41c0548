import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { parseInsertHead, parseStatement, type InsertHead, type Statement } from './statement.parser.js';
import { WarehouseError } from './warehouse.errors.js';

/** Longest statement that is not the data of an INSERT; as long as the engine's max_query_size of the pool. */
export const MAX_STATEMENT_BYTES = 16 * 1024 * 1024;
// The head of an INSERT in the body (up to its FORMAT) must show within this many bytes.
const HEAD_BYTES = 256 * 1024;

/** A request, read as far as needed: a whole statement, or the head of an INSERT with its rows still to come. */
export type WarehouseRequest =
  | { readonly kind: 'empty' }
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'insert'; readonly head: InsertHead; readonly text: string; readonly rows: AsyncIterable<Buffer> };

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const unzip = encoding === 'gzip' || encoding === 'x-gzip' ? createGunzip()
    : encoding === 'deflate' ? createInflate()
    : encoding === 'br' ? createBrotliDecompress()
    : undefined;
  if (unzip === undefined) {
    if (encoding === 'identity' || encoding === '') return request;
    throw new WarehouseError(48, 'NOT_IMPLEMENTED', `Content-Encoding ${encoding} is not supported; send gzip, deflate, br or none`);
  }
  // The error reaches the reader of the result; the callback is only there because pipeline wants one.
  return pipeline(request, unzip, () => undefined);
}

async function* rowsFrom(first: Buffer | undefined, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  if (first !== undefined && first.length > 0) yield first;
  for (;;) {
    const step = await rest.next();
    if (step.done === true) return;
    yield step.value;
  }
}

/** Reads query parameter and body the way ClickHouse joins them: the parameter comes first, the rest of the body is its data. */
export async function readRequest(request: IncomingMessage, query: string | null): Promise<WarehouseRequest> {
  const body = (decoded(request) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    return await read(body, query ?? '');
  } catch (error) {
    if (error instanceof WarehouseError) throw error;
    throw new WarehouseError(354, 'ZLIB_INFLATE_FAILED', `Cannot read the request body: ${(error as Error).message}`);
  }
}

async function read(body: AsyncIterator<Buffer>, query: string): Promise<WarehouseRequest> {
  if (query.trim() !== '') {
    const head = parseInsertHead(query);
    if (head !== undefined && head.format !== 'Values') {
      const inline = Buffer.from(query.slice(head.dataStart));
      return { kind: 'insert', head, text: query, rows: rowsFrom(inline, body) };
    }
  }
  const parts: Buffer[] = query.trim() === '' ? [] : [Buffer.from(query)];
  let bytes = parts[0]?.length ?? 0;
  let looked = false;
  for (;;) {
    const step = await body.next();
    if (step.done === true) break;
    if (parts.length === 1 && query.trim() !== '') parts.push(Buffer.from('\n'));
    parts.push(step.value);
    bytes += step.value.length;
    if (!looked && bytes >= HEAD_BYTES) {
      looked = true;
      const found = inBody(Buffer.concat(parts), body);
      if (found !== undefined) return found;
    }
    if (bytes > MAX_STATEMENT_BYTES) {
      throw new WarehouseError(1301, 'REQUEST_TOO_LARGE', `The statement is longer than ${String(MAX_STATEMENT_BYTES)} bytes; send rows with INSERT … FORMAT instead`);
    }
  }
  const all = Buffer.concat(parts);
  const text = all.toString('utf8');
  if (text.trim() === '') return { kind: 'empty' };
  const insert = looked ? undefined : inBody(all, body, true);
  return insert ?? { kind: 'statement', statement: parseStatement(text) };
}

function inBody(bytes: Buffer, rest: AsyncIterator<Buffer>, complete = false): WarehouseRequest | undefined {
  // latin1 keeps offsets equal to bytes, so that rows after the head stay byte for byte what was sent.
  const latin = bytes.subarray(0, HEAD_BYTES).toString('latin1');
  const found = parseInsertHead(latin);
  if (found === undefined || (complete && found.format === 'Values')) return undefined;
  const text = Buffer.from(latin.slice(0, found.dataStart), 'latin1').toString('utf8');
  const head = parseInsertHead(text);
  if (head === undefined) return undefined;
  return { kind: 'insert', head, text, rows: rowsFrom(bytes.subarray(found.dataStart), rest) };
}
