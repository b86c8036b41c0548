import ExcelJS from 'exceljs';
import { parse } from 'csv-parse/sync';
import { createHash, randomBytes } from 'node:crypto';
import { answerOf, definition, leaves, meanings, requestOf } from './export.testing.js';
import { canonical, ContentHash, contentOf, hashOf, textOf } from './export.content.js';
import { sealerOf } from './export.seal.js';
import { stampOf } from './export.stamp.js';
import { exportTable, headOf } from './export.table.js';
import { runsOf } from './page.text.js';
import { chunksOf, chunkText } from './png.chunks.js';
import { keywords } from './png.writer.js';
import { chartPart } from './report.chart.js';
import { dispositionOf, exportReport, fileName } from './report.export.js';
import type { ExportRequest } from './export.types.js';

const sealer = sealerOf({ dataDir: 'none', secretsKey: randomBytes(32).toString('base64') });

async function sheetsOf(request: ExportRequest): Promise<{ figures: ExcelJS.Worksheet; about: ExcelJS.Worksheet }> {
  const { content } = await exportReport(request, 'xlsx', sealer);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(content.buffer.slice(content.byteOffset, content.byteOffset + content.length) as ArrayBuffer);
  const [figures, about] = book.worksheets;
  if (figures === undefined || about === undefined) throw new Error('a sheet is missing');
  return { figures, about };
}

