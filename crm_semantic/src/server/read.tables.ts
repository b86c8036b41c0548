import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';

/** Header of an answer that names the mirrored tables which its statements read, separated by commas. */
export const TABLES_HEADER = 'x-crm-tables';

const current = new AsyncLocalStorage<Set<string>>();

/** Notes tables for the answer to the request that is being served. */
export function noteTables(tables: readonly string[]): void {
  const noted = current.getStore();
  if (noted) for (const table of tables) noted.add(table);
}

/** Names the tables that were noted while a request was served in the header of its answer, which is all that the proof of a figure needs to know of its statement. */
export function nameTables(_request: Request, response: Response, next: NextFunction): void {
  const noted = new Set<string>();
  // Cube ends some answers past Express; all of them pass here, also those that name no head of their own.
  const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => Response;
  response.writeHead = ((...head: unknown[]) => {
    if (noted.size > 0) response.setHeader(TABLES_HEADER, [...noted].sort().join(','));
    return writeHead(...head);
  }) as Response['writeHead'];
  current.run(noted, next);
}
