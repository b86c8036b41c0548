import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvStream, neutralRows } from './csv.writer.js';
import { leafCsv } from './leaf.csv.js';
import { answerOf, leaves, requestOf } from './export.testing.js';
import { knownKeys, sealerOf } from './export.seal.js';
import { judge, readExport } from './verify.file.js';

describe('a CSV of any number of rows', () => {
  const settings = { dataDir: 'none', secretsKey: randomBytes(32).toString('base64') };
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'crm-stream-')); });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  it('is written as the rows come, never faster than it is read, and tells which thousand rows were changed', async () => {
    const count = 100_000;
    const file = join(folder, 'all.csv');
    let [asked, written, furthest, whole] = [0, 0, 0, { rows: 0, hash: '' }];
    async function* source(): AsyncGenerator<readonly unknown[][]> {
      for (let first = 0; first < count; first += 100) {
        asked += 100;
        furthest = Math.max(furthest, asked - written);
        yield Array.from({ length: 100 }, (_, place) => first + place).map((index) => [index, index % 3 === 0 ? '=1+1' : `Deal ${index}`, null, `${index}.50`]);
      }
    }
    const stream = csvStream({ stamp: [{ key: 'report', label: 'Report', text: 'All deals' }], columns: ['id', 'name', 'note', 'amount'], batches: neutralRows(source()), sealer: sealerOf(settings), done: (told) => { whole = told; } });
    const sink = createWriteStream(file);
    await pipeline(stream, async function* counted(chunks: AsyncIterable<Buffer>) { for await (const chunk of chunks) { written += chunk.toString('utf8').split('\r\n').length - 1; yield chunk; } }, sink);
    // Rows between the source and the reader: a few chunks of them, however many there are.
    expect(furthest).toBeLessThan(20_000);
    expect(whole.rows).toBe(count);
    const keys = knownKeys(settings);
    expect(judge(file, await readExport(file), keys)).toEqual(jasmine.objectContaining({ unchanged: true, rows: count, hash: whole.hash, report: 'All deals' }));
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('\r\n3,\'=1+1,,3.50\r\n');
    writeFileSync(file, text.replace('54321.50', '54321.51'));
    expect(judge(file, await readExport(file), keys).differences).toEqual(['rows 54001–55000 were changed']);
    writeFileSync(file, text.slice(0, 1_000_000));
    expect(judge(file, await readExport(file), keys).differences).toContain(jasmine.stringContaining('the seal is missing'));
  });

  it('has no seal where its source breaks off', async () => {
    async function* source(): AsyncGenerator<readonly unknown[][]> { yield [[1]]; throw new Error('gone'); }
    let text = '';
    const read = async (): Promise<void> => { for await (const chunk of csvStream({ stamp: [], columns: ['id'], batches: neutralRows(source()), sealer: sealerOf(settings) })) text += String(chunk); };
    await expectAsync(read()).toBeRejectedWithError('gone');
    expect(text).not.toContain('Seal');
  });

  it('has all leaves of a report under its stamp, which does not say that any were left out', async () => {
    const file = join(folder, 'leaves.csv');
    async function* source(): AsyncGenerator<readonly unknown[][]> { for (const { row, column, amount, deals } of leaves) yield [[...row, ...column.map((step) => step?.slice(0, 10)), amount, deals, null]]; }
    const request = requestOf({ locale: 'ar', answer: answerOf(leaves, { cut: [{ what: 'rows', kept: 1, of: 5 }, { what: 'having', kept: 4, of: 5 }] }) });
    await pipeline(leafCsv(request, source(), sealerOf(settings)), createWriteStream(file));
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('\r\n\r\nالمنطقة,المصدر,الإغلاق,المكسوب,الصفقات المكسوبة,متوسط الصفقة\r\ngulf,"\'=HYPERLINK(""http://evil"",""x"")",2026-01-01,1234567.89,7,\r\n');
    expect(text).toContain('غير معروض,الصفوف التي تحقق شروط القيم: 4 من 5');
    expect(text).not.toContain('الصفوف: 1 من 5');
    expect(judge(file, await readExport(file), knownKeys(settings))).toEqual(jasmine.objectContaining({ unchanged: true, rows: 5 }));
  });
});
