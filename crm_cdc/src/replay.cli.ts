import { parseArgs } from 'node:util';
import { createWarehouse, migrateWarehouse } from 'crm_warehouse';
import { readConfig } from './config.js';
import { LetterStore, type LetterFilter, type StoredLetter } from './replay/letter.store.js';
import { discardDeadLetters, replayDeadLetters, type ReplayedLetter } from './replay/replay.service.js';

const usage = `Usage: npm run cdc:replay -- [--list] [--table NAME] [--reason REASON] [--lsn POSITION] [--offset OFFSET] [--dry-run] [--json] [--discard "WHY"]
Without --list sends the dead letters that wait through the stream's mapping again; repair the cause first. --discard takes those that a filter names off the list.`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** What a person finds the letter by: the key of its row, or the place of a message that told none. */
function nameOf({ table, key, topic, partition, offset }: Pick<ReplayedLetter, 'table' | 'key' | 'topic' | 'partition' | 'offset'>): string {
  return `${table || 'no table'} ${topic === undefined ? key : `${topic}/${String(partition)}/${offset ?? ''}`}`;
}

async function waiting(url: string, filter: LetterFilter): Promise<StoredLetter[]> {
  const warehouse = createWarehouse(url);
  try {
    await migrateWarehouse(warehouse);
    return await new LetterStore(warehouse).all(filter);
  } finally {
    await warehouse.close();
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { list: { type: 'boolean' }, table: { type: 'string' }, reason: { type: 'string' }, lsn: { type: 'string' }, offset: { type: 'string' }, discard: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    print(usage);
    return 0;
  }
  for (const name of ['lsn', 'offset'] as const) {
    const text = values[name];
    if (text !== undefined && !/^\d+$/.test(text)) throw new Error(`--${name} is ${text}; give the number that --list shows`);
  }
  const { postgresUrl, warehouseUrl } = readConfig();
  const filter: LetterFilter = {
    ...(values.table === undefined ? {} : { table: values.table }), ...(values.reason === undefined ? {} : { reason: values.reason }), ...(values.lsn === undefined ? {} : { lsn: BigInt(values.lsn) }), ...(values.offset === undefined ? {} : { offset: BigInt(values.offset) }),
  };
  if (values.list) {
    const letters = await waiting(warehouseUrl, filter);
    const shown = letters.map(({ table, key, lsn, op, reason, detail, recordedAt, topic, partition, offset }) => ({ table, key, lsn: String(lsn), op, reason, detail, recorded_at: recordedAt, ...(topic === '' ? {} : { topic, partition, offset: String(offset) }) }));
    if (!values.json) for (const each of shown) print(`${nameOf(each)} at ${each.lsn}: ${each.reason}: ${each.detail} (${each.recorded_at})`);
    print(values.json ? JSON.stringify({ waiting: shown.length, letters: shown }) : `${shown.length} dead letters wait`);
    return 0;
  }
  if (values.discard !== undefined) {
    if (values.discard.trim() === '' || Object.keys(filter).length === 0) throw new Error('--discard needs a reason in words, and --table, --reason, --lsn or --offset to name what is meant');
    const gone = await discardDeadLetters({ warehouseUrl, filter, why: values.discard });
    print(values.json ? JSON.stringify({ discarded: gone.length }) : `${gone.length} dead letters discarded`);
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
