import type { Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import { ImportFileError } from '../import.errors.js';
import type { RawLine } from './file.reader.js';

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Text of a cell as the CSV of the same sheet would have it; a formula gives its stored result, never the formula. */
export function cellText(value: ExcelJS.CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) {
    const day = `${pad(value.getUTCFullYear(), 4)}-${pad(value.getUTCMonth() + 1, 2)}-${pad(value.getUTCDate(), 2)}`;
    const time = value.toISOString().slice(11, 19);
    return time === '00:00:00' ? day : `${day}T${time}Z`;
  }
  if (typeof value === 'object') {
    if ('richText' in value) return value.richText.map((part) => part.text).join('');
    if ('result' in value) return cellText(value.result as ExcelJS.CellValue);
    if ('formula' in value || 'sharedFormula' in value) return '';
    if ('error' in value) return value.error;
    if ('text' in value) return typeof value.text === 'string' ? value.text : cellText(value.text as ExcelJS.CellValue);
    return '';
  }
  return String(value);
}

/** Reads one sheet of a workbook row by row. */
export async function* readXlsx(source: Readable, sheet?: string): AsyncGenerator<RawLine> {
  const workbook = new ExcelJS.stream.xlsx.WorkbookReader(source, { sharedStrings: 'cache', styles: 'cache', hyperlinks: 'ignore', worksheets: 'emit', entries: 'ignore' });
  const seen: string[] = [];
  try {
    for await (const worksheet of workbook) {
      const name = (worksheet as unknown as { name: string }).name;
      seen.push(name);
      if (sheet !== undefined && name !== sheet) continue;
      for await (const row of worksheet) {
        const values = Array.isArray(row.values) ? row.values : [];
        // exceljs counts cells from 1; the array's first place is empty.
        yield { rowNumber: row.number, cells: Array.from({ length: Math.max(0, values.length - 1) }, (_, index) => cellText(values[index + 1] as ExcelJS.CellValue)), strict: false };
      }
      return;
    }
  } catch (cause) {
    if (cause instanceof ImportFileError) throw cause;
    throw new ImportFileError('xlsx_broken', 'The workbook cannot be read. Open it in a spreadsheet program and save it again as .xlsx, or as CSV UTF-8.', { cause });
  }
  if (sheet !== undefined) throw new ImportFileError('sheet_unknown', `The workbook has no sheet “${sheet}”. It has: ${seen.join(', ')}.`);
}
