import { stringify } from 'csv-stringify/sync';
import ExcelJS from 'exceljs';
import { mailText } from './delivery.words.js';
import type { CellKind, FileKind, Report, ReportCell, ReportPart } from './delivery.types.js';

/** A file as it is attached. */
export interface ReportFile {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** How a spreadsheet writes the numbers of a kind. */
export const formats: Readonly<Partial<Record<CellKind, string>>> = { money: '#,##0.00', ratio: '0.0%', number: '#,##0.##', days: '0.0', date: 'yyyy-mm-dd' };
/** More digits than a double holds stay text: a spreadsheet would round them unseen. */
export const exactDigits = 15;

/**
 * Text that a spreadsheet would take for a formula, made text again by an apostrophe (OWASP, CSV injection): `=`, `+`, `-`, `@`, tab and carriage return at the beginning,
 * also behind blanks and in their full-width forms. Numbers are left as they are.
 */
export function neutral(text: string): string {
  return /^[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

/** Where a part comes from, in front of its rows: what it is, its conditions, and what it holds. */
function stampOf(report: Report, part: ReportPart): readonly (readonly [string, string])[] {
  const { locale, watermark } = report;
  return [
    [mailText('tile', locale), part.title], [mailText('definition', locale), part.definition], [mailText('filters', locale), part.filters || mailText('none', locale)], [mailText('period', locale), report.period],
    [mailText('asOf', locale), watermark === null ? '–' : `${watermark.committed_at} (${mailText('position', locale)} ${watermark.lsn})`],
    ...(part.problem === undefined ? [] : [[mailText('failed', locale), part.problem] as const]), ...(part.cut ? [['!', mailText('cut', locale)] as const] : []),
  ];
}

/** The files of a report: one CSV for each part, or one workbook with a sheet for each. */
export async function reportFiles(report: Report, kinds: readonly FileKind[]): Promise<ReportFile[]> {
  const parts = report.parts.filter(({ columns }) => columns.length > 0);
  const csv = kinds.includes('csv') ? parts.map((part, index) => csvFile(report, part, index)) : [];
  return [...csv, ...(kinds.includes('xlsx') ? [await workbook(report, parts)] : [])];
}

function csvFile(report: Report, part: ReportPart, index: number): ReportFile {
  const head = stampOf(report, part).map(([name, value]) => [`# ${name}`, neutral(value)]);
  const rows = part.rows.map((row) => row.map((value) => (value === null ? '' : neutral(value))));
  const text = stringify([...head, [], part.columns.map(({ title }) => neutral(title)), ...rows], { record_delimiter: '\r\n' });
  // The mark tells spreadsheets that it is UTF-8, or Arabic would be unreadable there.
  return { name: `${String(index + 1).padStart(2, '0')}-${part.id}.csv`, type: 'text/csv; charset=utf-8', content: Buffer.from(`\ufeff${text}`, 'utf8') };
}

async function workbook(report: Report, parts: readonly ReportPart[]): Promise<ReportFile> {
  const book = new ExcelJS.Workbook();
  book.created = new Date(report.watermark?.committed_at ?? 0);
  const views: Partial<ExcelJS.WorksheetView>[] = [{ rightToLeft: report.locale === 'ar' }];
  const contents = book.addWorksheet(mailText('sheet', report.locale), { views });
  const names = new Set([mailText('sheet', report.locale).toLowerCase()]);
  contents.addRow([neutral(report.title)]).font = { bold: true, size: 14 };
  for (const part of parts) {
    const sheet = book.addWorksheet(sheetName(part.title, names), { views });
    contents.addRow([{ text: neutral(part.title), hyperlink: `#'${sheet.name}'!A1` }, part.rows.length]);
    for (const [name, value] of stampOf(report, part)) sheet.addRow([name, neutral(value)]).font = { color: { argb: 'FF4B5565' } };
    sheet.addRow([]);
    sheet.addRow(part.columns.map(({ title }) => neutral(title))).font = { bold: true };
    for (const row of part.rows) {
      const added = sheet.addRow(row.map((value, index) => typed(value, part.columns[index]?.kind ?? 'text')));
      part.columns.forEach(({ kind }, index) => { const format = formats[kind]; if (format !== undefined && typeof added.getCell(index + 1).value !== 'string') added.getCell(index + 1).numFmt = format; });
    }
    sheet.columns.forEach((column) => { column.width = 24; });
  }
  contents.getColumn(1).width = 48;
  return { name: 'figures.xlsx', type: xlsxType, content: Buffer.from(await book.xlsx.writeBuffer()) };
}

/** A cell of its own type; text is never a formula, because only `{formula}` would be one, and is neutral all the same for who copies it elsewhere. */
function typed(value: ReportCell, kind: CellKind): ExcelJS.CellValue {
  if (value === null) return null;
  if (kind === 'date') return /^\d{4}-\d{2}-\d{2}/.test(value) ? new Date(`${value.slice(0, 10)}T00:00:00Z`) : neutral(value);
  if (kind === 'text' || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return neutral(value);
  return value.replace(/\D/g, '').replace(/^0+/, '').length > exactDigits && !value.includes('.') ? value : Number(value);
}

/** A name that a sheet may have (31 characters, without `[]:*?/\`), unlike those before. */
function sheetName(title: string, taken: Set<string>): string {
  const plain = title.replace(/[[\]:*?/\\']/g, ' ').trim().slice(0, 27) || 'Sheet';
  let name = plain;
  for (let index = 2; taken.has(name.toLowerCase()); index += 1) name = `${plain} ${index}`;
  taken.add(name.toLowerCase());
  return name;
}
