import ExcelJS from 'exceljs';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import type { CellKind } from '../../delivery/delivery.types.js';
import { exactDigits, formats } from '../../delivery/report.files.js';
import { blockOf, canonical, contentOf, hashOf } from './export.content.js';
import { Exact } from './export.sums.js';
import { stampOf } from './export.stamp.js';
import { headOf } from './export.table.js';
import { exportText } from './export.words.js';
import type { Sealer } from './export.seal.js';
import type { ExportCell, ExportRequest, ExportRow, ExportTable, Sum } from './export.types.js';

// Excel's own limits: arguments of a function and characters of a formula.
const mostArguments = 255;
const longestFormula = 8000;
// Most decimals of an amount in the books; a mean has more.
const bookedDecimals = 6;
// Long tables let other requests pass.
const rowsToTurn = 100;
const grey = { argb: 'FF4B5565' };
const lines = { total: { argb: 'FFEEF0FB' }, head: { argb: 'FF3F55D4' } };

/** Significant digits of a decimal text. */
const digitsOf = (text: string): number => text.replace(/[^\d]/g, '').replace(/^0+/, '').length;
const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);
/** True for a number that a double cannot hold as it is: a spreadsheet would change its last digits unseen. */
const tooLong = (text: string | null): boolean => text !== null && isNumber(text) && digitsOf(canonical(text) ?? '') > exactDigits;
/** Of these the last digits are rounded anyway; counts, and money as it is booked, are exact. */
const isQuotient = (kind: CellKind, text: string): boolean => text.includes('.') && (kind !== 'money' || (text.split('.')[1] ?? '').length > bookedDecimals);

/** The table as a spreadsheet can hold it: quotients at 15 digits. */
function fitting(table: ExportTable): { readonly table: ExportTable; readonly rounded: boolean } {
  let rounded = false;
  const fit = (cell: ExportCell, kind: CellKind): ExportCell => {
    if (cell.text === null || !tooLong(cell.text) || !isQuotient(kind, cell.text)) return cell;
    rounded = true;
    return { ...cell, text: new Exact(cell.text).toSignificantDigits(exactDigits).toFixed() };
  };
  const rows = table.rows.map((row) => ({ ...row, cells: row.cells.map((cell, index) => (table.columns[index]?.unit === null ? cell : fit(cell, table.columns[index]?.kind ?? 'number'))) }));
  return { table: { ...table, rows }, rounded };
}

/**
 * A workbook with typed cells, totals as formulas where they are sums, and a second sheet that says where it comes from. Rows are written as they are made.
 * Totals and numbers have their value beside the formula, so that it is right before anything is worked out.
 */
export async function xlsxFile(request: ExportRequest, whole: ExportTable, sealer: Sealer): Promise<{ content: Buffer; hash: string; rows: number }> {
  const { locale, madeAt } = request;
  const { table, rounded } = fitting(whole);
  const stamp = stampOf(request, rounded ? [exportText('rounded', locale)] : []);
  const titles = table.columns.map(headOf);
  const content = contentOf(stamp, titles, table);
  const block = blockOf(table.rows.length);
  const { hash, marks } = hashOf(content, block).digest();
  const stream = new PassThrough();
  const bytes = buffer(stream);
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: false });
  book.created = madeAt;
  const heads = table.columns.filter(({ unit }) => unit === null).length;
  const sheet = book.addWorksheet(exportText('report', locale), { views: [{ rightToLeft: locale === 'ar', state: 'frozen', xSplit: heads, ySplit: 1 }], pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0, printTitlesRow: '1:1' } });
  sheet.columns = table.columns.map((_, index) => ({ width: widthOf(table, titles, index) }));
  const head = sheet.addRow(titles);
  head.eachCell((cell) => { cell.font = { bold: true, color: { argb: 'FFFFFFFF' } }; cell.fill = { type: 'pattern', pattern: 'solid', fgColor: lines.head }; cell.alignment = { wrapText: true, vertical: 'top' }; });
  head.commit();
  for (const [index, row] of table.rows.entries()) {
    writeRow(sheet, table, row, index, locale);
    if (index % rowsToTurn === rowsToTurn - 1) await turn();
  }
  sheet.commit();
  const about = book.addWorksheet(exportText('about', locale), { views: [{ rightToLeft: locale === 'ar' }] });
  about.columns = [{ width: 22 }, { width: 110 }];
  const say = (label: string, text: string, small = false): void => {
    const row = about.addRow([label, text]);
    row.getCell(1).font = { bold: true };
    row.getCell(2).alignment = { wrapText: !small, vertical: 'top' };
    if (small) row.getCell(2).font = { size: 8, color: grey };
    row.commit();
  };
  for (const { key, label, text } of stamp) say(label, text, key === 'definition');
  say(exportText('hash', locale), hash, true);
  say(exportText('seal', locale), sealer.seal({ format: 'xlsx', hash, rows: table.rows.length, block, marks }), true);
  about.commit();
  await book.commit();
  return { content: await bytes, hash, rows: table.rows.length };
}

