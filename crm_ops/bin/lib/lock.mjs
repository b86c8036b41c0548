import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { progress } from './print.mjs';

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` while no other process of this clone does the same `task`; waits for its turn. */
export async function exclusively(folder, task, work) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${task}.lock`);
  let told = false;
  for (;;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    let holder;
    try {
      holder = Number(fs.readFileSync(file, 'utf8'));
    } catch {
      continue; // Released between the two calls.
    }
    // An empty file is a holder that has not written its number yet, unless it has been so for long.
    const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (holder > 0 ? !alive(holder) : age > 5000) {
      fs.rmSync(file, { force: true });
      continue;
    }
    if (!told) progress(`waiting for another command to end its ${task} here (process ${holder})`);
    told = true;
    await pause(200);
  }
  const release = () => {
    try {
      if (fs.readFileSync(file, 'utf8') === String(process.pid)) fs.rmSync(file, { force: true });
    } catch {
      // Already gone.
    }
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
