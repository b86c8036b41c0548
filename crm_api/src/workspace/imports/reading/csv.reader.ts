import { Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import { ImportFileError } from '../import.errors.js';
import { decode } from './encoding.js';
import type { RawLine } from './file.reader.js';

const delimiters = [',', ';', '\t', '|'] as const;

/** The separator that splits the header into most columns, quotes respected. */
export function detectDelimiter(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const count = (delimiter: string): number => bare.split(delimiter).length;
  return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best), ',');
}

async function* peek(text: AsyncGenerator<string>, delimiter: string | undefined, found: (delimiter: string) => void): AsyncGenerator<string> {
  let head = '';
  let known = delimiter;
  if (known !== undefined) found(known);
  for await (const part of text) {
    if (known !== undefined) {
      yield part;
      continue;
    }
    head += part;
    const end = head.search(/[\r\n]/);
    if (end < 0 && head.length < 65_536) continue;
    known = detectDelimiter(head.slice(0, end < 0 ? undefined : end));
    found(known);
    yield head;
  }
  if (known === undefined) {
    found(detectDelimiter(head));
    yield head;
  }
}

/** Reads CSV line by line at bounded memory. A broken quote is an error of the file, with the line where it starts. */
export async function* readCsv(chunks: AsyncIterable<Buffer>, options: { readonly delimiter?: string; readonly encoding?: string }): AsyncGenerator<RawLine> {
  let delimiter = ',';
  const text = peek(decode(chunks, options.encoding), options.delimiter, (value) => (delimiter = value));
  // The delimiter is known after the first piece, and the parser wants it at its start.
  const first = await text.next();
  if (first.done === true) return;
  const all = async function* (): AsyncGenerator<string> {
    yield first.value;
    yield* text;
  };
  const parser = parse({ delimiter, bom: true, relax_column_count: true, skip_empty_lines: false, max_record_size: 4_000_000, info: true });
  const source = Readable.from(all());
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let rowNumber = 0;
  try {
    for await (const { record } of parser as AsyncIterable<{ record: string[] }>) {
      rowNumber += 1;
      yield { rowNumber, cells: record, strict: record.length > 1 };
    }
  } catch (error) {
    if (error instanceof CsvError) {
      throw new ImportFileError('csv_broken', `The file breaks after row ${rowNumber}: ${describe(error)} Correct the row, or export the file again.`, { cause: error });
    }
    throw error;
  } finally {
    source.destroy();
    parser.destroy();
  }
}

function describe(error: CsvError): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'a double quote is opened and never closed.';
  if (error.code === 'CSV_MAX_RECORD_SIZE') return 'a row is longer than 4 million characters, mostly because a double quote is never closed.';
  if (error.code === 'INVALID_OPENING_QUOTE' || error.code === 'CSV_INVALID_CLOSING_QUOTE') return 'a double quote stands where none can be; write "" for a quote inside a value.';
  return `${error.message}.`;
}
