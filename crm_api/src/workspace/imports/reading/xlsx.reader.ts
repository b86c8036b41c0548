import ExcelJS from 'exceljs';
import yauzl from 'yauzl';
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

const maxBytes = 40 * 1024 * 1024;
const maxUnpackedBytes = 400 * 1024 * 1024;

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) throw new ImportFileError('xlsx_too_large', 'The workbook is larger than 40 MB. Save the sheet as CSV UTF-8, which has no such limit.');
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Adds up what the archive claims to unpack to, so that a small file cannot fill the memory. */
async function checkUnpackedSize(content: Buffer): Promise<void> {
  const archive = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(content, { lazyEntries: true }, (error, zip) => (error === null ? resolve(zip) : reject(error)));
  });
  let total = 0;
  await new Promise<void>((resolve, reject) => {
    archive.on('error', reject);
    archive.on('end', resolve);
    archive.on('entry', (entry: yauzl.Entry) => {
      total += entry.uncompressedSize;
      archive.readEntry();
    });
    archive.readEntry();
  });
  if (total > maxUnpackedBytes) throw new ImportFileError('xlsx_too_large', 'The workbook unpacks to more than 400 MB. Save the sheet as CSV UTF-8.');
}

/**
 * Reads one sheet of a workbook row by row. The workbook is loaded whole: exceljs's streaming reader decodes each piece by itself
 * and breaks letters of more than one byte at the seams, which ruins Arabic.
 */
export async function* readXlsx(chunks: AsyncIterable<Buffer>, sheet?: string): AsyncGenerator<RawLine> {
  const content = await collect(chunks);
  const workbook = new ExcelJS.Workbook();
  try {
    await checkUnpackedSize(content);
    await workbook.xlsx.load(content as unknown as ExcelJS.Buffer);
  } catch (cause) {
    if (cause instanceof ImportFileError) throw cause;
    throw new ImportFileError('xlsx_broken', 'The workbook cannot be read. Open it in a spreadsheet program and save it again as .xlsx, or as CSV UTF-8.', { cause });
  }
  const names = workbook.worksheets.map((worksheet) => worksheet.name);
  const worksheet = sheet === undefined ? workbook.worksheets[0] : workbook.getWorksheet(sheet);
  if (worksheet === undefined) throw new ImportFileError('sheet_unknown', `The workbook has no sheet “${sheet ?? ''}”. It has: ${names.join(', ')}.`);
  for (let number = 1; number <= worksheet.rowCount; number += 1) {
    const values = worksheet.getRow(number).values;
    // exceljs counts cells from 1; the array's first place is empty.
    const cells = Array.isArray(values) ? Array.from({ length: Math.max(0, values.length - 1) }, (_, index) => cellText(values[index + 1])) : [];
    if (cells.length > 0) yield { rowNumber: number, cells, strict: false };
  }
}
