import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { command, progress } from './lib/print.mjs';
import { ensureReachable } from './lib/reach.mjs';

/** `npm start`: installs what is missing, builds what changed, then runs the product until Ctrl-C. */
await command(async () => {
  await ensureReachable(ROOT, path.resolve(ROOT, process.env.CRM_DATA_DIR || '.crm_data'));
  // Until the launcher takes over, a signal ends this process and with it npm or the compiler.
  const { ui } = await prepare({ ui: true });
  const { runLauncher } = await import(pathToFileURL(path.join(ROOT, 'crm_ops/dist/index.js')).href);
  const code = await runLauncher({ print: (line) => progress(line, process.stdout), beforeServices: ui });
  process.exit(code);
});
