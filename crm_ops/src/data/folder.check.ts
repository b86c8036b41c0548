import fs from 'node:fs';
import path from 'node:path';
import { LaunchError, codeOf } from '../stack/launch.error.js';

/** Enough for the small sample with its logs; the full sample asks for more. */
const NEEDED_MB: Readonly<Record<string, number>> = { none: 400, small: 500, medium: 3000, full: 25_000 };

/** Creates the data folder and checks that it can carry the product. @throws LaunchError */
export function prepareFolder(dataDir: string, sample: string, freeMb: (folder: string) => number = freeMegabytes): void {
  try {
    if (!fs.existsSync(dataDir)) {
      fs.mkdirSync(dataDir, { recursive: true });
      // Started by root, PostgreSQL runs as another user that must pass this folder whatever the umask says. Secrets have their own modes.
      fs.chmodSync(dataDir, 0o755);
    }
    if (!fs.statSync(dataDir).isDirectory()) {
      throw new LaunchError(`The data folder ${dataDir} is a file: delete it or choose another folder with CRM_DATA_DIR.`);
    }
    fs.mkdirSync(path.join(dataDir, 'logs'), { recursive: true });
    fs.accessSync(dataDir, fs.constants.W_OK);
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    throw new LaunchError(
      `The data folder ${dataDir} cannot be written (${codeOf(error) ?? 'unknown error'}): make it yours with chown or choose another with CRM_DATA_DIR.`,
    );
  }
  const free = freeMb(dataDir);
  // A folder that was filled before needs room for its growth only.
  const needed = fs.existsSync(path.join(dataDir, 'sample.json')) ? (NEEDED_MB['none'] ?? 0) : (NEEDED_MB[sample] ?? 500);
  if (free < needed) {
    throw new LaunchError(
      `Only ${Math.round(free)} MB are free on the disk of ${dataDir} and ${needed} MB are needed: free some space or choose a folder on another disk with CRM_DATA_DIR.`,
    );
  }
}

function freeMegabytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder);
  return (bavail * bsize) / 1024 / 1024;
}