describe('an exported report', () => {
  it('as CSV has its stamp, rows with totals behind them and numbers as they were answered; text that would run is text', async () => {
    const { content, name, hash } = await exportReport(requestOf(), 'csv', sealer);
    expect(name).toBe('Won by region 2026-11-29.csv');
    expect([...content.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(content.toString('utf8').replaceAll('\r\n', '').split('"a, ""b""\nc"').join('')).not.toMatch(/[\r\n]/);
    const records = parse(content, { bom: true, relax_column_count: true }) as string[][];
    const start = records.findIndex(([first]) => first === 'Region');
    expect(records[start]?.slice(0, 5)).toEqual(['Region', 'Source', 'Q1 2026 · Won', 'Q1 2026 · Deals won', 'Q1 2026 · Mean deal']);
    expect(records.slice(start + 1, start + 9).map((row) => [row[0], row[1], row[2], row[5], row[8]])).toEqual([
      ['gulf', '\'=HYPERLINK("http://evil","x")', '1234567.89', '0.03', '1234567.92'], ['gulf', 'Acme', '1000.20', '', '1000.20'], ['gulf', 'Total', '1235568.09', '0.03', '1235568.12'],
      ['شركة "النور"، دبي (فرع 2)', 'a, "b"\nc', '', '-52.10', '-52.10'], ['شركة "النور"، دبي (فرع 2)', 'Total', '', '-52.10', '-52.10'], ['', '007', '', '99.99', '99.99'], ['', 'Total', '', '99.99', '99.99'], ['Total', '', '1235568.09', '47.92', '1235616.01'],
    ]);
    const stamp = Object.fromEntries(records.slice(0, start).map(([key = '', value = '']) => [key, value]));
    expect(stamp).toEqual(jasmine.objectContaining({ '# Report': 'Won by region', '# View': 'deals', '# Conditions': 'Source is not Event', '# Asked by': 'Mona Hadi <mona@crm.test>', '# Made at': '2026-11-29T08:15:00.000Z', '# Currency': 'USD', '# Complete up to': '2026-11-29T08:00:00.000Z (position 0/16B3748)', '# Definitions': jasmine.stringContaining('deals.won_amount version 3') }));
    expect(JSON.parse(stamp['# Question'] ?? '')).toEqual(JSON.parse(JSON.stringify(definition)));
    // The hash by nothing but what the guide says of it.
    const lines = [...records.slice(0, start).filter(([first]) => first !== '').map(([label, text]) => ['stamp', label?.slice(2), text]), ['columns', ...(records[start] ?? [])], ...records.slice(start + 1, start + 9).map((row) => ['row', ...row.map((cell) => (cell === '' ? null : /^-?[1-9]\d*\.\d+$|^-?0\.\d+$/.test(cell) ? cell.replace(/\.?0+$/, '') : cell))])];
    expect(createHash('sha256').update(lines.map((line) => `${JSON.stringify(line)}\n`).join('')).digest('hex')).toBe(hash);
  });

  it('as a workbook has typed cells, sums as formulas with their values, and numbers that Excel cannot hold as text with a note', async () => {
    const big = answerOf([...leaves, { row: ['gulf', 'Big'], column: ['2026-01-01T00:00:00.000'], amount: '90071992547409931.07', deals: 1 }]);
    const { figures, about } = await sheetsOf(requestOf({ answer: big }));
    expect(figures.getCell('C2').value).toBe(1234567.89);
    expect(figures.getCell('C2').numFmt).toBe('#,##0.00');
    expect(figures.getCell('B2').value).toBe('\'=HYPERLINK("http://evil","x")');
    expect(figures.getCell('C4').value).toBe('90071992547409931.07');
    expect(figures.getCell('C4').note as unknown).toBeTruthy();
    expect(figures.getCell('D5').value).toEqual(jasmine.objectContaining({ formula: 'SUM(D2:D4)', result: 10 }));
    expect(figures.getCell('D10').value).toEqual(jasmine.objectContaining({ formula: 'SUM(D5,D7,D9)', result: 10 }));
    expect(figures.getCell('J2').value).toEqual(jasmine.objectContaining({ formula: 'SUM(D2,G2)', result: 10 }));
    // A sum of what is text would leave it out, and a quotient is no sum.
    expect(figures.getCell('C5').value).toBe('90071992548645499.16');
    expect(figures.getCell('K3').value).toBe(500.1);
    expect(figures.views[0]).toEqual(jasmine.objectContaining({ state: 'frozen', xSplit: 2, ySplit: 1 }));
    expect(figures.views[0]?.rightToLeft).toBeFalsy();
    expect(about.getColumn(1).values).toEqual(jasmine.arrayContaining(['Conditions', 'Definitions', 'Complete up to', 'Proof', 'SHA-256', 'Seal', 'Note']));
    const arabic = await sheetsOf(requestOf({ locale: 'ar' }));
    expect([arabic.figures, arabic.about].map((sheet) => sheet.views[0]?.rightToLeft)).toEqual([true, true]);
    expect(arabic.figures.getCell('A1').value).toBe('المنطقة');
    expect(arabic.figures.getCell('B3').value).toBe('أكمي');
  });

  it('writes a formula only where the parts are all there and the measure says that they add up', async () => {
    const answer = answerOf(leaves);
    const without = { ...answer, cells: { ...answer.cells, won: (answer.cells['won'] ?? []).map((value, at) => (at === 0 ? '9999999.99' : value)) } };
    expect((await sheetsOf(requestOf({ answer: without }))).figures.getCell('I9').value).toBe(9999999.99);
    const counted = new Map([...meanings].map(([name, meaning]) => [name, { ...meaning, additive: false }]));
    expect((await sheetsOf(requestOf({ meanings: counted }))).figures.getCell('C9').value).toBe(1235568.09);
    const flat = (await sheetsOf(requestOf({ definition: { ...definition, totals: { rows: false, columns: false } } }))).figures;
    expect([flat.rowCount, flat.columnCount]).toEqual([5, 8]);
  });

  it('steps of time in rows are days, others and the period before have their words, and what is cut is said', () => {
    const timed = { ...definition, rows: [{ member: 'deals.closed_at', grain: 'month' as const }], columns: [] };
    const answer = answerOf([{ row: ['2026-01-01T00:00:00.000'], column: [], amount: '1.00', deals: 1 }, { row: ['x'], column: [], amount: '2.00', deals: 1 }]);
    const request = requestOf({ definition: timed, answer: { ...answer, before: answer.cells, compared: ['2025-01-01', '2025-06-30'], consistent: false, rows: answer.rows.map((row, at) => (at === 2 ? { ...row, others: true } : row)), cut: [{ what: 'rows', kept: 2, of: 7 }, { what: 'top', kept: 1, of: null }] } });
    const table = exportTable(request);
    expect(table.rows.map(({ cells }) => cells.slice(0, 3))).toEqual([
      [{ text: '2026-01-01', shown: 'Jan 2026' }, { text: '1.00', shown: '$1.00' }, { text: '1.00', shown: '$1.00' }], [{ text: 'Others', shown: 'Others' }, { text: '2.00', shown: '$2.00' }, { text: '2.00', shown: '$2.00' }], [{ text: 'Total', shown: 'Total' }, { text: '3.00', shown: '$3.00' }, { text: '3.00', shown: '$3.00' }],
    ]);
    expect(table.columns.map(headOf).slice(0, 3)).toEqual(['Closed', 'Won', 'Won (before)']);
    expect(stampOf(request).filter(({ key }) => ['cut', 'compared', 'moved'].includes(key)).map(({ text }) => text)).toEqual(['2025-01-01 – 2025-06-30', jasmine.stringContaining('changed faster'), 'rows: 2 of 7', 'first values: 1 of an unknown number']);
  });

  it('as a picture or a document carries its whole content', async () => {
    const many = Array.from({ length: 150 }, (_, index) => ({ row: ['gulf', `Source ${index}`], column: ['2026-01-01T00:00:00.000'], amount: `${index}.25`, deals: 1 }));
    const request = requestOf({ answer: answerOf(many), locale: 'ar', definition: { ...definition, show: { shape: 'hbar' } } });
    const table = exportTable(request);
    const text = textOf(contentOf(stampOf(request), table.columns.map(headOf), table));
    const png = await exportReport(request, 'png', sealer);
    expect(chunksOf(png.content)?.map((chunk) => chunkText(chunk, keywords.content)).find((one) => one !== undefined)).toBe(text);
    expect(createHash('sha256').update(text).digest('hex')).toBe(png.hash);
    const pdf = await exportReport(request, 'pdf', sealer);
    expect(pdf.hash).toBe(png.hash);
    expect(pdf.content.toString('latin1').match(/\/Type \/Page\n/g)?.length).toBeGreaterThan(4);
    for (const shape of ['bar', 'waterfall', 'kpi'] as const) expect((await exportReport(requestOf({ definition: { ...definition, show: { shape } } }), 'png', sealer)).content.length).toBeGreaterThan(10_000);
  });

  it('draws bars across over all columns, bars along by column, and a waterfall up to its total; what has no room is said', () => {
    const drawn = (shape: 'hbar' | 'stacked' | 'waterfall' | 'pivot', change = {}): ReturnType<typeof chartPart> => chartPart(requestOf({ definition: { ...definition, show: { shape } }, ...change }));
    expect(drawn('pivot')).toBeNull();
    expect(drawn('hbar')?.part.rows.map((row) => row[1])).toEqual(['1234567.92', '1000.20', '-52.10', '99.99']);
    expect(drawn('hbar')?.title).toBe('Won');
    expect(drawn('stacked')?.part.columns.map(({ title }) => title)).toEqual(['', 'Q1 2026', 'Q2 2026']);
    expect(drawn('stacked')?.part.rows[0]?.slice(1)).toEqual(['1234567.89', '0.03']);
    expect(drawn('stacked')?.cut).toContain('4 × 2 of 4 × 6');
    expect(drawn('waterfall')?.part.rows).toEqual([['1234567.92', '1000.20', '-52.10', '99.99', '1235616.01']]);
    const flat = { definition: { ...definition, rows: [], columns: [{ member: 'deals.region' }], show: { shape: 'bar' as const } }, answer: answerOf([{ row: [], column: ['gulf'], amount: '3.00', deals: 1 }, { row: [], column: ['europe'], amount: '4.00', deals: 2 }]) };
    expect(chartPart(requestOf(flat))?.part.rows.map((row) => row.slice(1, 2))).toEqual([['3.00'], ['4.00']]);
  });

  it('draws Arabic from right to left, with numbers and Latin in their own order and brackets turned', () => {
    expect(runsOf('المكسوب (2026) Q1', 'rtl').map(({ text }) => text)).toEqual(['Q1', ' (', '2026', ')', 'المكسوب ']);
    expect(runsOf('\u2068a, "b"\u2069', 'rtl').map(({ text }) => text)).toEqual(['a, "b"']);
    expect(runsOf('4 × 6؛ a، b', 'rtl').filter(({ text }) => /[؛،]/.test(text)).every(({ arabic }) => arabic)).toBeTrue();
    expect(runsOf('Deals of شركة النور today', 'ltr').map(({ text, arabic }) => [text, arabic])).toEqual([['Deals of ', false], ['النور', true], ['شركة ', true], [' today', false]]);
  });

  it('has a name that every system takes, and a header that every browser reads', () => {
    const day = new Date('2026-11-29T00:00:00Z');
    expect(fileName('المكسوب / "2026"', day, 'csv')).toBe('المكسوب 2026 2026-11-29.csv');
    expect(fileName('..\\..\r\n', day, 'pdf')).toBe('report 2026-11-29.pdf');
    expect(dispositionOf('ربع\'1".csv')).toBe('attachment; filename="___\'1_.csv"; filename*=UTF-8\'\'%D8%B1%D8%A8%D8%B9%271%22.csv');
  });

  it('numbers have one canonical form, and marks say in which part contents differ', () => {
    expect(['1000.20', '-0.00', '0', '007', '1.', '5e3', '', null, '100'].map(canonical)).toEqual(['1000.2', '0', '0', '007', '1.', '5e3', null, null, '100']);
    const content = { stamp: [['a', 'b']] as const, columns: ['c'], rows: Array.from({ length: 5 }, (_, index) => [String(index)]) };
    const whole = hashOf(content, 2).digest();
    expect(Buffer.from(whole.marks, 'base64').length).toBe(3 * (1 + 1 + 3));
    expect(new ContentHash(2).stamp('a', 'b').columns(['c']).row(['0']).row(['1']).row(['2']).row(['3']).row(['4']).digest()).toEqual(whole);
    expect(whole.hash).toBe(createHash('sha256').update(textOf(content)).digest('hex'));
  });
});
