import { runCli } from './workspace/imports/import.cli.js';

runCli(process.argv.slice(2)).then(
  (counts) => void process.stdout.write(`${JSON.stringify(counts)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
