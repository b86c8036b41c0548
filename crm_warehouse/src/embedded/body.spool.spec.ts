import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SPOOL_BYTES, spoolRows } from './body.spool.js';

describe('spoolRows', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-spool-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function* chunks(text: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < text.length; at += size) yield await Promise.resolve(text.subarray(at, at + size));
  }
  async function files(format: string, body: Buffer, size: number): Promise<Buffer[]> {
    const found: Buffer[] = [];
    await spoolRows(folder, format, chunks(body, size), async (file) => {
      found.push(await readFile(file));
    });
    return found;
  }

  it('parts lines only at their ends and loses no byte', async () => {
    const body = Buffer.from('row with text\tسلام\\\nstill the same\n'.repeat(700_000));
    const parts = await files('TabSeparated', body, 65_521);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part.subarray(-16).toString()).toBe('\nstill the same\n');
      expect(part.length).toBeLessThan(SPOOL_BYTES + 2 * 65_521);
    }
    expect(Buffer.concat(parts).equals(body)).toBeTrue();
  });

  it('parts JSON only between rows', async () => {
    const body = Buffer.from('{"a":\n{"b":"}{"}}\n'.repeat(1_200_000));
    const parts = await files('JSONEachRow', body, 65_521);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part.subarray(0, 6).toString().trimStart()).toMatch(/^\{"a"/);
    expect(Buffer.concat(parts).equals(body)).toBeTrue();
  });

  it('keeps formats without row ends in one file and an empty body as an empty one', async () => {
    const body = Buffer.alloc(SPOOL_BYTES + 1000, 10);
    expect((await files('RowBinary', body, 1_000_000)).map((part) => part.length)).toEqual([body.length]);
    expect((await files('TSV', Buffer.alloc(0), 10)).map((part) => part.length)).toEqual([0]);
  });

  it('tells the first error and leaves nothing behind', async () => {
    const body = Buffer.alloc(SPOOL_BYTES * 3, 10);
    await expectAsync(spoolRows(folder, 'TSV', chunks(body, 1_000_000), () => Promise.reject(new Error('no')))).toBeRejectedWithError('no');
    async function* broken(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from('1\n'));
      throw new Error('lost');
    }
    await expectAsync(spoolRows(folder, 'TSV', broken(), () => Promise.resolve())).toBeRejectedWithError('lost');
    expect(await readdir(folder)).toEqual([]);
  });
});
