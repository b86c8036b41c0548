import { createHash } from 'node:crypto';
import { RowsError } from './rows.types.js';

/** Where the next page begins, of which question, and the state that the page before was read from. */
export interface RowsCursor {
  readonly offset: number;
  readonly question: string;
  readonly state: string;
}

/** A short name for a text: the same for the same text. */
export const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

/** The cursor as opaque text. */
export const writeCursor = ({ offset, question, state }: RowsCursor): string => Buffer.from(JSON.stringify([offset, question, state])).toString('base64url');

/** Reads a cursor; throws a 400 when it is none of ours, or one of another question. */
export function readCursor(text: string, question: string): RowsCursor {
  try {
    const [offset, of, state] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown, unknown];
    if (Number.isSafeInteger(offset) && Number(offset) >= 0 && of === question && typeof state === 'string') return { offset: Number(offset), question, state };
  } catch {
    // Told below, as for any other text that is no cursor.
  }
  throw new RowsError(400, 'The cursor does not belong to this question: send the next_cursor of the page before with the same query, measure and point');
}
