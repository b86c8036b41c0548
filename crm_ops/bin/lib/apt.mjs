import fs from 'node:fs';
import path from 'node:path';
import { runToEnd } from './child.mjs';
import { progress } from './print.mjs';

/** The first of these programs that the path has, or undefined. */
export function onPath(names, folders = (process.env.PATH ?? '').split(path.delimiter)) {
  for (const folder of folders) {
    for (const name of names) {
      const file = path.join(folder, name);
      if (folder && fs.existsSync(file)) return file;
    }
  }
  return undefined;
}

/** True where we may install packages of the system: root on Debian or Ubuntu. */
export function canInstall() {
  return process.getuid?.() === 0 && onPath(['apt-get']) !== undefined;
}

let updated = false;

/** Installs a package of the system. @returns {Promise<boolean>} true when apt-get did. */
export async function aptInstall(name, label) {
  if (!canInstall()) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  progress(label);
  if (!updated) updated = (await runToEnd('apt-get', ['update', '-qq'], { env, label, timeoutSeconds: 120 })).code === 0;
  if (!updated) return false;
  return (await runToEnd('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { env, label, timeoutSeconds: 300 })).code === 0;
}
