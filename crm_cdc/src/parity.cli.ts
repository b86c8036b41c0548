import { readConfig } from './config.js';
import { compareParity } from './parity/parity.service.js';

async function main(): Promise<number> {
  const config = readConfig();
  const report = await compareParity({
    postgresUrl: config.postgresUrl, warehouseUrl: config.warehouseUrl, waitMs: config.parityWaitMs,
    log: (message) => process.stderr.write(`${message}\n`),
  });
  for (const table of report.tables) if (table.different > 0) process.stdout.write(`${table.table}: ${table.rows} rows compared, ${table.different} rows different\n`);
  process.stdout.write(`${report.rows} rows compared, ${report.different} rows different\n`);
  return report.different === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
