import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { lastLines, runToEnd } from './child.mjs';
import { Cure, progress } from './print.mjs';

const stampOf = (root) => path.join(root, 'node_modules', '.crm_stamp');

function hashOfLock(root) {
  return createHash('sha256').update(fs.readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
}

/** True when node_modules holds what package-lock.json says, by our stamp or, for an install by hand, by npm's own record. */
export function isInstalled(root) {
  const hash = hashOfLock(root);
  const stamp = stampOf(root);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash) return true;
  if (!sameAsRecord(root)) return false;
  fs.writeFileSync(stamp, hash);
  return true;
}

/** Compares the lock with `node_modules/.package-lock.json`; packages for other systems may be absent. */
function sameAsRecord(root) {
  const record = path.join(root, 'node_modules', '.package-lock.json');
  if (!fs.existsSync(record)) return false;
  const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(fs.readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(([place, entry]) => {
    if (!place.startsWith('node_modules/')) return true;
    const have = present[place];
    return have ? have.version === entry.version : Boolean(entry.optional || entry.peer || entry.devOptional);
  });
}

/** Installs the locked packages when they are missing or stale. Only npm's configured registry is asked. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return false;
  progress('installing packages (npm ci); this takes one to three minutes the first time');
  // The npm that runs us, so that the same version and settings apply; else the one on the path.
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const args = [...npm.slice(1), 'ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { code, tail, seconds } = await runToEnd(npm[0], args, { cwd: root, env: installEnv(), label: 'installing' });
  if (code !== 0) throw new Cure(adviceFor(code, tail));
  fs.writeFileSync(stampOf(root), hashOfLock(root));
  progress(`packages installed in ${seconds} s`);
  return true;
}

/** A surrounding NODE_ENV=production would leave out the compiler. */
function installEnv() {
  const { NODE_ENV: _dropped, npm_config_omit: _omitted, ...env } = process.env;
  return env;
}

function adviceFor(code, tail) {
  const said = `\n${lastLines(tail)}`;
  if (code === 127) return 'npm was not found: install it with Node (https://nodejs.org) and start again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(tail)) {
    return `The npm registry could not be reached: check the network, or point npm at a mirror (npm config set registry URL), and start again.${said}`;
  }
  if (/ENOSPC/.test(tail)) return `The disk is full: free about 3 GB and start again.${said}`;
  if (/EACCES|EPERM/.test(tail)) return `npm may not write here: make the folder yours with \`chown\`, delete node_modules and start again.${said}`;
  return `npm ci failed: read its last lines, delete node_modules and start again.${said}`;
}
