import { until } from '../product.client.js';

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Sends a signal to one of the processes that are there, and asks anew while there is none or it has just gone; resolves with the one that was hit. */
export function strike(victims: () => readonly number[], name: NodeJS.Signals, choose: (pids: readonly number[]) => number, withinMs: number): Promise<number> {
  return until(() => {
    const pids = victims();
    const pid = pids.length === 0 ? 0 : choose(pids);
    return Promise.resolve(pid > 0 && signal(pid, name) ? pid : 0);
  }, (hit) => hit > 0, withinMs);
}
