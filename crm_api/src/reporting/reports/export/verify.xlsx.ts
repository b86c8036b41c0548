import ExcelJS from 'exceljs';
import { blockOf, hashOf, type Content } from './export.content.js';
import { readSeal } from './export.seal.js';
import { Exact } from './export.sums.js';
import { exportText } from './export.words.js';
import { exactDigits } from '../../delivery/report.files.js';
import { nameOf } from './verify.csv.js';
import { addressOf } from './xlsx.writer.js';
import type { ReadFile } from './verify.types.js';

/** Reads an exported workbook, also one that was saved again: values as they stand in the cells, and every formula worked out from the cells that it names. */
export async function readXlsx(file: string): Promise<ReadFile> {
  const book = new ExcelJS.Workbook();
  try {
    await book.xlsx.readFile(file);
  } catch (error) {
    return { format: 'xlsx', content: null, stamp: [], names: [], rows: [], told: null, seal: null, faults: [`It cannot be read as a workbook: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const abouts = [exportText('about', 'en'), exportText('about', 'ar')];
  const about = book.worksheets.find(({ name }) => abouts.includes(name));
  const [sheet, ...more] = book.worksheets.filter((one) => one !== about);
  const faults = more.map(({ name }) => `sheet “${name}” was added`);
  const lines = about === undefined ? [] : linesOf(about);
  const end = lines.findIndex(([label]) => label === exportText('hash', 'en'));
  const sealText = lines.find(([label]) => label === exportText('seal', 'en') || label === exportText('seal', 'ar'))?.[1] ?? null;
  const stamp = end < 0 ? lines : lines.slice(0, end);
  if (sheet === undefined) return { format: 'xlsx', content: null, stamp, names: [], rows: [], told: null, seal: sealText, faults: [...faults, 'the sheet of figures is missing'] };
  const columns: string[] = [];
  sheet.getRow(1).eachCell({ includeEmpty: true }, (cell, at) => { columns[at - 1] = textOf(cell.value) ?? ''; });
  const rows: (string | null)[][] = [];
  for (let at = 2; at <= sheet.rowCount; at += 1) {
    const row = sheet.getRow(at);
    const width = Math.max(columns.length, row.cellCount);
    const cells = Array.from({ length: width }, (_, index) => textOf(row.getCell(index + 1).value));
    while (cells.length > columns.length && cells.at(-1) === null) cells.pop();
    rows.push(cells);
    row.eachCell((cell, index) => {
      const fault = formulaFault(sheet, cell) ?? formatFault(cell);
      if (fault !== null) faults.push(`cell ${addressOf([at, index])}: ${fault}`);
    });
  }
  while (rows.length > 0 && rows.at(-1)?.every((cell) => cell === null) === true && rows.length > (readSeal(sealText ?? '')?.manifest.rows ?? 0)) rows.pop();
  const content: Content = { stamp, columns, rows };
  return { format: 'xlsx', content: { ...hashOf(content, readSeal(sealText ?? '')?.manifest.block ?? blockOf(rows.length)).digest(), rows: rows.length }, stamp, names: rows.map(nameOf), rows, told: end < 0 ? null : lines[end]?.[1] ?? null, seal: sealText, faults };
}

function linesOf(sheet: ExcelJS.Worksheet): (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = [];
  sheet.eachRow((row) => { lines.push([textOf(row.getCell(1).value) ?? '', textOf(row.getCell(2).value) ?? '']); });
  return lines;
}

/** The text of a cell in canonical form: a number by the digits that Excel holds, a day as `YYYY-MM-DD`. */
function textOf(value: ExcelJS.CellValue): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'number') return decimal(value);
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  if (typeof value !== 'object') return String(value).replaceAll(/\r\n?/g, '\n');
  if ('formula' in value || 'sharedFormula' in value) return textOf(value.result as ExcelJS.CellValue);
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('hyperlink' in value) return textOf(value.text as ExcelJS.CellValue);
  return 'error' in value ? String(value.error) : JSON.stringify(value);
}

const decimal = (value: number): string => new Exact(value).toSignificantDigits(exactDigits).toFixed();

/** What is wrong with a formula; null for one that is a sum and comes to its value, and for a cell without one. */
function formulaFault(sheet: ExcelJS.Worksheet, { value, formula }: ExcelJS.Cell): string | null {
  if (!formula) return null;
  const result = value !== null && typeof value === 'object' && 'result' in value ? textOf(value.result as ExcelJS.CellValue) : null;
  if (!/^(\+?SUM\([A-Z0-9:,]+\))+$/.test(formula)) return `the formula ${formula.slice(0, 80)} was not written by the product`;
  let sum = new Exact(0);
  for (const [, from = '', to = from] of formula.matchAll(/([A-Z]+\d+)(?::([A-Z]+\d+))?/g)) {
    const [first, last] = [sheet.getCell(from), sheet.getCell(to)];
    for (let row = Number(first.row); row <= Number(last.row); row += 1) {
      for (let column = Number(first.col); column <= Number(last.col); column += 1) {
        const text = textOf(sheet.getRow(row).getCell(column).value);
        if (text !== null && /^-?\d+(\.\d+)?$/.test(text)) sum = sum.plus(text);
      }
    }
  }
  const [is, says] = [sum.toSignificantDigits(exactDigits).toFixed(), result ?? '0'];
  return is === says ? null : `the formula comes to ${is}, the cell says ${says}`;
}

/** A format that writes digits of its own shows another number than the cell holds. */
function formatFault({ value, numFmt }: ExcelJS.Cell): string | null {
  if (value === null || typeof value !== 'object' && typeof value !== 'number' || typeof numFmt !== 'string') return null;
  const plain = numFmt.replaceAll(/\[[^\]]*\]/g, '');
  return /"[^"]*\d[^"]*"|\\\d|[1-9]/.test(plain) ? `its number format ${numFmt} writes digits that are not the cell's` : null;
}
