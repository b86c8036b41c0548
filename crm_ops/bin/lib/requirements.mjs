import fs from 'node:fs';
import path from 'node:path';
import { Cure } from './print.mjs';

/** Angular 21.2's lower limit, the highest of all parts. */
const NODE = [20, 19];
/** node_modules takes 1.7 GB, the build and the small sample well under 1 GB. */
const INSTALL_MB = 3000;
const RUN_MB = 500;

/** Throws a Cure when this Node, this disk or this folder cannot carry the product. */
export function checkRequirements({ root, version = process.versions.node, freeMb = freeMegabytes, installed }) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < NODE[0] || (major === NODE[0] && minor < NODE[1])) {
    throw new Cure(`Node ${version} is too old: install Node ${NODE.join('.')} or newer (https://nodejs.org) and start again.`);
  }
  try {
    const probe = path.join(root, `.crm_probe_${process.pid}`);
    fs.writeFileSync(probe, '');
    fs.rmSync(probe);
  } catch (error) {
    throw new Cure(`The folder ${root} is not writable (${error.code}): make it yours with \`chown\` or clone into a folder of your own.`);
  }
  const needed = installed ? RUN_MB : INSTALL_MB;
  const free = freeMb(root);
  if (free < needed) {
    throw new Cure(`Only ${Math.round(free)} MB are free on the disk of ${root} and ${needed} MB are needed: free some space and start again.`);
  }
}

/** Free megabytes for this user on the disk that holds `folder`; Infinity where the system does not say. */
export function freeMegabytes(folder) {
  try {
    const { bavail, bsize } = fs.statfsSync(folder);
    return (bavail * bsize) / 1024 / 1024;
  } catch {
    return Infinity;
  }
}
