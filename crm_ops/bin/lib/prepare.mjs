import fs from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { exclusively } from './lock.mjs';
import { ROOT } from './paths.mjs';
import { checkRequirements } from './requirements.mjs';

/**
 * Makes the clone runnable: checks, packages, compiled services; the UI on request.
 * @returns {{ui: Promise<void>}} a promise for the UI, which builds beside whatever the caller does next.
 */
export async function prepare({ root = ROOT, ui = false } = {}) {
  checkRequirements({ root, installed: fs.existsSync(path.join(root, 'node_modules')) });
  const state = path.join(root, '.crm_build');
  await exclusively(state, 'install', () => ensureInstalled(root));
  // Both use one core each, so they run side by side; the services need only the first.
  const uiBuild = ui ? exclusively(state, 'ui_build', () => ensureBuilt('ui', root)).then(() => undefined) : Promise.resolve();
  uiBuild.catch(() => undefined); // Whoever awaits `ui` gets the error; until then it is not unhandled.
  await exclusively(state, 'build', () => ensureBuilt('node', root));
  return { ui: uiBuild };
}
