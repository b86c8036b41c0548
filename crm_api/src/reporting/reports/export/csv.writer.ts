import { Readable } from 'node:stream';
import { neutral } from '../../delivery/report.files.js';
import { ContentHash, streamBlock } from './export.content.js';
import type { Manifest, Sealer } from './export.seal.js';
import type { StampLine } from './export.types.js';

/** What a CSV file is made from; rows come some at a time, as many as there are. */
export interface CsvSource {
  readonly stamp: readonly StampLine[];
  /** Titles, neutral already. */
  readonly columns: readonly string[];
  /** Cells in the order of the columns: text that is neutral already, decimal text, or null. */
  readonly batches: AsyncIterable<readonly CsvRow[]> | Iterable<readonly CsvRow[]>;
  readonly sealer: Sealer;
  readonly format?: Manifest['format'];
  /** Rows to a mark; by default as for a file of unknown length. */
  readonly block?: number;
  /** Told once the file is whole. */
  readonly done?: (file: { readonly rows: number; readonly hash: string }) => void;
}

export type CsvRow = readonly (string | null)[];

// Large enough that a write costs little, small enough that a slow reader holds back the source.
const chunkChars = 64 * 1024;
// The mark tells spreadsheets that it is UTF-8, or Arabic would be unreadable there.
const mark = '\ufeff';

const field = (text: string | null): string => (text === null ? '' : /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A line of the file, put together without lists in between: of a million rows each would be millions. */
function record(cells: CsvRow): string {
  let text = field(cells[0] ?? null);
  for (let at = 1; at < cells.length; at += 1) text += `,${field(cells[at] ?? null)}`;
  return `${text}\r\n`;
}

/**
 * CSV (RFC 4180) in pieces, at a memory that does not grow with the rows: the stamp in lines that begin with `#`, an empty line, the titles, the rows, and at the end the hash and the seal, both worked out on the way.
 * A file that was broken off has no seal, so that a part is never taken for the whole.
 */
export async function* csvChunks({ stamp, columns, batches, sealer, format = 'csv', block = streamBlock, done }: CsvSource): AsyncGenerator<string> {
  const content = new ContentHash(block);
  let text = mark;
  for (const { label, text: value } of stamp) {
    content.stamp(label, value);
    text += record([`# ${label}`, value]);
  }
  content.columns(columns);
  text += `\r\n${record(columns)}`;
  for await (const rows of batches) {
    for (const row of rows) {
      content.row(row);
      text += record(row);
      if (text.length >= chunkChars) {
        yield text;
        text = '';
      }
    }
  }
  const { hash, marks } = content.digest();
  yield `${text}${record(['# SHA-256', hash])}${record(['# Seal', sealer.seal({ format, hash, rows: content.rows, block, marks })])}`;
  done?.({ rows: content.rows, hash });
}

/** The same as a stream of bytes, for an answer or a file. */
export const csvStream = (source: CsvSource): Readable => Readable.from(encoded(source), { objectMode: false, highWaterMark: chunkChars });

async function* encoded(source: CsvSource): AsyncGenerator<Buffer> {
  for await (const text of csvChunks(source)) yield Buffer.from(text, 'utf8');
}

/** Rows of plain values as a CSV's cells: text made neutral, numbers left alone. */
export async function* neutralRows(batches: AsyncIterable<readonly (readonly unknown[])[]>): AsyncGenerator<CsvRow[]> {
  for await (const rows of batches) yield rows.map((row) => row.map(neutralCell));
}

function neutralCell(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = String(value as string | number | boolean);
  return neutral(text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);
}
