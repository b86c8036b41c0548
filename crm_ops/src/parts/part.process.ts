import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { killGroup } from '../data/process.identity.js';
import { LaunchError } from '../stack/launch.error.js';
import { cureOf } from './part.cures.js';
import { PartLog } from './part.log.js';

/** What the supervisor must know of a part. */
export interface PartSpec {
  readonly name: string;
  /** Absolute path of the compiled program. */
  readonly entry: string;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** How long this part's start may take, where that is more than the supervisor's patience; milliseconds. */
  readonly readyMs?: number;
}

/** Where a part reports to, and the patience of its supervisor in milliseconds. */
export interface PartOptions {
  readonly logDir: string;
  readonly print: (line: string) => void;
  readonly onSpawn?: (name: string, pid: number) => void;
  /** First pause before a restart (200) and its upper end (5,000); a run of `healthyMs` (60,000) starts the pauses over. */
  readonly backoffMs?: number;
  readonly backoffMaxMs?: number;
  readonly healthyMs?: number;
  /** How long a start may take before it counts as failed (120,000). */
  readonly readyMs?: number;
  /** How long a stop may take before SIGKILL (15,000: Postgres writes its last checkpoint). */
  readonly stopMs?: number;
}

/** Deaths before the first ready that are put down to bad luck, such as a port taken between choosing and using it. */
const FIRST_TRIES = 4;

/** One supervised child process: started, awaited, started again when it dies, stopped. */
export class Part {
  readonly name: string;
  readonly #log: PartLog;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #wanted = false;
  #everReady = false;
  #deaths = 0;
  #timer: NodeJS.Timeout | undefined;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(private readonly spec: PartSpec, private readonly options: PartOptions) {
    this.name = spec.name;
    this.#log = new PartLog(path.join(options.logDir, `${spec.name}.log`));
  }

  /** Process number while it runs. */
  get pid(): number | undefined {
    return this.#child?.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  /** Starts the part. Resolves when it first serves. @throws LaunchError when it cannot start. */
  start(): Promise<void> {
    this.#wanted = true;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#spawn();
    });
  }

  /** Ends the current process at once, as a crash would; the supervisor starts another. Resolves when it is gone. */
  async kill(): Promise<void> {
    const gone = this.#exited;
    this.#child?.kill('SIGKILL');
    await gone;
  }

  /** Stops the part for good: SIGTERM, then SIGKILL to its whole group. */
  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#settle?.reject(new LaunchError(`${this.name} was stopped before it was ready.`));
    this.#settle = undefined;
    const child = this.#child;
    if (child?.pid !== undefined && this.pid !== undefined) {
      const pid = child.pid;
      const limit = setTimeout(() => {
        this.options.print(`${this.name} does not stop: ending it`);
        killGroup(pid);
      }, this.options.stopMs ?? 15_000);
      child.kill('SIGTERM');
      await this.#exited;
      clearTimeout(limit);
    }
    this.#log.close();
  }

  #spawn(): void {
    const began = Date.now();
    let failure: string | undefined;
    // Its own group: a Ctrl-C in the terminal reaches the launcher only, which then stops the parts in order.
    const child = fork(this.spec.entry, [], { env: { ...this.spec.env }, execArgv: [], detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    if (child.pid !== undefined) this.options.onSpawn?.(this.name, child.pid);
    child.stdout?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    const readyMs = this.spec.readyMs ?? this.options.readyMs ?? 120_000;
    const readyLimit = setTimeout(() => {
      failure = `${this.name} was not ready after ${Math.round(readyMs / 1000)} s`;
      child.kill('SIGKILL');
    }, readyMs);

    child.on('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null || !('type' in message)) return;
      if (message.type === 'ready') {
        clearTimeout(readyLimit);
        if (this.#everReady) this.options.print(`${this.name} serves again`);
        this.#everReady = true;
        this.#settle?.resolve();
        this.#settle = undefined;
      } else if (message.type === 'failed' && 'message' in message) {
        failure = String(message.message);
      }
    });
    this.#exited = new Promise((resolve) => {
      let over = false;
      const gone = (code: number | null, signal: string | null): void => {
        if (over) return;
        over = true;
        clearTimeout(readyLimit);
        if (child.pid !== undefined) killGroup(child.pid);
        if (this.#wanted) this.#died(Date.now() - began, failure, signal ?? `exit code ${code ?? 'unknown'}`);
        resolve();
      };
      child.once('close', gone); // After exit and after the last line of output has been read.
      // A grandchild that keeps the pipes open would hold 'close' back; without its group the pipes end. Node leaves 'close' out
      // when the channel was closed early, hence the limit.
      child.once('exit', (code, signal) => {
        if (child.pid !== undefined) killGroup(child.pid);
        setTimeout(() => gone(code, signal), 300);
      });
      child.once('error', (error) => {
        this.#log.write(`${error.message}\n`);
        if (child.pid === undefined) gone(null, error.message);
      });
    });
  }

  #died(ranMs: number, failure: string | undefined, how: string): void {
    this.#deaths = ranMs >= (this.options.healthyMs ?? 60_000) ? 1 : this.#deaths + 1;
    const tail = this.#log.tail();
    if (!this.#everReady && (failure !== undefined || this.#deaths > FIRST_TRIES)) {
      this.#wanted = false;
      const reason = failure ?? cureOf(tail) ?? `it ended with ${how}; read ${path.join(this.options.logDir, `${this.name}.log`)}`;
      // A part that names the cure has said enough; otherwise the end of its log has to explain.
      if (failure === undefined) for (const line of tail) this.options.print(`  ${this.name} | ${line}`);
      this.#settle?.reject(new LaunchError(`${this.name} cannot start: ${reason}`));
      this.#settle = undefined;
      return;
    }
    const first = this.options.backoffMs ?? 200;
    const wait = Math.min(first * 2 ** (this.#deaths - 1), this.options.backoffMaxMs ?? 5000);
    this.options.print(`${this.name} ended (${failure ?? how}): starting it again in ${wait / 1000} s`);
    if (how !== 'SIGKILL' && failure === undefined) for (const line of tail.slice(-5)) this.options.print(`  ${this.name} | ${line}`);
    this.#timer = setTimeout(() => {
      if (this.#wanted) this.#spawn();
    }, wait);
  }
}
