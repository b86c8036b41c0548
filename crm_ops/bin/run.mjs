import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { Cure, command } from './lib/print.mjs';
import { ensureReachable } from './lib/reach.mjs';
import { runningSettings } from './lib/settings.mjs';

/** `node run.mjs SCRIPT [args]`: runs a built script with the settings of the running product. stdout belongs to the script. */
await command(async () => {
  const [script, ...args] = process.argv.slice(2);
  if (!script) throw new Cure('Say which script to run: node crm_ops/bin/run.mjs SCRIPT [arguments].');
  const dataDir = path.resolve(ROOT, process.env.CRM_DATA_DIR || '.crm_data');
  await ensureReachable(ROOT, dataDir);
  await prepare();
  const file = path.resolve(ROOT, script);
  if (!fs.existsSync(file)) throw new Cure(`${script} does not exist: run npm run build, or check the name.`);
  // What a person sets by hand comes before what the running product says.
  const env = { ...runningSettings(dataDir), ...process.env, CRM_DATA_DIR: dataDir };
  // The caller's folder stays: relative names of files in the arguments are seen from there.
  const child = spawn(process.execPath, [file, ...args], { cwd: process.env.INIT_CWD ?? process.cwd(), env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve(status ?? (signal ? 1 : 0)));
  });
  process.exit(code);
});
