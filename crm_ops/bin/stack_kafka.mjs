import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureKafka } from './lib/kafka.mjs';
import { ROOT } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { command, progress } from './lib/print.mjs';
import { ensureReachable } from './lib/reach.mjs';

/**
 * `npm run stack:kafka`: the product in the distributed profile, with a Kafka broker, Connect and Debezium of its own, until Ctrl-C.
 * With `-- --prepare` it only installs and builds what that needs.
 */
await command(async () => {
  const only = process.argv.includes('--prepare');
  // Beside the folder of `npm start`: one Postgres serves one profile.
  process.env.CRM_DATA_DIR ||= '.crm_data_kafka';
  await ensureReachable(ROOT, path.resolve(ROOT, process.env.CRM_DATA_DIR));
  const { ui } = await prepare({ ui: !only });
  await ensureKafka(ROOT);
  if (only) {
    progress('Kafka, Connect and Debezium are ready to run');
    return;
  }
  const { runLauncher, kafkaPlan } = await import(pathToFileURL(path.join(ROOT, 'crm_ops/dist/index.js')).href);
  const code = await runLauncher({ print: (line) => progress(line, process.stdout), beforeServices: ui, planner: kafkaPlan });
  process.exit(code);
});
