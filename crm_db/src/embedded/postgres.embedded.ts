import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { preparePlace, type ServerPlace } from './binaries.js';
import { freePort } from './port.probe.js';

/** What to start. */
export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made when missing. */
  readonly dataDir: string;
  /** Loopback port; 0 or absent takes a free one. */
  readonly port?: number;
  /** Password of the superuser `postgres`. */
  readonly password: string;
  /** Weaker durability for throw-away clusters of tests; never for a product. */
  readonly disposable?: boolean;
  /** More settings of the server (`name=value`), which win over ours: for specs of what they do. */
  readonly settings?: readonly string[];
}

/** A running server. */
export interface EmbeddedPostgres {
  readonly port: number;
  /** Superuser's connection to the database `postgres`. */
  readonly superuserUrl: string;
  readonly pid: number;
  /** Where the cluster really is: elsewhere than asked when the server's user cannot reach that place. */
  readonly folder: string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** Fast shutdown: open transactions are rolled back, all committed work is on disk. */
  stop(): Promise<void>;
}

const settings: readonly string[] = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'wal_level=logical',
  'max_wal_senders=10',
  'max_replication_slots=10',
  // A stopped consumer must not fill the disk for ever; a slot lost this way is healed by a new snapshot. Every row of the largest
  // sample changed once makes about 10 GB of log: that much is caught up with sooner than read anew.
  'max_slot_wal_keep_size=16GB',
  'max_wal_size=4GB',
  'max_connections=100',
  'shared_buffers=512MB',
  'work_mem=32MB',
  'maintenance_work_mem=256MB',
  'random_page_cost=1.1',
  // Short transactional queries: compiling them costs more than it gives.
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  // After a crash the disk is told once to write everything, not file by file: a busy one takes its time for each.
  ...(process.platform === 'linux' ? ['recovery_init_sync_method=syncfs'] : []),
];

async function run(program: string, args: readonly string[], place: ServerPlace): Promise<void> {
  const child = spawn(program, args, { cwd: place.folder, ...place.user, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`Postgres could not set up its folder ${place.folder}: ${output.trim().split('\n').slice(-3).join(' ')}`);
}

async function initialise(place: ServerPlace, password: string): Promise<void> {
  // Made beside its place and moved there whole: an interrupted set-up is never mistaken for data, nor damaged data for a set-up.
  const draft = `${place.folder}.setup`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  if (place.user.uid !== undefined) chownSync(draft, place.user.uid, place.user.gid ?? place.user.uid);
  const passwordFile = join(place.folder, '..', `.password-${process.pid}-${place.folder.split('/').pop() ?? ''}`);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.user.uid !== undefined) chownSync(passwordFile, place.user.uid, place.user.gid ?? place.user.uid);
  try {
    await run(join(place.bin, 'initdb'), [
      `--pgdata=${draft}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
      '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8',
    ], place);
    rmdirSync(place.folder);
    renameSync(draft, place.folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends a server that a killed launcher left behind on this folder: two on one folder would be refused anyway. */
async function endOrphan(place: ServerPlace): Promise<void> {
  const file = join(place.folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  const commandLine = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
  if (commandLine !== '' && !commandLine.includes('postgres')) return; // The number was given to another program since.
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + 20_000;
  while (isAlive(pid) && Date.now() < deadline) await delay(50);
}

async function launch(place: ServerPlace, port: number, disposable: boolean, more: readonly string[]): Promise<{ child: ChildProcess; log: () => string }> {
  const flags = [...settings, `port=${port}`, ...(disposable ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=64MB'] : []), ...more];
  const child = spawn(join(place.bin, 'postgres'), ['-D', place.folder, ...flags.flatMap((flag) => ['-c', flag])], {
    cwd: place.folder, ...place.user, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  await new Promise<void>((ready, failed) => {
    child.once('error', failed);
    child.once('exit', () => failed(new Error(log.trim().split('\n').slice(-4).join(' ') || 'Postgres ended at once')));
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000);
      if (log.includes('ready to accept connections')) ready();
    });
  });
  child.removeAllListeners('exit');
  return { child, log: () => log };
}

/** Starts PostgreSQL on a folder, making the cluster on first use. Rejects with one line that says the cure. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = preparePlace(options.dataDir);
  await endOrphan(place);
  if (readdirSync(place.folder).length === 0) await initialise(place, options.password);
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const { child } = await launch(place, port, options.disposable ?? false, options.settings ?? []);
      // A caller that crashes must not leave a server behind.
      const endWithUs = (): void => void child.kill('SIGINT');
      process.once('exit', endWithUs);
      const exited = once(child, 'exit').then(() => void process.removeListener('exit', endWithUs));
      return {
        port,
        pid: child.pid ?? 0,
        folder: place.folder,
        superuserUrl: `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
        exited,
        async stop() {
          if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
          await exited;
        },
      };
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      // After a kill the old backends need a moment to notice and leave the shared memory.
      const passing = /shared memory block|lock file .* already exists|starting up/.test(text);
      if (!passing || Date.now() > deadline) throw new Error(describe(text, place.folder, port), { cause });
      await delay(200);
    }
  }
}

function describe(text: string, folder: string, port: number): string {
  if (/could not bind|Address already in use|could not create (listen socket|any TCP\/IP sockets)/.test(text)) return `Postgres cannot listen on 127.0.0.1:${port}: the port is taken; stop what uses it or start again`;
  if (/No space left/.test(text)) return `Postgres found no space left on the disk of ${folder}; free some space and start again`;
  return `Postgres cannot open its data folder ${folder} (${text}); restore it from a backup, or move the folder away to start anew`;
}
