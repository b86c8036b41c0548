import type { KeyObject } from 'node:crypto';
import { json, type Request, type RequestHandler, type Response } from 'express';
import { authenticate, type SecurityContext } from '../server/access.context.js';
import { rowsOf, type RowsSource } from './rows.service.js';
import { RowsError, type CellValue, type RowsRequest } from './rows.types.js';

const most = 200;

function requestOf(body: unknown): RowsRequest {
  const { query, measure, point = {}, limit = 50, cursor = null } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(query) || typeof measure !== 'string' || !isObject(point) || (cursor !== null && typeof cursor !== 'string') || !Number.isInteger(limit) || Number(limit) < 1 || Number(limit) > most) {
    throw new RowsError(400, `Send {query, measure, point?, limit?, cursor?}: Cube's query, "view.measure", the values of the cell, 1 to ${most} records, the next_cursor of the page before`);
  }
  return { query, measure, point: point as Record<string, CellValue>, limit: Number(limit), cursor };
}

/** `POST /rows`: the records behind a number of an answer, for the caller of an internal token. */
export function rowsRoute(key: KeyObject, source: () => RowsSource): RequestHandler[] {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const claims = claimsOf(key, request);
    const body = await rowsOf(source(), { claims, authorization: request.headers.authorization ?? '' }, requestOf(request.body));
    response.status(200).set('cache-control', 'no-store').json(body);
  };
  return [json({ limit: '256kb' }), (request, response) => void answer(request, response).catch((error: unknown) => refuse(response, error))];
}

/** `GET /state`: the state of each table of the warehouse, read anew. Answers between two equal states are of one state. */
export function stateRoute(key: KeyObject, source: () => RowsSource): RequestHandler {
  const answer = async (request: Request, response: Response): Promise<void> => {
    claimsOf(key, request);
    response.status(200).set('cache-control', 'no-store').json({ tables: Object.fromEntries(await source().versions.renewed()) });
  };
  return (request, response) => void answer(request, response).catch((error: unknown) => refuse(response, error));
}

function claimsOf(key: KeyObject, request: Request): SecurityContext {
  try {
    return authenticate(key, request.headers.authorization?.replace(/^Bearer /, ''));
  } catch (error) {
    throw new RowsError(403, error instanceof Error ? error.message : String(error));
  }
}

function refuse(response: Response, error: unknown): void {
  response.status(error instanceof RowsError ? error.status : 500).json({ error: error instanceof Error ? error.message : String(error) });
}
