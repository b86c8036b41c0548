import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { aptInstall, onPath } from './apt.mjs';
import { Cure, progress } from './print.mjs';

/** The browser without windows: whole ones draw theirs even when nobody sees them, which costs a sixth of the time of a journey (measured: 260 s and 216 s). */
const SHELL = 'chromium-headless-shell';
/** Where Debian has it: its command of that name is a script, which who ends it would leave the browser of. */
const SHELL_PLACE = `/usr/lib/chromium/${SHELL}`;
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
 * Path of a Chromium that starts: the named one, one without windows (Debian has a package, for root), any installed one, or the one that the npm package carries.
 * @throws Cure when there is none.
 */
export async function ensureChromium(root) {
  const working = async (file) => (file && fs.existsSync(file) && (await works(file)) ? file : undefined);
  const label = 'installing Chromium (apt-get) for the browser tests';
  const found = await working(process.env.CHROME_BIN ? findChromium() : SHELL_PLACE);
  if (found) return found;
  if (await aptInstall(SHELL, label)) {
    const shell = await working(SHELL_PLACE);
    if (shell) return shell;
  }
  const other = await working(findChromium());
  if (other) return other;
  if (await aptInstall('chromium', label)) {
    const whole = await working(onPath(['chromium']));
    if (whole) return whole;
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
