import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { killGroup } from '../data/process.identity.js';
import { LaunchError } from '../stack/launch.error.js';
import { cureOf } from './part.cures.js';
import { PartLog } from './part.log.js';

/** A program that runs once to its end, such as the migrations. */
export interface TaskSpec {
  readonly name: string;
  /** Absolute path of the compiled program. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A running task: its end, and a way to stop it. */
export interface Task {
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** Runs a task; each line of its output goes to `onLine` and the log. `done` throws a LaunchError when it fails. */
export function runTask(spec: TaskSpec, logDir: string, onLine: (line: string) => void, onSpawn?: (name: string, pid: number) => void): Task {
  const log = new PartLog(path.join(logDir, `${spec.name}.log`));
  const child: ChildProcess = spawn(process.execPath, [spec.entry, ...spec.args], {
    env: { ...spec.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) onSpawn?.(spec.name, child.pid);
  let failure: string | undefined;
  let stopped = false;
  let partial = '';
  const take = (chunk: Buffer): void => {
    log.write(chunk);
    const lines = (partial + chunk.toString('utf8')).split(/\r?\n|\r/);
    partial = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line.trim());
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  child.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'message' in message) failure = String(message.message);
  });
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new LaunchError(`${spec.name} cannot start: ${error.message}`)));
    let over = false;
    const ended = (code: number | null, signal: string | null): void => {
      if (over) return;
      over = true;
      const tail = log.tail();
      log.close();
      if (code === 0) resolve();
      else if (stopped) reject(new LaunchError(`${spec.name} was stopped before its end; the next start takes it up again.`));
      else {
        const said = failure ?? cureOf(tail) ?? tail.at(-1) ?? `it ended with ${signal ?? `exit code ${code ?? 'unknown'}`}`;
        reject(new LaunchError(`${spec.name} failed: ${said} (more in ${path.join(logDir, `${spec.name}.log`)})`));
      }
    };
    child.once('close', ended); // After the last line of output; Node leaves it out when the channel was closed early.
    child.once('exit', (code, signal) => setTimeout(() => ended(code, signal), 300));
  });
  done.catch(() => undefined); // The caller awaits it; a stop before that must not count as unhandled.
  return {
    done,
    async stop() {
      stopped = true;
      const pid = child.pid;
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const limit = setTimeout(() => killGroup(pid), 5000);
      child.kill('SIGTERM');
      await done.catch(() => undefined);
      clearTimeout(limit);
    },
  };
}
