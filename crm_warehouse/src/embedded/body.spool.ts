import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { WarehouseError } from './warehouse.errors.js';

let counter = 0;

/** A name in the spool folder that nothing else uses. */
export function spoolName(folder: string, extension = 'spool'): string {
  counter += 1;
  return join(folder, `${String(process.pid)}-${String(counter)}.${extension}`);
}

// A file of this size goes to the engine while the next one arrives: memory stays flat and the two overlap.
export const SPOOL_BYTES = 16 * 1024 * 1024;

/** Where the rows of a format may be parted: the byte after the returned offset begins a new row; -1 for nowhere. */
type RowEnd = (chunk: Buffer) => number;

const lastLine: RowEnd = (chunk) => {
  let at = chunk.lastIndexOf(0x0a);
  // A backslash before the newline makes it a part of the value.
  while (at > 0 && chunk[at - 1] === 0x5c) at = chunk.lastIndexOf(0x0a, at - 1);
  // The byte before lies in the chunk that is written already: unknown, so no place to part.
  return at === 0 ? -1 : at;
};

// JSON may be spread over lines; only between a closing and an opening bracket does a new row surely begin.
const lastJson = (between: string): RowEnd => (chunk) => {
  const at = chunk.lastIndexOf(between);
  return at < 0 ? -1 : at + 1;
};

const ROW_ENDS: ReadonlyMap<string, RowEnd> = new Map([
  ...['tsv', 'tabseparated', 'tskv', 'tsvraw', 'tabseparatedraw', 'lineasstring'].map((f): [string, RowEnd] => [f, lastLine]),
  ...['jsoneachrow', 'jsonlines', 'ndjson', 'jsonstringseachrow'].map((f): [string, RowEnd] => [f, lastJson('}\n{')]),
  ...['jsoncompacteachrow', 'jsoncompactstringseachrow'].map((f): [string, RowEnd] => [f, lastJson(']\n[')]),
]);

/**
 * Writes a stream of rows into files of about SPOOL_BYTES, parted between rows where the format allows it (otherwise one file), and hands each file to
 * `consume` while the next is written. Like a ClickHouse server, which inserts in blocks, it keeps what was consumed before an error.
 */
export async function spoolRows(folder: string, format: string, source: AsyncIterable<Buffer>, consume: (file: string, bytes: number) => Promise<void>): Promise<void> {
  const rowEnd = ROW_ENDS.get(format.toLowerCase());
  let file: string | undefined;
  let handle: FileHandle | undefined;
  let size = 0;
  let running: Promise<void> = Promise.resolve();
  let failure: unknown;
  let files = 0;
  const start = async (): Promise<FileHandle> => {
    file = spoolName(folder);
    files += 1;
    size = 0;
    handle = await open(file, 'wx', 0o600);
    return handle;
  };
  const flush = async (): Promise<void> => {
    const done = file ?? '';
    const bytes = size;
    await handle?.close();
    handle = undefined;
    file = undefined;
    await running;
    running = consume(done, bytes)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => rm(done, { force: true }));
  };
  const write = async (bytes: Buffer): Promise<void> => {
    const to = handle ?? (await start());
    await to.appendFile(bytes);
    size += bytes.length;
  };
  try {
    for await (const chunk of source) {
      if (failure !== undefined) break;
      const cut = rowEnd !== undefined && size + chunk.length >= SPOOL_BYTES ? rowEnd(chunk) : -1;
      if (cut >= 0) {
        await write(chunk.subarray(0, cut + 1));
        await flush();
        if (cut + 1 < chunk.length) await write(chunk.subarray(cut + 1));
      } else await write(chunk);
    }
    // An INSERT without rows still has to be checked by the engine, with an empty file.
    if (failure === undefined && files === 0) await start();
    if (failure === undefined && handle !== undefined) await flush();
    await running;
  } catch (error) {
    await running;
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new WarehouseError(243, 'NOT_ENOUGH_SPACE', 'No space left for the rows of this INSERT; free disk space in the data folder') : error;
  } finally {
    await handle?.close();
    if (file !== undefined) await rm(file, { force: true });
  }
  if (failure !== undefined) throw failure;
}
