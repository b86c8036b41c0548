import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ContentHash, streamBlock } from './export.content.js';
import { readSeal } from './export.seal.js';
import type { ReadFile } from './verify.types.js';

// The seal of a hundred million rows still fits.
const tailBytes = 1024 * 1024;
/** Rows that are kept to be named or compared. */
const mostKept = 20_000;

/** Reads an exported CSV as a stream, also one that a spreadsheet has saved again. The seal stands last and says how its marks are to be counted, so the end is read first. */
export async function readCsv(file: string): Promise<ReadFile> {
  const seal = /^"?# Seal"?,"?([\w.-]+)"?[,;]*\r?$/m.exec(await tailOf(file))?.[1] ?? null;
  const hash = new ContentHash((seal === null ? undefined : readSeal(seal)?.manifest.block) ?? streamBlock);
  const stamp: (readonly [string, string])[] = [];
  const rows: (string | null)[][] = [];
  let columns: readonly string[] | null = null;
  let begun = false;
  let told: string | null = null;
  let sealed = false;
  const faults: string[] = [];
  const parser = createReadStream(file).pipe(parse({ bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, relax_quotes: false, skip_empty_lines: false }));
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      const [first = '', second = ''] = record;
      if (!begun && first.startsWith('# ')) { stamp.push([first.slice(2), second]); hash.stamp(first.slice(2), second); continue; }
      if (!begun && record.every((cell) => cell === '')) { begun = true; continue; }
      begun = true;
      if (columns === null) { columns = trimmed(record, 0); hash.columns(columns); continue; }
      if (first === '# SHA-256' && told === null) { told = second; continue; }
      if (first === '# Seal' && second === seal && told !== null && !sealed) { sealed = true; continue; }
      const cells = trimmed(record, columns.length).map((cell) => (cell === '' ? null : cell));
      hash.row(cells);
      if (rows.length < mostKept) rows.push(cells);
    }
  } catch (error) {
    faults.push(`It cannot be read as CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { rows: count } = hash;
  return { format: 'csv', content: columns === null ? null : { ...hash.digest(), rows: count }, stamp, names: rows.map(nameOf), rows, told, seal, faults };
}

/** The words in front of a row. */
export const nameOf = (cells: readonly (string | null)[]): string => cells.slice(0, 6).filter((cell) => cell !== null && !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(cell)).join(' · ');

/** A record of as many cells as there are columns: what a spreadsheet fills up with nothing is taken off, what it left out is put back. */
function trimmed(record: readonly string[], length: number): string[] {
  const cells = [...record];
  while (cells.length > length && cells.at(-1) === '') cells.pop();
  while (cells.length < length) cells.push('');
  return cells;
}

async function tailOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, tailBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}
