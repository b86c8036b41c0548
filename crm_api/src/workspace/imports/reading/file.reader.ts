import { ImportFileError } from '../import.errors.js';
import { readCsv } from './csv.reader.js';
import { readXlsx } from './xlsx.reader.js';

/** One data row: its number in the file (the header is 1) and its cells by header, or why it could not be read. */
export interface FileRow {
  readonly rowNumber: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly problem?: { readonly code: string; readonly message: string };
}

/** How to read a file. */
export interface ReadOptions {
  readonly format: 'csv' | 'xlsx';
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly sheet?: string;
}

/** The rows of a table, first the headers. */
export interface FileTable {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<FileRow>;
}

/** Tells CSV from XLSX by the file's first bytes and its name; anything else is refused with what to do. */
export function detectFormat(fileName: string, head: Buffer): 'csv' | 'xlsx' {
  if (head.length === 0) throw new ImportFileError('file_empty', 'The file is empty. Export it again and check that it has a header and rows.');
  if (head[0] === 0x50 && head[1] === 0x4b) return 'xlsx';
  if (head[0] === 0xd0 && head[1] === 0xcf) throw new ImportFileError('format_old_excel', 'This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8.');
  if (head[0] === 0x25 && head[1] === 0x50) throw new ImportFileError('format_unknown', 'This is a PDF. Export the table as CSV or XLSX.');
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (!isUtf16 && head.includes(0)) {
    throw new ImportFileError('format_unknown', `${fileName} is neither CSV nor XLSX. Export the table in one of these formats.`);
  }
  return 'csv';
}

/** Opens a file as a table. Headers are trimmed; two equal headers are an error, since a mapping could not tell them apart. */
export async function openTable(chunks: AsyncIterable<Buffer>, options: ReadOptions): Promise<FileTable> {
  const lines = options.format === 'csv' ? readCsv(chunks, options) : readXlsx(chunks, options.sheet);
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) throw new ImportFileError('file_empty', 'The file has no header row. Its first row must name the columns.');
  const columns = first.value.cells.map((cell) => cell.trim());
  while (columns.at(-1) === '') columns.pop();
  if (columns.length === 0) throw new ImportFileError('header_empty', 'The first row is empty. It must name the columns.');
  const blank = columns.indexOf('');
  if (blank >= 0) throw new ImportFileError('header_blank', `Column ${blank + 1} has no name. Give each column a name in the first row.`);
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) throw new ImportFileError('header_repeated', `Two columns are named “${repeated}”. Rename one of them.`);
  return { columns, rows: toRows(iterator, columns) };
}

async function* toRows(lines: AsyncIterator<RawLine>, columns: readonly string[]): AsyncGenerator<FileRow> {
  try {
    for (;;) {
      const next = await lines.next();
      if (next.done === true) return;
      const { rowNumber, cells } = next.value;
      if (cells.every((cell) => cell.trim() === '')) continue;
      const record: Record<string, string> = {};
      columns.forEach((name, index) => (record[name] = cells[index] ?? ''));
      const extra = cells.slice(columns.length).some((cell) => cell.trim() !== '');
      if (extra || (cells.length < columns.length && next.value.strict)) {
        yield {
          rowNumber,
          cells: record,
          problem: {
            code: 'column_count',
            message: `The row has ${cells.length} cells, the header ${columns.length}. Put values with a separator or quotes in them into double quotes.`,
          },
        };
      } else yield { rowNumber, cells: record };
    }
  } finally {
    await lines.return?.();
  }
}

/** A line as the format's reader gives it; `strict` lines must have a cell for each header. */
export interface RawLine {
  readonly rowNumber: number;
  readonly cells: readonly string[];
  readonly strict: boolean;
}
