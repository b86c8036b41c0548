import http from 'node:http';
import https from 'node:https';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { resolveTarget, TargetError, type Lookup, type TargetPolicy } from './target.guard.js';

/** What an attempt came to. */
export interface AttemptResult {
  /** The HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** A stable code; null where the endpoint took the message (2xx). */
  readonly error: string | null;
  readonly durationMs: number;
  /** The first kilobyte of the answer's body. */
  readonly response: string | null;
  /** How long the endpoint asks us to wait (`Retry-After`). */
  readonly retryAfterMs: number | null;
}

/** How messages are sent. */
export interface SenderOptions {
  readonly policy: TargetPolicy;
  /** The whole attempt, from the question for the address to the end of the answer. */
  readonly timeoutMs: number;
  readonly lookup?: Lookup;
}

// Enough to recognise an error page; an endpoint cannot make us read more.
const responseBytes = 1024;

/** Posts one signed message. Never rejects: whatever goes wrong is the result of the attempt. Redirects are not followed: their target was not checked. */
export async function sendMessage(text: string, headers: Readonly<Record<string, string>>, body: string, options: SenderOptions, stop: AbortSignal): Promise<AttemptResult> {
  const began = performance.now();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(options.timeoutMs)]);
  const done = (part: Partial<AttemptResult>): AttemptResult => ({ status: null, error: null, response: null, retryAfterMs: null, ...part, durationMs: Math.round(performance.now() - began) });
  try {
    const { url, addresses } = await resolveTarget(text, options.policy, options.lookup);
    const answer = await post(url, addresses, headers, body, signal);
    return done({ ...answer, error: answer.status >= 200 && answer.status < 300 ? null : answer.status >= 300 && answer.status < 400 ? 'redirect' : `http_${answer.status}` });
  } catch (error) {
    if (error instanceof TargetError) return done({ error: error.code, response: error.message });
    return done({ error: signal.aborted ? (stop.aborted ? 'stopped' : 'timeout') : codeOf(error) });
  }
}

interface Answer { readonly status: number; readonly response: string; readonly retryAfterMs: number | null }

function post(url: URL, addresses: readonly LookupAddress[], headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST', signal,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'crm-webhooks/1.0', ...headers },
      // A connection of its own, to an address that was checked a moment ago: no pool, no second question to a name server that may answer otherwise.
      agent: false, lookup: pinned(addresses), maxHeaderSize: 16 * 1024,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (): void => {
        resolve({ status: response.statusCode ?? 0, response: textOf(Buffer.concat(chunks)), retryAfterMs: retryAfter(response.headers['retry-after']) });
        request.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, responseBytes - size));
        size += chunk.length;
        if (size >= responseBytes) finish();
      });
      response.on('end', finish);
      response.on('error', reject);
    });
    request.end(body);
  });
}

/** Answers with the checked addresses, whatever is asked. */
function pinned(addresses: readonly LookupAddress[]): NonNullable<http.RequestOptions['lookup']> {
  return (_hostname: string, options: LookupOptions, callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

// Postgres keeps no zero characters.
const textOf = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('\0', '\ufffd');

function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

const codes: Readonly<Record<string, string>> = { ECONNREFUSED: 'connection_refused', ECONNRESET: 'connection_reset', EPIPE: 'connection_reset', EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable', ETIMEDOUT: 'timeout' };

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code) || code === 'EPROTO') return 'tls_failed';
  if (code.startsWith('HPE_')) return 'malformed_answer';
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codes[code] ?? 'connection_failed';
}
