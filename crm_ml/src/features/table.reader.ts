import { readFile } from 'node:fs/promises';
import { table, type ColumnTable } from 'arquero';
import { parse } from 'csv-parse/sync';
import { ModelError } from '../model.errors.js';

/** A table of texts as it stands in a file: names in order, one array of cells per column. */
export interface TextTable { names: string[]; columns: ColumnTable; rows: number }

/** Reads a CSV file: UTF-8, UTF-16 or Windows-1252, separated by comma, semicolon, tab or bar; refusals carry code `unreadable_file`. */
export async function readTable(path: string): Promise<TextTable> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new ModelError('unreadable_file', `The file ${path} cannot be read; check its name and that it exists.`, { cause });
  }
  return parseTable(decode(bytes));
}

/** Parses the text of a CSV file; short rows are filled with blanks, repeated names get a number. */
export function parseTable(text: string): TextTable {
  const delimiter = sniffDelimiter(text);
  let records: string[][];
  try {
    records = parse(text, { delimiter, bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  } catch (cause) {
    throw new ModelError('unreadable_file', `The file is not valid CSV: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const header = records[0];
  if (!header || records.length < 2) throw new ModelError('too_few_rows', 'The file has no rows below its header.');
  const names: string[] = [];
  for (const cell of header) {
    const name = cell.trim();
    let unique = name, n = 1;
    while (names.includes(unique)) unique = `${name} ${++n}`;
    names.push(unique);
  }
  const entries = names.map((name, c): [string, string[]] => [name, records.slice(1).map((record) => record[c] ?? '')]);
  return { names, columns: table(entries), rows: records.length - 1 };
}

/** The cells of one column; an unknown name is refused with the names that exist. */
export function textsOf(source: TextTable, name: string): string[] {
  if (!source.names.includes(name)) throw new ModelError('unknown_column', `There is no column "${name}"; the file has: ${source.names.join(', ')}.`);
  return source.columns.array(name) as string[];
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16().toString('utf16le');
  if (bytes.includes(0)) throw new ModelError('unreadable_file', 'The file is binary, not CSV; save the sheet as CSV first.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function sniffDelimiter(text: string): string {
  const line = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (d: string): number => line.split(d).length - 1;
  return [',', ';', '\t', '|'].reduce((best, d) => (count(d) > count(best) ? d : best));
}
