import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endRecorded, recordProcess } from './process.record.js';

/** A Java server of this machine, whichever process it has now. */
export interface LocalServer {
  /** Number of the current process. */
  readonly pid: number;
  /** File with everything that the server said. */
  readonly logFile: string;
  /** Resolves when the current process has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** Sends a signal to the process, SIGKILL by default; resolves when it is gone, or at once for SIGSTOP and SIGCONT. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the server again on the same port and folder, after a clean stop if it still runs; resolves when it serves. */
  restart(): Promise<void>;
  /** Clean stop; whatever hangs is killed after 20 s. */
  stop(): Promise<void>;
}

/** What to run and how to know that it serves. */
export interface JavaServerOptions {
  readonly name: string;
  readonly java: string;
  /** Folder of its files; made when missing. */
  readonly folder: string;
  readonly arguments: readonly string[];
  /** True once it serves; called until then. */
  readonly serves: () => Promise<boolean>;
  readonly startMs?: number;
  /** How long a clean stop may take before the process is killed; 20,000. */
  readonly stopMs?: number;
  readonly log?: (message: string) => void;
}

const KEEP_LOG_BYTES = 20_000_000;
const STOP_MS = 20_000;
/** Far above a start on a busy machine. */
const START_MS = 120_000;

const LOGGING = `<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="ERROR" shutdownHook="disable">
  <Appenders><Console name="out"><PatternLayout pattern="%d{ISO8601}{UTC} %-5p %c{1} %m%n"/></Console></Appenders>
  <Loggers>
    <Logger name="org.apache.kafka.clients" level="WARN"/>
    <Logger name="org.apache.kafka.connect.runtime.isolation" level="WARN"/>
    <Root level="INFO"><AppenderRef ref="out"/></Root>
  </Loggers>
</Configuration>
`;

// The kernel ends the server when this process dies, however it dies. Linux only; elsewhere the record of its number serves the next start.
let deathSignal: readonly string[] | undefined;
function orphanGuard(): readonly string[] {
  deathSignal ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0 ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  return deathSignal;
}

/** Memory and class archive of a Java server. */
export interface JavaMemory {
  readonly heapMb: number;
  /** Archive of loaded classes that shortens the start by two fifths; used when it is there. */
  readonly archive: string;
  /** Writes such an archive to this file when the server stops; slow, done once per machine. */
  readonly recordClasses?: string;
}

/** Flags for a Java server with the smallest collector and only the quick compiler: it must start fast and stay small. */
export function javaFlags(folder: string, { heapMb, archive, recordClasses }: JavaMemory): string[] {
  const logging = join(folder, 'log4j2.xml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(logging, LOGGING);
  return [
    '-Xms64m', `-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError', '-Xshare:auto', '-Djava.awt.headless=true', `-Dlog4j2.configurationFile=${logging}`,
    ...(recordClasses !== undefined ? [`-XX:ArchiveClassesAtExit=${recordClasses}`] : existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []),
  ];
}

/** Starts a Java server and waits until it serves; rejects with its last words and, where they are known, the cure. */
export async function startJavaServer(options: JavaServerOptions): Promise<LocalServer> {
  const { name, folder } = options;
  const log = options.log ?? ((): void => undefined);
  mkdirSync(folder, { recursive: true });
  const record = join(folder, 'process.json');
  const logFile = join(folder, 'server.log');
  let child: ChildProcess | undefined;
  let exited: Promise<void> = Promise.resolve();
  const runs = (): boolean => child?.pid !== undefined && child.exitCode === null && child.signalCode === null;

  const start = async (): Promise<void> => {
    await endRecorded(record);
    if (existsSync(logFile) && statSync(logFile).size > KEEP_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
    const began = existsSync(logFile) ? statSync(logFile).size : 0;
    const output = openSync(logFile, 'a');
    const [program = options.java, ...args] = [...orphanGuard(), options.java, ...options.arguments];
    // A surrounding KAFKA_OPTS or CLASSPATH must not change what runs.
    const started = spawn(program, args, { cwd: folder, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' }, stdio: ['ignore', output, output] });
    closeSync(output);
    child = started;
    let failure: Error | undefined;
    exited = new Promise((resolve) => {
      started.once('error', (error) => {
        failure = error;
        resolve();
      });
      started.once('exit', () => resolve());
    });
    const endWithUs = (): void => void started.kill('SIGKILL');
    process.once('exit', endWithUs);
    void exited.then(() => process.removeListener('exit', endWithUs));
    if (started.pid !== undefined) recordProcess(record, started.pid);
    const at = Date.now();
    while (!(await options.serves().catch(() => false))) {
      if (failure !== undefined || !runs()) throw new Error(failure?.message ?? explain(name, folder, logFile, began));
      if (Date.now() - at > (options.startMs ?? START_MS)) {
        await end('SIGKILL');
        throw new Error(`${name} did not serve within ${Math.round((options.startMs ?? START_MS) / 1000)} s; read ${logFile}`);
      }
      await delay(25);
    }
    log(`${name} serves after ${((Date.now() - at) / 1000).toFixed(1)} s`);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!runs()) return exited;
    child?.kill(signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    const limit = setTimeout(() => child?.kill('SIGKILL'), options.stopMs ?? STOP_MS);
    await exited;
    clearTimeout(limit);
  };
  await start();
  return {
    get pid() { return child?.pid ?? 0; },
    get exited() { return exited; },
    logFile,
    kill: (signal = 'SIGKILL') => end(signal),
    async restart() {
      await end('SIGTERM');
      await start();
    },
    stop: () => end('SIGTERM'),
  };
}

const CURES: readonly (readonly [RegExp, string])[] = [
  [/Address already in use|Failed to bind/i, 'its port is taken: stop what uses it or choose another'],
  [/No space left on device/i, 'the disk is full: free some space and start again'],
  [/Cannot allocate memory|OutOfMemoryError|insufficient memory/i, 'the memory is used up: close other programs and start again'],
  [/UnsupportedClassVersionError/, 'this Java is too old: install Java 17 or newer'],
  [/Failed to acquire lock|lock on file/i, 'another server uses its folder: stop that one first'],
];

function explain(name: string, folder: string, logFile: string, from: number): string {
  const said = readFileSync(logFile).subarray(from).toString('utf8');
  const cure = CURES.find(([pattern]) => pattern.test(said))?.[1];
  if (cure !== undefined) return `${name} on ${folder} cannot start: ${cure}`;
  const last = said.split('\n').filter((line) => /ERROR|FATAL|Exception|Error/.test(line)).at(-1) ?? said.trim().split('\n').at(-1) ?? 'it said nothing';
  return `${name} on ${folder} cannot start (${last.trim().slice(0, 300)}); read ${logFile}`;
}
