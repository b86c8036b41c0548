import { Worker } from 'node:worker_threads';
import type { Dataset } from '../features/frame.model.js';
import { ModelError } from '../model.errors.js';
import type { FitResult, FoldResult, TrainingTask } from './training.task.js';
import type { TrainingOptions } from './scorer.trainer.js';

/** A task sent to a thread. */
export interface ThreadRequest { id: number; task: TrainingTask }

/** A thread's answer: a result, or an error with its code. */
export interface ThreadReply { id: number; result?: FoldResult | FitResult; error?: { code: string; message: string } }

interface Waiting { resolve: (result: FoldResult | FitResult) => void; reject: (error: Error) => void }

/** Threads that share one data set, so that training never blocks the event loop; tasks go to the thread with the fewest. */
export class TrainingPool {
  private readonly threads: { worker: Worker; waiting: Map<number, Waiting> }[];
  private nextId = 0;

  constructor(data: Dataset, threads: number) {
    this.threads = Array.from({ length: Math.max(1, threads) }, () => {
      const worker = new Worker(new URL('./training.worker.js', import.meta.url), { workerData: data });
      const waiting = new Map<number, Waiting>();
      worker.on('message', (reply: ThreadReply) => {
        const entry = waiting.get(reply.id);
        waiting.delete(reply.id);
        if (reply.result) entry?.resolve(reply.result);
        else entry?.reject(new ModelError(reply.error?.code ?? 'training_failed', reply.error?.message ?? 'Training ended without a result.'));
      });
      const fail = (cause: unknown): void => {
        for (const entry of waiting.values()) entry.reject(new ModelError('training_failed', 'The training thread died; see the cause, and give the process more memory if it ran out.', { cause }));
        waiting.clear();
      };
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(`exit code ${code}`)));
      return { worker, waiting };
    });
  }

  /** Predictions of the test rows of one split. */
  async fold(split: { train: Int32Array; test: Int32Array }, options: TrainingOptions): Promise<FoldResult> {
    return await this.run({ kind: 'fold', split, options }) as FoldResult;
  }

  /** The scorer fitted on all rows. */
  async fit(options: TrainingOptions): Promise<FitResult> {
    return await this.run({ kind: 'fit', options }) as FitResult;
  }

  /** Stops the threads; unfinished tasks fail. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((t) => t.worker.terminate()));
  }

  private run(task: TrainingTask): Promise<FoldResult | FitResult> {
    const thread = this.threads.reduce((best, t) => (t.waiting.size < best.waiting.size ? t : best));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { resolve, reject });
      thread.worker.postMessage({ id, task } satisfies ThreadRequest);
    });
  }
}
