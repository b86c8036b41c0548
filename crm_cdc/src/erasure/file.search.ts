import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Finding, Needles, Searched } from './certificate.types.js';

async function* filesOf(folder: string, skip: ReadonlySet<string>): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skip.has(path)) yield* filesOf(path, skip);
    } else if (entry.isFile()) yield path;
  }
}

async function contains(path: string, patterns: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(...patterns.map((pattern) => pattern.length)) - 1;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const block = Buffer.concat([rest, chunk]);
    if (patterns.some((pattern) => block.includes(pattern))) return true;
    rest = block.subarray(Math.max(0, block.length - overlap));
  }
  return false;
}

/**
 * Searches the bytes of every file below a folder for the identifiers as given and in small letters. Folders in `skip` are left out: those
 * of the servers, whose tables are searched as tables. Compressed files show their first occurrence of a text at most.
 */
export async function searchFiles(folder: string, needles: Needles, skip: readonly string[] = []): Promise<Searched> {
  const patterns = [...new Set([...needles.given, ...needles.forms])].map((text) => Buffer.from(text));
  const findings: Finding[] = [];
  const unread: string[] = [];
  let places = 0;
  let items = 0;
  if (patterns.length === 0) return { places, columns: 0, items, findings, unread };
  for await (const path of filesOf(folder, new Set(skip))) {
    const place = relative(folder, path);
    try {
      items += (await stat(path)).size;
      places += 1;
      if (await contains(path, patterns)) findings.push({ where: 'files', place, column: null, count: 1 });
    } catch (error) {
      // Servers remove files while we look; what is gone holds nothing.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') unread.push(`file ${place}`);
    }
  }
  return { places, columns: 0, items, findings, unread };
}
