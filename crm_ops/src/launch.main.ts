import { runLauncher } from './stack/launch.command.js';
import { messageOf } from './stack/launch.error.js';

const began = performance.now();

/** Started by itself, without the checks and builds of `npm start`. */
runLauncher({
  print: (line) => process.stdout.write(`[${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s] ${line}\n`),
}).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`crm: ${messageOf(error)}\n`);
    process.exit(1);
  },
);
