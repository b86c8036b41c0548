import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer, ThreadOrder } from './simulation.thread.js';
import { simulate } from './simulate.js';

parentPort?.on('message', ({ id, order }: ThreadOrder) => {
  try {
    const drawn = simulate(order);
    parentPort?.postMessage({ id, drawn } satisfies ThreadAnswer, [drawn.sorted.buffer as ArrayBuffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies ThreadAnswer);
  }
});
