import ExcelJS from 'exceljs';
import { deflateSync, inflateSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, leaves, requestOf } from './export.testing.js';
import { knownKeys, readSeal, sealerOf } from './export.seal.js';
import { sealMark } from './pdf.writer.js';
import { chunksOf, pngOf } from './png.chunks.js';
import { exportReport } from './report.export.js';
import { judge, readExport } from './verify.file.js';
import { verifyExports } from './verify.cli.js';
import type { ExportFormat } from './export.types.js';
import type { Verdict } from './verify.types.js';

describe('a sealed file', () => {
  const settings = { dataDir: 'none', secretsKey: randomBytes(32).toString('base64') };
  const sealer = sealerOf(settings);
  const keys = knownKeys(settings);
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'crm-export-')); });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  const place = (name: string): string => join(folder, name);
  const verdict = async (content: Buffer | string, name: string): Promise<Verdict> => {
    writeFileSync(place(name), content);
    return judge(name, await readExport(place(name)), keys);
  };
  const made = async (format: ExportFormat, locale: 'en' | 'ar' = 'en'): Promise<Buffer> => (await exportReport(requestOf({ locale }), format, sealer)).content;
  /** A changed copy of a workbook, saved by another program. */
  const saved = async (content: Buffer, change: (book: ExcelJS.Workbook) => void): Promise<Buffer> => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(content.buffer.slice(content.byteOffset, content.byteOffset + content.length) as ArrayBuffer);
    change(book);
    return Buffer.from(await book.xlsx.writeBuffer());
  };

  it('is unchanged as it was exported, in each format and language, and foreign without its key', async () => {
    for (const format of ['csv', 'xlsx', 'pdf', 'png'] as const) {
      for (const locale of ['en', 'ar'] as const) {
        const content = await made(format, locale);
        writeFileSync(place(`plain.${format}`), content);
        const read = await readExport(place(`plain.${format}`));
        expect(judge('plain', read, keys)).toEqual(jasmine.objectContaining({ format, report: 'Won by region', unchanged: true, differences: [], rows: 8, watermark: jasmine.stringContaining('0/16B3748') }));
        expect(judge('plain', read, [])).toEqual(jasmine.objectContaining({ unchanged: false, state: 'unproven', differences: [jasmine.stringContaining('--key')] }));
        expect(judge('plain', read, ['x'.repeat(43)]).differences).toEqual([jasmine.stringContaining('none of this installation')]);
      }
    }
  });

  it('as workbook is unchanged where totals come to nothing', async () => {
    const none = leaves.map((leaf) => ({ ...leaf, amount: '0.00' }));
    const { content } = await exportReport(requestOf({ answer: answerOf(none) }), 'xlsx', sealer);
    expect((await verdict(content, 'none.xlsx')).differences).toEqual([]);
  });

  it('is known by an earlier key of the installation, and looking for keys makes none', () => {
    const rotated = knownKeys({ ...settings, secretsKey: `${randomBytes(32).toString('base64')},${settings.secretsKey}` });
    expect([rotated.length, rotated[1]]).toEqual([2, sealer.key]);
    expect(knownKeys({ dataDir: place('nowhere'), secretsKey: null })).toEqual([]);
    expect(existsSync(place('nowhere'))).toBeFalse();
    expect(sealerOf({ dataDir: place('first'), secretsKey: null }).key).toBe(knownKeys({ dataDir: place('first'), secretsKey: null })[0] ?? '');
  });

  it('as CSV tells which row, title or line of its stamp was changed, added or taken away', async () => {
    const text = (await made('csv')).toString('utf8');
    const changed = async (from: string | RegExp, to: string): Promise<readonly string[]> => {
      expect(text.replace(from, to)).not.toBe(text);
      return (await verdict(text.replace(from, to), 'changed.csv')).differences;
    };
    expect(await changed('1000.20', '1000.21')).toEqual(['row 2, gulf · Acme was changed']);
    expect(await changed('# Conditions,Source is not Event', '# Conditions,none')).toEqual(['“Conditions” was changed; it says “none” now']);
    expect(await changed('Region,Source', 'Region,Sauce')).toEqual(['the titles of the columns were changed']);
    expect(await changed(/gulf,Acme.*\r\n/, '')).toEqual(['it has 7 rows; 8 were exported', 'the rows differ from row 2, gulf · Total on']);
    expect(await changed('# SHA-256,', '# SHA-256,1111\r\n# SHA-256,')).toContain('it has 9 rows; 8 were exported');
    expect((await verdict(text.slice(0, text.lastIndexOf('# Seal')), 'cut.csv')).differences).toEqual([jasmine.stringContaining('the seal is missing')]);
    const seal = /# Seal,(.*)/.exec(text)?.[1]?.trim() ?? '';
    const [, body = '', signature = ''] = seal.split('.');
    const forged = Buffer.from(JSON.stringify({ ...readSeal(seal)?.manifest, rows: 9 })).toString('base64url');
    expect(await changed(body, forged)).toContain('the signature of the seal is wrong: the seal itself was changed');
    expect(signature.length).toBe(86);
    // What a spreadsheet makes of it when it saves it again: other quotes, empty cells behind, zeros left away.
    const again = text.replaceAll(/^(# .*|)\r\n/gm, '$1,,,\n').replaceAll('.20,', '.2,').replaceAll('"gulf"', 'gulf');
    expect(await verdict(again, 'again.csv')).toEqual(jasmine.objectContaining({ unchanged: true, differences: [] }));
  });

  it('as a workbook saved again is unchanged, or tells the cell, the formula, the sheet or the format that was changed', async () => {
    const content = await made('xlsx');
    const differences = async (change: (book: ExcelJS.Workbook) => void): Promise<readonly string[]> => (await verdict(await saved(content, change), 'saved.xlsx')).differences;
    const cell = (book: ExcelJS.Workbook, address: string): ExcelJS.Cell => book.worksheets[0]?.getCell(address) as ExcelJS.Cell;
    expect(await differences(() => undefined)).toEqual([]);
    expect(await differences((book) => { cell(book, 'C3').value = 1000.21; })).toEqual(['cell I3: the formula comes to 1000.21, the cell says 1000.2', 'cell C4: the formula comes to 1235568.1, the cell says 1235568.09', 'row 2 (line 3 of the sheet), gulf · Acme was changed']);
    expect(await differences((book) => { cell(book, 'E3').value = 500.11; })).toEqual(['row 2 (line 3 of the sheet), gulf · Acme was changed']);
    expect(await differences((book) => { cell(book, 'C4').value = { formula: 'SUM(C2:C3)*1', result: 1235568.09 }; })).toEqual(['cell C4: the formula SUM(C2:C3)*1 was not written by the product']);
    expect(await differences((book) => { cell(book, 'C3').style = { ...cell(book, 'C3').style, numFmt: '"9"#,##0.00' }; })).toEqual([jasmine.stringContaining('cell C3: its number format')]);
    expect(await differences((book) => { book.addWorksheet('Mine'); })).toEqual(['sheet “Mine” was added']);
    expect(await differences((book) => { const about = book.getWorksheet('About'); (about?.getCell('B1') as ExcelJS.Cell).value = 'Lost by region'; })).toEqual(['“Report” was changed; it says “Lost by region” now']);
    expect(await differences((book) => { book.removeWorksheet('About'); })).toEqual([jasmine.stringContaining('the seal is missing')]);
  });

  it('as a document or a picture is found changed in what it shows and in what it carries', async () => {
    const pdf = await made('pdf');
    const page = pdf.indexOf('stream\n', pdf.indexOf('/Type /Page\n')) + 40;
    const other = Buffer.from(pdf);
    other[page] = (other[page] ?? 0) ^ 1;
    expect((await verdict(other, 'page.pdf')).differences).toEqual([jasmine.stringContaining('its pages were changed')]);
    const at = pdf.indexOf('stream\n', pdf.indexOf('/Type /EmbeddedFile')) + 7;
    const kept = inflateSync(pdf.subarray(at, pdf.indexOf('\nendstream', at))).toString('utf8');
    expect(kept).toContain('"1000.2"');
    const packed = deflateSync(kept.replace('"1000.2"', '"1000.3"'));
    expect((await verdict(Buffer.concat([pdf.subarray(0, at), packed, pdf.subarray(pdf.indexOf('\nendstream', at))]), 'kept.pdf')).differences).toEqual([jasmine.stringContaining('its pages were changed'), jasmine.stringContaining('its content was changed')]);
    expect((await verdict(pdf.subarray(0, pdf.lastIndexOf(sealMark)), 'bare.pdf')).unchanged).toBeFalse();
    const chunks = chunksOf(await made('png')) ?? [];
    const drawn = chunks.map((chunk) => (chunk.type === 'IDAT' ? { ...chunk, data: deflateSync(Buffer.from(inflateSync(chunk.data).map((byte, index) => (index === 5000 ? byte ^ 255 : byte)))) } : chunk));
    expect((await verdict(pngOf(drawn), 'drawn.png')).differences).toEqual([jasmine.stringContaining('the picture was changed')]);
    const flipped = Buffer.from(pngOf(chunks));
    const inContent = flipped.indexOf('crm-content') + 60;
    flipped[inContent] = (flipped[inContent] ?? 0) ^ 1;
    expect((await verdict(flipped, 'flipped.png')).unchanged).toBeFalse();
  });

  it('is judged by the command, which needs the keys and nothing else', async () => {
    writeFileSync(place('good.csv'), await made('csv'));
    writeFileSync(place('bad.csv'), readFileSync(place('good.csv'), 'utf8').replace('99.99', '99.98'));
    const given = ['--key', keys[0] ?? ''];
    expect(await verifyExports([place('good.csv'), ...given])).toEqual({ sound: true, text: jasmine.stringMatching(/format {5}csv\n {2}report {5}Won by region\n {2}watermark {2}2026-11-29T08:00:00.000Z \(position 0\/16B3748\)[^]*unchanged since export/) });
    expect(await verifyExports([place('good.csv'), place('bad.csv'), ...given])).toEqual({ sound: false, text: jasmine.stringMatching(/CHANGED since export:\n {4}- row 6, 007 was changed/) });
    // One key of 64 begins with a dash.
    expect((await verifyExports([place('good.csv'), '--key', `-${'x'.repeat(42)}`, ...given])).sound).toBeTrue();
    await expectAsync(verifyExports([])).toBeRejectedWithError(/which files/);
    await expectAsync(verifyExports(['x.csv', '--key', 'short'])).toBeRejectedWithError(/--print-key/);
  });

  it('is asked again only where the command is told whom to ask, and never without saying so', async () => {
    const asked: { url: string; token: string; range: unknown }[] = [];
    let answer = answerOf(leaves);
    const product = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
      request.on('end', () => {
        asked.push({ url: request.url ?? '', token: request.headers.authorization ?? '', range: (JSON.parse(body) as { period: { range: unknown } }).period.range });
        response.writeHead(request.headers.authorization === 'Bearer good' ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(request.headers.authorization === 'Bearer good' ? answer : { detail: 'Sign in again.' }));
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => { product.once('listening', resolve); });
    const url = `http://127.0.0.1:${(product.address() as AddressInfo).port}`;
    const given = ['--key', keys[0] ?? '', '--url', url, '--token'];
    writeFileSync(place('again.csv'), await made('csv', 'ar'));
    writeFileSync(place('again.xlsx'), await made('xlsx'));
    const same = await verifyExports([place('again.csv'), place('again.xlsx'), ...given, 'good']);
    expect(same.text.match(/the books say the same for the asker/g)?.length).toBe(2);
    expect(asked).toEqual([1, 2].map(() => ({ url: '/crm/v1/analytics/report', token: 'Bearer good', range: ['2025-12-01', '2026-11-29'] })));
    answer = answerOf([...leaves.slice(0, 4), { row: ['new', 'x'], column: leaves[0]?.column ?? [], amount: '1.00', deals: 1 }]);
    const other = await verifyExports([place('again.xlsx'), ...given, 'good']);
    expect(other.sound).toBeTrue();
    expect(other.text).toMatch(/unchanged since export\n {2}asked again at http[^\n]*: \d+ differences, by later[^]*– · 007: is no more[^]*Total · –, column 3: was 1235568.09, is 1235569.09/);
    expect((await verifyExports([place('again.xlsx'), ...given, 'bad'])).text).toContain('which refused: 401 Sign in again.');
    await new Promise((resolve) => { product.close(resolve); });
    expect((await verifyExports([place('again.xlsx'), ...given, 'good'])).text).toContain('which cannot be reached');
    const count = asked.length;
    await verifyExports([place('again.xlsx'), ...given.slice(0, 2)]);
    expect(asked.length).toBe(count);
    await expectAsync(verifyExports([place('again.xlsx'), '--url', url])).toBeRejectedWithError(/belong together/);
  });
});
