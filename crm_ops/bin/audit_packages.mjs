import { auditLines, auditPackages } from './lib/audit.mjs';
import { ROOT } from './lib/paths.mjs';
import { command } from './lib/print.mjs';

/** `npm run audit:packages`: exit code 1 where a package that the product runs with has a high or critical advisory without a reviewed exception in force. */
await command(async () => {
  const verdict = auditPackages(ROOT);
  process.stdout.write(`${auditLines(verdict).join('\n')}\n`);
  process.exitCode = verdict.unavailable === undefined && verdict.open.length + verdict.over.length > 0 ? 1 : 0;
});
