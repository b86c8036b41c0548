import fs from 'node:fs';
import path from 'node:path';

/** The environment that the product on `dataDir` runs with; empty when none runs there. */
export function runningSettings(dataDir) {
  let run;
  try {
    run = JSON.parse(fs.readFileSync(path.join(dataDir, 'run.json'), 'utf8'));
  } catch {
    return {};
  }
  try {
    process.kill(run.pid, 0);
  } catch (error) {
    // The file of a launcher that was killed: its ports and processes are gone.
    if (error.code !== 'EPERM') return {};
  }
  return run.env ?? {};
}
