import type { ReadableStream } from 'node:stream/web';
import { analyticsDown } from './analytics.errors.js';

/** A row of an answer, its values in the order of the columns. */
export type SemanticRow = readonly (string | number | boolean | null)[];

/** Every row of an answer. */
export interface SemanticStream {
  readonly columns: readonly string[];
  readonly tables: readonly string[];
  /** Some at a time, as they come. */
  readonly batches: AsyncIterable<readonly SemanticRow[]>;
}

interface End { readonly rows?: number }

const lineFeed = 0x0a;

/** Reads what `POST /stream` of the semantic layer sends: a line with the columns, then the rows, and how many they were; what breaks off is thrown where it does. */
export async function streamed(body: ReadableStream<Uint8Array>): Promise<SemanticStream> {
  const lines = wholeLines(body);
  const { done, value } = await lines.next();
  if (done) throw brokenOff(0);
  const [head, ...first] = value as [Pick<SemanticStream, 'columns' | 'tables'>, ...SemanticRow[]];
  return { ...head, batches: untilEnd(first, lines) };
}

async function* untilEnd(first: readonly (SemanticRow | End)[], lines: AsyncGenerator<readonly unknown[]>): AsyncGenerator<readonly SemanticRow[]> {
  let count = 0;
  try {
    for (let some = first; ; ) {
      const last = some.at(-1);
      const end = last === undefined || Array.isArray(last) ? null : (last as End);
      const rows = (end ? some.slice(0, -1) : some) as readonly SemanticRow[];
      count += rows.length;
      if (rows.length > 0) yield rows;
      if (end?.rows === count) return;
      const next = await lines.next();
      if (next.done) throw brokenOff(count);
      some = next.value as readonly (SemanticRow | End)[];
    }
  } finally {
    await lines.return(undefined);
  }
}

/** The lines of JSON that have come whole, parsed together: one by one they would cost three times as much. */
async function* wholeLines(body: ReadableStream<Uint8Array>): AsyncGenerator<readonly unknown[]> {
  let open: Uint8Array[] = [];
  for await (const chunk of body) {
    const end = chunk.lastIndexOf(lineFeed);
    if (end < 0) {
      open.push(chunk);
      continue;
    }
    const text = Buffer.concat([...open, chunk.subarray(0, end)]).toString('utf8');
    open = [chunk.subarray(end + 1)];
    // A line feed inside a text is escaped in JSON.
    yield JSON.parse(`[${text.replaceAll('\n', ',')}]`) as readonly unknown[];
  }
}

const brokenOff = (count: number): Error => analyticsDown(new Error(`The answer broke off after ${count} rows`));
