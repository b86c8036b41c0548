import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { aptInstall, onPath } from './apt.mjs';
import { Cure, progress } from './print.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** A browser that is already there, or undefined. */
export function findChromium() {
  const asked = process.env.CHROME_BIN;
  if (asked && fs.existsSync(asked)) return asked;
  return onPath(NAMES) ?? PLACES.find((place) => fs.existsSync(place));
}

/** True when the browser starts and offers its control port: Ubuntu's package of that name only says to install a snap. */
export function works(file, withinMs = 30_000) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'crm_chromium_'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  return new Promise((resolve) => {
    const child = spawn(file, flags, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let said = '';
    let answer = false;
    const end = (works) => {
      clearTimeout(limit);
      answer ||= works;
      try {
        process.kill(-child.pid, 'SIGKILL'); // The browser is a family of processes.
      } catch {
        // It never ran or has ended.
      }
      setTimeout(() => resolve(answer), 5_000).unref(); // One that left the family may hold a pipe open.
    };
    const limit = setTimeout(() => end(false), withinMs);
    child.stderr.on('data', (chunk) => {
      said += chunk;
      if (said.includes('DevTools listening on')) end(true);
    });
    child.on('error', () => end(false));
    // Not before its pipes are closed: until then one of the family may still write into the profile.
    child.on('close', () => {
      clearTimeout(limit);
      resolve(answer);
    });
  }).finally(() => removeLater(profile));
}

/** Removes a folder that a process may be leaving; one that stays is the system's temporary litter and no reason to fail. */
async function removeLater(folder) {
  try {
    await fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  } catch (error) {
    progress(`${folder} could not be removed: ${error.message}`);
  }
}

/**
 * Path of a Chromium that starts: an installed one, Debian's package (as root), or the one that the npm package carries.
 * @throws Cure when there is none.
 */
export async function ensureChromium(root) {
  const found = findChromium();
  if (found && (await works(found))) return found;
  if (await aptInstall('chromium', 'installing Chromium (apt-get) for the browser tests')) {
    const installed = onPath(NAMES);
    if (installed && (await works(installed))) return installed;
  }
  const packaged = await unpackChromium(root);
  if (packaged && (await works(packaged))) return packaged;
  throw new Cure('No Chromium was found for the browser tests: install one (Debian: apt-get install chromium) or name it with CHROME_BIN.');
}

/** Unpacks the browser of the npm package with the libraries it brings, behind a script that names them. */
async function unpackChromium(root) {
  try {
    // Its own switch for "bring your libraries along"; without it the system's must do.
    process.env.AWS_LAMBDA_JS_RUNTIME ??= `nodejs${process.versions.node.split('.')[0]}.x`;
    progress('unpacking the Chromium of the npm package @sparticuz/chromium');
    const { default: packaged } = await import('@sparticuz/chromium');
    const binary = await packaged.executablePath();
    const script = path.join(root, '.crm_build', 'chromium');
    const libraries = process.env.LD_LIBRARY_PATH ?? '';
    fs.mkdirSync(path.dirname(script), { recursive: true });
    fs.writeFileSync(script, `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${binary}' "$@"\n`, { mode: 0o755 });
    return script;
  } catch (error) {
    progress(`the packaged Chromium cannot be used: ${error.message}`);
    return undefined;
  } finally {
    delete process.env.AWS_LAMBDA_JS_RUNTIME;
  }
}
