import { parentPort, workerData } from 'node:worker_threads';
import type { Dataset } from '../features/frame.model.js';
import { ModelError } from '../model.errors.js';
import type { ThreadReply, ThreadRequest } from './training.pool.js';
import { runTask } from './training.task.js';

const data = workerData as Dataset;

parentPort?.on('message', ({ id, task }: ThreadRequest) => {
  let reply: ThreadReply;
  try {
    reply = { id, result: runTask(data, task) };
  } catch (error) {
    const code = error instanceof ModelError ? error.code : 'training_failed';
    reply = { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
  parentPort?.postMessage(reply);
});
