import { mkdir, open as openFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Session } from 'chdb';
import { useUtc } from '../config.js';

/** A reason why the embedded warehouse cannot start, in one line that names the cure. */
export class StartFailure extends Error {
  override name = 'StartFailure';
}

/** The opened data folder. */
export interface EngineFolder {
  readonly path: string;
  /** Folder for bodies and results on their way; emptied at each start. */
  readonly spool: string;
  /** The first session; the engine lives as long as any is open. */
  readonly first: Session;
  /** Opens one more session on the folder. */
  open(): Session;
  /** Waits until the engine has let go of closed sessions. */
  drain(): Promise<void>;
}

// The first two flush to disk before an insert is acknowledged, so that an acknowledged row survives a sudden death. The others merge the stream's small parts ten
// at a time: the engine's own way merges each of them with the part of all before it, which rewrites some thousand rows for every row that is written.
const CONFIG = `<clickhouse>
  <logger><level>none</level></logger>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
    <min_parts_to_merge_at_once>10</min_parts_to_merge_at_once>
    <merge_selector_enable_heuristic_to_remove_small_parts_at_right>0</merge_selector_enable_heuristic_to_remove_small_parts_at_right>
  </merge_tree>
</clickhouse>
`;

async function holderOf(path: string): Promise<number | undefined> {
  const status = await readFile(join(path, 'status'), 'utf8').catch(() => '');
  const pid = Number(/PID: (\d+)/.exec(status)?.[1]);
  if (!Number.isInteger(pid) || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

async function engine(): Promise<typeof import('chdb')> {
  // Times in the warehouse are UTC whatever the machine's zone.
  useUtc();
  try {
    return await import('chdb');
  } catch (cause) {
    throw new StartFailure(
      `The warehouse engine for ${process.platform}-${process.arch} is not installed: run "npm install" (with optional dependencies), or set CRM_CLICKHOUSE_URL to a ClickHouse server.`,
      { cause },
    );
  }
}

/** Opens the data folder with the engine, creating it when missing; tells `log` what it had to set aside. Throws StartFailure. */
export async function openFolder(path: string, log: (message: string) => void = () => undefined): Promise<EngineFolder> {
  const spool = join(path, 'crm_spool');
  const config = join(spool, 'engine.xml');
  const { Session: EngineSession, drainPending } = await engine();
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StartFailure(`Cannot create the warehouse folder ${path}: ${(cause as Error).message}. Give write access or set CRM_DATA_DIR.`, { cause });
  }
  const holder = await holderOf(path);
  const held = await isLocked(path, holder);
  if (held) throw new StartFailure(inUse(path, holder));
  for (const file of await cutDefinitions(path)) {
    // Beside the others the engine would stumble over its name.
    const aside = join(path, 'crm_damaged', `${new Date().toISOString().replaceAll(':', '')}-${basename(file)}`);
    await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
    await rename(file, aside);
    log(`the definition of the table ${basename(file, '.sql')} was cut short on a full disk and is set aside as ${relative(path, aside)}; the table is filled anew from Postgres`);
  }
  await rm(spool, { recursive: true, force: true });
  await mkdir(spool, { mode: 0o700 });
  await writeFile(config, CONFIG);
  const open = (): Session => new EngineSession(path, { connectionArgs: [`--config-file=${config}`] });
  const first = await (async () => {
    try {
      const session = open();
      // Loads every table, which is where a damaged folder shows.
      await session.queryAsync('SELECT count() FROM system.parts');
      return session;
    } catch (cause) {
      const other = await holderOf(path);
      if (other !== undefined) throw new StartFailure(inUse(path, other), { cause });
      throw new StartFailure(
        `The warehouse folder ${path} is damaged (${(cause as Error).message.split('\n')[0] ?? 'it cannot be opened'}). Move it away and start again: the stream fills it anew from Postgres.`,
        { cause },
      );
    }
  })();
  return { path, spool, first, open, drain: drainPending };
}

function inUse(path: string, holder: number | undefined): string {
  return `The warehouse folder ${path} is in use by process ${String(holder)}. Stop that process, or set CRM_DATA_DIR to another folder.`;
}

/** Definitions of tables that do not end as the engine ends them: one of them keeps the whole folder from being opened. */
async function cutDefinitions(path: string): Promise<string[]> {
  const below = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const folders = (await Promise.all((await below(join(path, 'store'))).map(below))).flat();
  const files = (await Promise.all(folders.map(below))).flat().filter((file) => file.endsWith('.sql'));
  const cut = await Promise.all(files.map(async (file) => !(await endsWithNewline(file))));
  return files.filter((_, index) => cut[index]);
}

async function endsWithNewline(file: string): Promise<boolean> {
  const handle = await openFile(file, 'r');
  try {
    const { size } = await handle.stat();
    return size > 0 && (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] === 0x0a;
  } finally {
    await handle.close();
  }
}

/** Whether the engine of a living process holds the lock on the status file (Linux tells in /proc/locks; elsewhere the engine's own refusal does). */
async function isLocked(path: string, holder: number | undefined): Promise<boolean> {
  if (holder === undefined) return false;
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  const inode = await stat(join(path, 'status')).then((s) => s.ino, () => undefined);
  return inode !== undefined && locks.split('\n').some((line) => line.includes(`:${String(inode)} `));
}
