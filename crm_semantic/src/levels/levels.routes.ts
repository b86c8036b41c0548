import { json, type Request, type RequestHandler, type Response } from 'express';
import { RowsError } from '../rows/rows.types.js';
import { keepAnswer, type KeptSource } from '../server/kept.routes.js';
import { rowsOfLevels, type LevelsQuery, type LevelsSource } from './levels.service.js';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function requestOf(body: unknown): LevelsQuery {
  const { levels, limit, ...query } = isObject(body) && isObject(body['query']) ? body['query'] : {};
  const isLevel = (level: unknown): boolean => Array.isArray(level) && level.every((member) => typeof member === 'string');
  if (!Array.isArray(levels) || levels.length === 0 || !levels.every(isLevel) || !Number.isInteger(limit) || Number(limit) < 1) {
    throw new RowsError(400, 'Send {query}: Cube\'s query with a limit for each level, and levels, lists of its dimensions and steps of time');
  }
  return { levels: levels as readonly string[][], limit: Number(limit), query };
}

/** `POST /levels` with `{query}`, Cube's query with `levels` in it: `{levels}`, the rows of each of them from one reading of the tables where that can be. Answers are kept as those of load are. */
export function levelsRoute(kept: KeptSource, source: () => LevelsSource): RequestHandler[] {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const keep = await keepAnswer(kept, request);
    const levels = await rowsOfLevels(source(), request.headers.authorization ?? '', requestOf(request.body));
    const text = JSON.stringify({ levels });
    keep?.(text);
    response.status(200).set({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' }).send(text);
  };
  return [json({ limit: '1mb' }), (request, response) => void answer(request, response).catch((error: unknown) => {
    response.status((error as { status?: number }).status ?? 500).json({ error: error instanceof Error ? error.message : String(error) });
  })];
}
