import { verifyFromArgs } from './workspace/audit/audit.cli.js';

verifyFromArgs(process.argv.slice(2)).then(
  ({ text, sound }) => {
    process.stdout.write(`${text}\n`);
    process.exitCode = sound ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
