import type { FolderLock } from '../data/lock.file.js';
import { Part, type PartOptions, type PartSpec } from '../parts/part.process.js';
import { runTask, type Task, type TaskSpec } from '../parts/task.process.js';
import { LaunchError } from './launch.error.js';

/** A running part, by its current process. */
export interface RunningPart {
  readonly name: string;
  readonly pid: number;
}

/** Starts groups of parts and tasks one after the other and stops everything in reverse order. */
export class StackRunner {
  readonly #groups: Part[][] = [];
  #task: Task | undefined;
  #stopping: Promise<void> | undefined;

  constructor(private readonly lock: FolderLock, private readonly options: PartOptions) {}

  /** The parts that run now; one between two lives is missing. */
  get parts(): RunningPart[] {
    return this.#groups.flat().flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }]));
  }

  /** Starts parts side by side and waits until all serve. @throws LaunchError with the first failure. */
  async startGroup(specs: readonly PartSpec[], onReady: (name: string) => void): Promise<void> {
    this.#assertRunning();
    const parts = specs.map((spec) => new Part(spec, { ...this.options, onSpawn: (name, pid) => this.lock.note(name, pid) }));
    this.#groups.push(parts);
    await Promise.all(
      parts.map(async (part) => {
        await part.start();
        onReady(part.name);
      }),
    );
  }

  /** Runs a task to its end. @throws LaunchError when it fails. */
  async runTask(spec: TaskSpec, onLine: (line: string) => void): Promise<void> {
    this.#assertRunning();
    this.#task = runTask(spec, this.options.logDir, onLine, (name, pid) => this.lock.note(name, pid));
    try {
      await this.#task.done;
    } finally {
      this.#task = undefined;
    }
    this.#assertRunning();
  }

  /** Kills one part as a crash would. @throws LaunchError when no such part runs. */
  async kill(name: string): Promise<void> {
    const part = this.#groups.flat().find((each) => each.name === name);
    if (!part) {
      const names = this.#groups.flat().map((each) => each.name).join(', ');
      throw new LaunchError(`There is no part ${name}: use one of ${names}.`);
    }
    await part.kill();
  }

  /** Stops all, the last group first; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      await this.#task?.stop();
      for (const group of [...this.#groups].reverse()) await Promise.all(group.map((part) => part.stop()));
    })();
    return this.#stopping;
  }

  /** Ends every part at once, for somebody who will not wait. */
  killAll(): void {
    for (const { pid } of this.parts) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Ended in the meantime.
      }
    }
  }

  #assertRunning(): void {
    if (this.#stopping) throw new LaunchError('The start was interrupted.');
  }
}
