import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * PostgreSQL refuses to run as root, so a product started by root runs it as the user `postgres`, who cannot pass a folder such as
 * /root (mode 0700) to reach the programs in node_modules or its data. Rather than open the folder to everybody, the command
 * starts itself again with one capability, CAP_DAC_OVERRIDE, that survives the change of user. Root has it anyway.
 */
const SETPRIV = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override', '--securebits', '+no_setuid_fixup'];

/** The first folder on the way to `target` that other users may not pass, or null. */
export function barrierTo(target, stat = (place) => fs.statSync(place, { throwIfNoEntry: false })) {
  const steps = [];
  for (let place = path.resolve(target); ; place = path.dirname(place)) {
    steps.unshift(place);
    if (place === path.dirname(place)) break;
  }
  for (const place of steps) {
    const found = stat(place);
    if (found?.isDirectory() && (found.mode & 0o001) === 0) return place;
  }
  return null;
}

/**
 * Returns at once unless root runs from a folder closed to other users; then runs the command again with the capability, passes on
 * signals and never returns.
 */
export async function ensureReachable(root, dataDir) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || hasAmbientOverride()) return;
  const barrier = barrierTo(root) ?? barrierTo(path.dirname(path.resolve(dataDir)));
  if (!barrier) return;
  // Without setpriv the embedded server keeps its programs and data in an open folder instead (crm_db, preparePlace).
  if (spawnSync('setpriv', [...SETPRIV, 'true'], { stdio: 'ignore' }).status !== 0) return;
  const child = spawn('setpriv', [...SETPRIV, process.execPath, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'], // The channel tells the launcher when this process is gone.
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(process.exit(code ?? (signal ? 1 : 0))));
  });
}

function hasAmbientOverride() {
  const line = /^CapAmb:\s*([0-9a-f]+)$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  return line !== null && (BigInt(`0x${line[1]}`) & 2n) !== 0n;
}
