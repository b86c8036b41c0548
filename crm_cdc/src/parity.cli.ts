import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import { formatLsn } from './mappings/lsn.codec.js';
import { reconcileTables } from './parity/reconcile.service.js';

const usage = 'npm run parity -- [--repair] [--table crm_deals]… [--json]';

function readArguments(): { repair: boolean; json: boolean; table: string[] | undefined } {
  try {
    const { values } = parseArgs({ options: { repair: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, table: { type: 'string', multiple: true } } });
    return { ...values, table: values.table };
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; use ${usage}`, { cause });
  }
}

async function main(): Promise<number> {
  const { repair, json, table } = readArguments();
  const config = readConfig();
  const report = await reconcileTables({
    postgresUrl: config.postgresUrl, warehouseUrl: config.warehouseUrl, source: config.source, waitMs: config.parityWaitMs, repair, ...(table === undefined ? {} : { tables: table }),
    log: (message) => process.stderr.write(`${message}\n`),
  });
  if (json) {
    const tables = report.tables.map((one) => ({ table: one.table, rows: one.rows, different: one.different, repaired: one.repaired, unrepaired: one.unrepaired, removed: one.removed, reasons: one.reasons }));
    const { rows, different, repaired, unrepaired } = report;
    process.stdout.write(`${JSON.stringify({ lsn: formatLsn(report.lsn), committed_at: new Date(Number(report.committedAt / 1000n)).toISOString(), rows, different, repaired, unrepaired, tables }, null, 2)}\n`);
  } else {
    for (const one of report.tables) if (one.different > 0) process.stdout.write(`${one.table}: ${one.rows} rows compared, ${one.different} rows different${repair ? `, ${one.repaired} repaired` : ''}\n`);
    process.stdout.write(`${report.rows} rows compared, ${report.unrepaired} rows different\n`);
  }
  return report.unrepaired === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
