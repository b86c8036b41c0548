import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';

/** Header of an answer that names the mirrored tables which its statements read, separated by commas. */
export const TABLES_HEADER = 'x-crm-tables';

/** A statement whose rows are in an answer: the tables it read, the fingerprint of their state under which its rows are kept, and until when they are (ms). */
export interface StatementRead {
  readonly tables: readonly string[];
  readonly state: string;
  readonly until: number;
}

interface Noted {
  readonly tables: Set<string>;
  readonly reads: StatementRead[];
}

const current = new AsyncLocalStorage<Noted>();

/** Notes tables for the answer to the request that is being served. */
export function noteTables(tables: readonly string[]): void {
  const noted = current.getStore();
  if (noted) for (const table of tables) noted.tables.add(table);
}

/** Notes that the rows of a statement are there, for the same. */
export function noteRead(read: StatementRead): void {
  current.getStore()?.reads.push(read);
}

/** The statements whose rows are there for the request that is being served. */
export function notedReads(): readonly StatementRead[] {
  return current.getStore()?.reads ?? [];
}

/** Names the tables that were noted while a request was served in the header of its answer, which is all that the proof of a figure needs to know of its statement. */
export function nameTables(_request: Request, response: Response, next: NextFunction): void {
  const noted: Noted = { tables: new Set(), reads: [] };
  // Cube ends some answers past Express; all of them pass here, also those that name no head of their own.
  const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => Response;
  response.writeHead = ((...head: unknown[]) => {
    if (noted.tables.size > 0) response.setHeader(TABLES_HEADER, [...noted.tables].sort().join(','));
    return writeHead(...head);
  }) as Response['writeHead'];
  current.run(noted, next);
}
