import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { byteForms, type Finding, type Needles, type Searched } from './certificate.types.js';

// Servers remove files while we look; what is gone holds nothing.
const gone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function* filesOf(folder: string, skip: ReadonlySet<string>, unread: (folder: string) => void): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (!gone(error)) unread(folder);
    return [];
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skip.has(path)) yield* filesOf(path, skip, unread);
    } else if (entry.isFile()) yield path;
  }
}

/** The same bytes without the case of Latin letters; other bytes stay distinct enough, and pattern and text change alike. */
function folded(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');
}

async function contains(path: string, patterns: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(...patterns.map((pattern) => pattern.length)) - 1;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const block = Buffer.concat([rest, folded(chunk)]);
    if (patterns.some((pattern) => block.includes(pattern))) return true;
    rest = block.subarray(Math.max(0, block.length - overlap));
  }
  return false;
}

/**
 * Searches the bytes of every file below a folder, without regard to the case of Latin letters; of other letters as given, small and capital. Folders in `skip` are left out: those
 * of the servers, whose tables are searched as tables. Compressed files show their first occurrence of a text at most.
 */
export async function searchFiles(folder: string, needles: Needles, skip: readonly string[] = []): Promise<Searched> {
  const patterns = byteForms(needles).map((text) => folded(Buffer.from(text)));
  const findings: Finding[] = [];
  const unread: string[] = [];
  let places = 0;
  let items = 0;
  if (patterns.length === 0) return { places, columns: 0, items, findings, unread };
  // What disappears below it is gone; the folder itself must be there, or nothing was searched.
  if (!(await stat(folder).then((one) => one.isDirectory(), () => false))) return { places, columns: 0, items, findings, unread: ['folder .'] };
  for await (const path of filesOf(folder, new Set(skip), (path) => unread.push(`folder ${relative(folder, path) || '.'}`))) {
    const place = relative(folder, path);
    try {
      items += (await stat(path)).size;
      places += 1;
      if (await contains(path, patterns)) findings.push({ where: 'files', place, column: null, count: 1 });
    } catch (error) {
      if (!gone(error)) unread.push(`file ${place}`);
    }
  }
  return { places, columns: 0, items, findings, unread };
}
