import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Simulated, SimulationOrder } from './simulate.js';

/** An order sent to the thread, and its answer: what was drawn, or why nothing was. */
export interface ThreadOrder { readonly id: number; readonly order: SimulationOrder }
export interface ThreadAnswer { readonly id: number; readonly drawn?: Simulated; readonly error?: string }

interface Waiting { readonly resolve: (drawn: Simulated) => void; readonly reject: (error: Error) => void }

// Each has 80 kB of draws.
const kept = 64;

/**
 * Draws on a thread of its own, so that requests are answered meanwhile; started by the first order, and again by the next one after it died.
 * What was drawn last is kept under a hash of everything it is drawn from, so that it cannot be stale: with other deals, amounts or seed it is another order.
 */
export class SimulationThread {
  private worker: Worker | null = null;
  private nextId = 0;
  private readonly waiting = new Map<number, Waiting>();
  private readonly drawn = new Map<string, Promise<Simulated>>();

  /** What `simulate` gives for the order; the figures are shared, so read them only. @throws Error where the thread dies */
  draw(order: SimulationOrder): Promise<Simulated> {
    const key = createHash('sha256').update(JSON.stringify(order)).digest('base64');
    const known = this.drawn.get(key) ?? this.send(order);
    // The last used is the last to go.
    this.drawn.delete(key);
    this.drawn.set(key, known);
    known.catch(() => this.drawn.delete(key));
    for (const old of [...this.drawn.keys()].slice(0, Math.max(0, this.drawn.size - kept))) this.drawn.delete(old);
    return known;
  }

  /** Stops the thread; what it has not drawn yet fails. The next order starts another one. */
  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private send(order: SimulationOrder): Promise<Simulated> {
    const worker = this.worker ??= this.start();
    const id = this.nextId += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, order } satisfies ThreadOrder);
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL('./simulation.worker.js', import.meta.url));
    worker.on('message', ({ id, drawn, error }: ThreadAnswer) => {
      const one = this.waiting.get(id);
      this.waiting.delete(id);
      // An idle thread keeps no process alive.
      if (this.waiting.size === 0) worker.unref();
      if (drawn) one?.resolve(drawn);
      else one?.reject(new Error(`The simulation failed: ${error ?? 'without a reason'}`));
    });
    const fail = (cause: unknown): void => {
      if (this.worker === worker) this.worker = null;
      for (const one of this.waiting.values()) one.reject(new Error('The thread of the simulations died; see the cause.', { cause }));
      this.waiting.clear();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => { if (this.worker === worker) fail(new Error(`exit code ${code}`)); });
    return worker;
  }
}

/** The one thread of the process. */
export const simulationThread = new SimulationThread();
