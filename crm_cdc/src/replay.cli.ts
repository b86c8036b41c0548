import { parseArgs } from 'node:util';
import { createWarehouse, migrateWarehouse } from 'crm_warehouse';
import { readConfig } from './config.js';
import { LetterStore, type LetterFilter, type StoredLetter } from './replay/letter.store.js';
import { replayDeadLetters, type ReplayedLetter } from './replay/replay.service.js';

const usage = `Usage: npm run cdc:replay -- [--list] [--table NAME] [--reason REASON] [--lsn POSITION] [--dry-run] [--json]
Without --list sends the dead letters that wait through the stream's mapping again; repair the cause first.`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** What a person finds the letter by: the key of its row, or the place of a message that told none. */
function nameOf({ table, key, topic, partition, offset }: Pick<ReplayedLetter, 'table' | 'key' | 'topic' | 'partition' | 'offset'>): string {
  return `${table || 'no table'} ${topic === undefined ? key : `${topic}/${String(partition)}/${offset ?? ''}`}`;
}

async function waiting(url: string, filter: LetterFilter): Promise<StoredLetter[]> {
  const warehouse = createWarehouse(url);
  try {
    await migrateWarehouse(warehouse);
    const store = new LetterStore(warehouse);
    const all: StoredLetter[] = [];
    for (let some = await store.waiting(filter); some.length > 0; some = await store.waiting(filter, some.at(-1))) all.push(...some);
    return all;
  } finally {
    await warehouse.close();
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { list: { type: 'boolean' }, table: { type: 'string' }, reason: { type: 'string' }, lsn: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    print(usage);
    return 0;
  }
  if (values.lsn !== undefined && !/^\d+$/.test(values.lsn)) throw new Error(`--lsn is ${values.lsn}; give the number that --list shows`);
  const { postgresUrl, warehouseUrl } = readConfig();
  const filter: LetterFilter = {
    ...(values.table === undefined ? {} : { table: values.table }), ...(values.reason === undefined ? {} : { reason: values.reason }), ...(values.lsn === undefined ? {} : { lsn: BigInt(values.lsn) }),
  };
  if (values.list) {
    const letters = await waiting(warehouseUrl, filter);
    const shown = letters.map(({ table, key, lsn, op, reason, detail, recordedAt, topic, partition, offset }) => ({ table, key, lsn: String(lsn), op, reason, detail, recorded_at: recordedAt, ...(topic === '' ? {} : { topic, partition, offset: String(offset) }) }));
    if (!values.json) for (const each of shown) print(`${nameOf(each)} at ${each.lsn}: ${each.reason}: ${each.detail} (${each.recorded_at})`);
    print(values.json ? JSON.stringify({ waiting: shown.length, letters: shown }) : `${shown.length} dead letters wait`);
    return 0;
  }
  const report = await replayDeadLetters({ postgresUrl, warehouseUrl, filter, dryRun: values['dry-run'] ?? false });
  if (!values.json) for (const each of report.letters) print(`${nameOf(each)} at ${each.lsn}: ${each.outcome.replace('_', ' ')}: ${each.detail}`);
  print(values.json ? JSON.stringify(report) : `${report.found} dead letters: ${report.replayed} ${values['dry-run'] ? 'would be replayed' : 'replayed'}, ${report.refused} refused`);
  return report.refused === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
