import type { KeyObject } from 'node:crypto';
import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { authenticate, type SecurityContext } from './access.context.js';
import { isTimeless, reachOf, type KeptAnswers } from './kept.answers.js';
import { notedReads } from './read.tables.js';
import type { TableVersions } from './table.versions.js';

/** What answers are kept and given with. */
export interface KeptSource {
  readonly key: KeyObject;
  readonly answers: KeptAnswers;
  readonly versions: Pick<TableVersions, 'renewed'>;
  /** The version of the model as it is now. */
  version(): Promise<string>;
}

// What Cube takes of a question.
const parsed = json({ limit: '50mb' });

const keyOf = (version: string, reach: string, query: unknown): string => `${version} ${reach} ${JSON.stringify(query)}`;

function claimsOf(key: KeyObject, request: Request): SecurityContext {
  return authenticate(key, request.headers.authorization?.replace(/^Bearer /, ''));
}

/** How the answer to a request's question is kept; null where it means something else at another time, or is none of one question. */
export async function keepAnswer(source: KeptSource, request: Request): Promise<((text: string) => void) | null> {
  const { query, ...others } = (request.body ?? {}) as Record<string, unknown>;
  if (query === null || typeof query !== 'object' || Array.isArray(query) || Object.keys(others).length > 0 || !isTimeless(query)) return null;
  const key = keyOf(await source.version(), reachOf(claimsOf(source.key, request)), query);
  return (text) => {
    const reads = notedReads();
    // Another model meanwhile: it is not known which of them answered.
    void source.version().then((version) => { if (key.startsWith(`${version} `)) source.answers.keep(key, text, reads); }, () => undefined);
  };
}

/** In front of Cube's `POST …/load`: keeps the answers to questions that mean the same at any time. Whoever is refused is refused by Cube. */
export function keepLoads(source: KeptSource): RequestHandler[] {
  const watch = async (request: Request, response: Response): Promise<void> => {
    const keep = await keepAnswer(source, request);
    if (keep === null) return;
    const send = response.send.bind(response);
    response.send = (body: unknown): Response => {
      // An answer is bytes; what is to be asked again and what failed are objects.
      if (Buffer.isBuffer(body) && response.statusCode === 200) keep(body.toString());
      return send(body);
    };
  };
  return [parsed, (request: Request, response: Response, next: NextFunction) => void watch(request, response).catch(() => undefined).then(() => next())];
}

/**
 * `POST /kept` with `{queries}`: the state of every table, read anew, as a line of JSON, then a line for each question: the tables of its answer, a tab and the answer as load gives it, where
 * one is kept that holds at that state; else nothing.
 */
export function keptRoute(source: KeptSource): RequestHandler[] {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const reach = reachOf(claimsOf(source.key, request));
    const { queries } = (request.body ?? {}) as { queries?: unknown };
    if (!Array.isArray(queries)) throw Object.assign(new Error('Send {queries}: a list of Cube\'s queries'), { status: 400 });
    const versions = await source.versions.renewed();
    const version = await source.version();
    const lines = queries.map((query) => {
      const found = source.answers.find(keyOf(version, reach, query), versions);
      return found ? `${found.tables.join(',')}\t${found.text}` : '';
    });
    response.status(200).set({ 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' }).send([JSON.stringify({ tables: Object.fromEntries(versions) }), ...lines].join('\n'));
  };
  return [parsed, (request, response, next) => void answer(request, response).catch(next)];
}
