import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { ImportFileError } from '../import.errors.js';
import { detectFormat, openTable, type FileRow, type ReadOptions } from './file.reader.js';

async function* split(content: Buffer, size = 7): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function readAll(content: Buffer | string, options: ReadOptions = { format: 'csv' }): Promise<{ columns: readonly string[]; rows: FileRow[] }> {
  const table = await openTable(split(Buffer.from(content)), options);
  const rows: FileRow[] = [];
  for await (const row of table.rows) rows.push(row);
  return { columns: table.columns, rows };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ImportFileError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('reading files', () => {
  it('reads CSV split at any byte, with quotes, line ends and separators of all kinds', async () => {
    const { columns, rows } = await readAll('\ufeffname;note\r\n"أحمد; ""X""";"two\nlines"\r\n\r\nplain;\r\n');
    expect(columns).toEqual(['name', 'note']);
    expect(rows.map((row) => [row.rowNumber, row.cells])).toEqual([[2, { name: 'أحمد; "X"', note: 'two\nlines' }], [4, { name: 'plain', note: '' }]]);
  });

  it('reads other encodings when told, and refuses bytes that are not what they claim', async () => {
    const arabic = iconv.encode('name\nمحمد\n', 'windows-1256');
    expect(await codeOf(readAll(arabic))).toBe('encoding_invalid');
    expect((await readAll(arabic, { format: 'csv', encoding: 'windows-1256' })).rows[0]?.cells).toEqual({ name: 'محمد' });
    expect((await readAll(iconv.encode('name\nمحمد\n', 'utf-16le', { addBOM: true }))).rows[0]?.cells).toEqual({ name: 'محمد' });
    expect(await codeOf(readAll('name\nx', { format: 'csv', encoding: 'klingon' }))).toBe('encoding_unknown');
  });

  it('says where a broken file breaks', async () => {
    expect(await codeOf(readAll('a,b\n1,2\n"open,3\n4,5\n'))).toBe('csv_broken');
    expect(await codeOf(readAll(''))).toBe('file_empty');
    expect(await codeOf(readAll('a,,c\n1,2,3'))).toBe('header_blank');
    expect(await codeOf(readAll('a,a\n1,2'))).toBe('header_repeated');
    expect((await readAll('a,b\n1,2,3\n4,5\n')).rows.map((row) => row.problem?.code)).toEqual(['column_count', undefined]);
  });

  it('reads workbooks: dates as dates, formulas by their results', async () => {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('Deals');
    sheet.addRow(['name', 'when', 'sum', 'rich']);
    sheet.addRow(['صفقة', new Date('2024-02-29T00:00:00Z'), { formula: '1+1', result: 2 }, { richText: [{ text: 'a' }, { text: 'b' }] }]);
    const content = Buffer.from(await workbook.xlsx.writeBuffer());
    expect(detectFormat('x.xlsx', content)).toBe('xlsx');
    const { rows } = await readAll(content, { format: 'xlsx' });
    expect(rows[0]?.cells).toEqual({ name: 'صفقة', when: '2024-02-29', sum: '2', rich: 'ab' });
    expect(await codeOf(readAll(content, { format: 'xlsx', sheet: 'Nowhere' }))).toBe('sheet_unknown');
    expect(await codeOf(readAll(Buffer.concat([content.subarray(0, 200), Buffer.alloc(50)]), { format: 'xlsx' }))).toBe('xlsx_broken');
  });

  it('refuses what is no table', () => {
    expect(() => detectFormat('x.xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))).toThrowMatching((error: ImportFileError) => error.code === 'format_old_excel');
    expect(() => detectFormat('x.pdf', Buffer.from('%PDF-1.7'))).toThrowMatching((error: ImportFileError) => error.code === 'format_unknown');
    expect(() => detectFormat('x.bin', Buffer.from([1, 0, 2]))).toThrowMatching((error: ImportFileError) => error.code === 'format_unknown');
    expect(() => detectFormat('x.csv', Buffer.alloc(0))).toThrowMatching((error: ImportFileError) => error.code === 'file_empty');
  });
});