function writeRow(sheet: ExcelJS.Worksheet, table: ExportTable, row: ExportRow, index: number, locale: ExportRequest['locale']): void {
  const added = sheet.addRow([]);
  row.cells.forEach(({ text }, at) => {
    const column = table.columns[at];
    const cell = added.getCell(at + 1);
    if (column === undefined) return;
    if (column.unit === null) {
      cell.value = text !== null && column.kind === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : text;
      if (cell.value instanceof Date) cell.numFmt = formats.date ?? '';
    } else if (text !== null && isNumber(text) && !tooLong(text)) {
      const formula = formulaOf(row.sums[at] ?? null, table, index, at);
      // ExcelJS leaves the result 0 of a formula out; a total without its value would look empty where nothing is worked out.
      cell.value = formula === null || Number(text) === 0 ? Number(text) : { formula, result: Number(text) };
      cell.numFmt = formats[column.kind] ?? '#,##0.##';
    } else if (text !== null) {
      cell.value = text;
      cell.alignment = { horizontal: 'right' };
      if (tooLong(text)) cell.note = exportText('digits', locale, { text });
    }
    if (row.total) { cell.font = { bold: true }; cell.fill = { type: 'pattern', pattern: 'solid', fgColor: lines.total }; }
  });
  added.commit();
}

/** The sum as a formula over the cells that it is of; null where there is none, where one of them is text, and where it would be longer than Excel takes. */
function formulaOf(sum: Sum | null, table: ExportTable, row: number, column: number): string | null {
  if (sum === null) return null;
  const cells = sum.at.map((at): readonly [number, number] => (sum.of === 'rows' ? [at, column] : [row, at]));
  if (cells.some(([r, c]) => tooLong(table.rows[r]?.cells[c]?.text ?? null))) return null;
  const places = rangesOf(cells.map(([r, c]) => [r + 2, c + 1] as const), sum.of);
  const groups = Array.from({ length: Math.ceil(places.length / mostArguments) }, (_, index) => places.slice(index * mostArguments, (index + 1) * mostArguments));
  const formula = groups.length > mostArguments ? '' : groups.map((group) => `SUM(${group.join(',')})`).join('+');
  return formula === '' || formula.length > longestFormula ? null : formula;
}

/** Cells beside each other as ranges. */
function rangesOf(cells: readonly (readonly [row: number, column: number])[], along: Sum['of']): string[] {
  const ranges: { from: readonly [number, number]; to: readonly [number, number] }[] = [];
  for (const cell of cells) {
    const last = ranges.at(-1);
    const next = last !== undefined && (along === 'rows' ? last.to[0] + 1 === cell[0] : last.to[1] + 1 === cell[1]);
    if (next) last.to = cell;
    else ranges.push({ from: cell, to: cell });
  }
  return ranges.map(({ from, to }) => (from === to ? addressOf(from) : `${addressOf(from)}:${addressOf(to)}`));
}

/** A cell's address, `A1` for the first. */
export function addressOf([row, column]: readonly [row: number, column: number]): string {
  let letters = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${letters}${row}`;
}

function widthOf(table: ExportTable, titles: readonly string[], index: number): number {
  const longest = table.rows.slice(0, 500).reduce((most, { cells }) => Math.max(most, cells[index]?.shown.length ?? 0), 0);
  return Math.min(42, Math.max(10, longest + 2, Math.min(24, (titles[index] ?? '').length + 2)));
}
