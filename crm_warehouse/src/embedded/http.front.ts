import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate, createGzip } from 'node:zlib';
import type { QueryRunner, Summary } from './query.runner.js';
import { readRequest } from './request.reader.js';
import { toWarehouseError, WarehouseError } from './warehouse.errors.js';

/** A user of the front; a reader may only read. */
export interface FrontUser {
  readonly name: string;
  readonly password: string;
  readonly access: 'read' | 'write';
}

/** What the front serves with. */
export interface FrontOptions {
  readonly runner: QueryRunner;
  readonly users: readonly FrontUser[];
  /** Version text of the engine, for exceptions. */
  readonly version: string;
  readonly timezone: string;
}

// Parameters of the HTTP interface itself; all others are settings of the engine.
const OWN = new Set(['query', 'database', 'default_format', 'query_id', 'user', 'password', 'session_id', 'session_timeout', 'session_check', 'close_session', 'role', 'quota_key',
  'compress', 'decompress', 'wait_end_of_query', 'buffer_size', 'stacktrace', 'enable_http_compression', 'http_zlib_compression_level', 'client_protocol_version',
  'send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'add_http_cors_header', 'http_write_exception_in_output_format', 'readonly', 'log_comment']);

function equal(a: string, b: string): boolean {
  // Hashes have one length, which timingSafeEqual wants, and tell nothing of the password's.
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function authenticate(request: IncomingMessage, url: URL, users: readonly FrontUser[]): FrontUser {
  const header = (name: string): string | undefined => [request.headers[name]].flat()[0];
  let name = header('x-clickhouse-user') ?? url.searchParams.get('user') ?? undefined;
  let password = header('x-clickhouse-key') ?? url.searchParams.get('password') ?? undefined;
  const basic = /^Basic\s+(.+)$/i.exec(header('authorization') ?? '')?.[1];
  if (basic !== undefined) {
    const [user = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    name = user;
    password = rest.join(':');
  }
  if (name === undefined) throw new WarehouseError(194, 'REQUIRED_PASSWORD', 'User and password are required: Basic authentication, X-ClickHouse-User and X-ClickHouse-Key, or ?user=&password=');
  const user = users.find((u) => u.name === name);
  const right = equal(password ?? '', user?.password ?? randomUUID());
  if (user === undefined || !right) {
    throw new WarehouseError(516, 'AUTHENTICATION_FAILED', `${name}: Authentication failed: password is incorrect, or there is no user with such name.`);
  }
  return user;
}

function refuseUnsupported(url: URL): void {
  for (const name of ['compress', 'decompress']) {
    if (['1', 'true'].includes(url.searchParams.get(name) ?? '')) {
      throw new WarehouseError(48, 'NOT_IMPLEMENTED', `${name}=1 (ClickHouse's own block compression) is not supported; use Content-Encoding or Accept-Encoding gzip`);
    }
  }
}

function summaryHeader(summary: Summary, started: bigint): string {
  return JSON.stringify({
    read_rows: String(summary.readRows),
    read_bytes: String(summary.readBytes),
    written_rows: String(summary.writtenRows),
    written_bytes: String(summary.writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(summary.writtenRows),
    result_bytes: String(summary.writtenBytes),
    elapsed_ns: String(process.hrtime.bigint() - started),
  });
}

function contentType(format: string): string {
  const f = format.toLowerCase();
  if (/^(json|jsoncompact|jsonstrings|jsoncompactstrings|jsoncolumns\w*|jsonobjecteachrow)$/.test(f)) return 'application/json; charset=UTF-8';
  if (/^(json|ndjson)/.test(f)) return 'application/x-ndjson; charset=UTF-8';
  if (f.startsWith('csv')) return 'text/csv; charset=UTF-8; header=' + (f.includes('withnames') ? 'present' : 'absent');
  if (f.startsWith('tab') || f.startsWith('tsv')) return 'text/tab-separated-values; charset=UTF-8';
  if (/^(native|rowbinary|parquet|arrow|orc|avro)/.test(f)) return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}

async function answerQuery(request: IncomingMessage, response: ServerResponse, url: URL, options: FrontOptions): Promise<void> {
  const started = process.hrtime.bigint();
  const queryId = url.searchParams.get('query_id') || randomUUID();
  response.setHeader('X-ClickHouse-Query-Id', queryId);
  const user = authenticate(request, url, options.users);
  refuseUnsupported(url);
  const read = await readRequest(request, url.searchParams.get('query'));
  const header = (name: string): string | undefined => [request.headers[name]].flat()[0];
  if (read.kind === 'empty') {
    if (request.method === 'GET') return send(response, 200, 'Ok.\n');
    throw new WarehouseError(62, 'SYNTAX_ERROR', 'Syntax error: Empty query');
  }
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (/^param_\w+$/.test(name)) parameters.set(name.slice(6), value);
    else if (!OWN.has(name)) {
      if (!/^\w+$/.test(name)) throw new WarehouseError(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
      settings.set(name, value);
    }
  }
  const readonly = url.searchParams.get('readonly');
  // Like a ClickHouse server: GET implies readonly.
  const access = request.method === 'GET' || user.access === 'read' || (readonly !== null && readonly !== '0') ? 'read' : 'write';
  const database = url.searchParams.get('database') ?? header('x-clickhouse-database') ?? 'default';
  const defaultFormat = url.searchParams.get('default_format') ?? header('x-clickhouse-format') ?? 'TabSeparated';
  if (!/^\w+$/.test(defaultFormat)) throw new WarehouseError(73, 'UNKNOWN_FORMAT', `Unknown format ${defaultFormat}`);

  const onClose = (): void => {
    // Nobody waits any more: stop the work. Rows of an INSERT that arrived whole are still written.
    if (!response.writableFinished && read.kind === 'statement' && read.statement.kind === 'select') options.runner.cancel(queryId).catch(() => undefined);
  };
  response.once('close', onClose);
  const answer = await options.runner.run(read, { user: user.name, queryId, defaultFormat, needs: { access, database, settings, parameters } });
  try {
    response.statusCode = 200;
    response.setHeader('X-ClickHouse-Format', answer.format);
    response.setHeader('X-ClickHouse-Timezone', options.timezone);
    response.setHeader('X-ClickHouse-Summary', summaryHeader(answer.summary, started));
    response.setHeader('Content-Type', contentType(answer.format));
    const accepts = header('accept-encoding') ?? '';
    const wants = ['1', 'true'].includes(url.searchParams.get('enable_http_compression') ?? '');
    const zip = wants && /\bgzip\b/.test(accepts) ? 'gzip' : wants && /\bdeflate\b/.test(accepts) ? 'deflate' : undefined;
    const body = answer.body instanceof Readable ? answer.body : undefined;
    if (zip !== undefined && answer.bytes > 0) {
      response.setHeader('Content-Encoding', zip);
      // Level 1: the loopback is faster than any better level.
      const packer = zip === 'gzip' ? createGzip({ level: 1 }) : createDeflate({ level: 1 });
      await pipeline(body ?? Readable.from([answer.body]), packer, response);
    } else {
      response.setHeader('Content-Length', answer.bytes);
      if (body !== undefined) await pipeline(body, response);
      else response.end(answer.body);
    }
  } finally {
    await answer.dispose();
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown, version: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const known = toWarehouseError(error);
  response.setHeader('X-ClickHouse-Exception-Code', String(known.code));
  response.removeHeader('Content-Encoding');
  // What is left of the body has no reader any more; a new connection is cheaper than reading it to its end.
  if (!request.complete) {
    response.setHeader('Connection', 'close');
    request.resume();
  }
  send(response, known.status, known.text(version));
}

/** The HTTP server that speaks ClickHouse's interface; the caller listens with it, on a loopback address only. */
export function createFront(options: FrontOptions): Server {
  // As long a line as a ClickHouse server takes (http_max_uri_size): an INSERT into a wide table carries its conversions in the query.
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('X-ClickHouse-Server-Display-Name', hostname());
    if (url.pathname === '/ping' || url.pathname === '/replicas_status') return send(response, 200, 'Ok.\n');
    if (url.pathname !== '/' && url.pathname !== '/query') return send(response, 404, `There is no handle ${url.pathname}\nUse / or /ping for health checks, POST / for queries.\n`);
    if (!['GET', 'POST', 'HEAD'].includes(request.method ?? '')) return send(response, 405, 'Use GET or POST.\n');
    answerQuery(request, response, url, options).catch((error: unknown) => fail(request, response, error, options.version));
  });
  // A COPY of many gigabytes takes longer than Node's five minutes for a request.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 65_000;
  return server;
}
