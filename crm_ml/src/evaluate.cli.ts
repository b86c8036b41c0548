import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from './config.js';
import { evaluateByChance, evaluateByFolds, evaluateByTime, type EvaluationOptions } from './evaluation/table.evaluator.js';
import { writeJson, writeReport } from './evaluation/report.writer.js';
import { prepareTable } from './features/table.dataset.js';
import { readTable } from './features/table.reader.js';
import { ModelError } from './model.errors.js';

const USAGE = 'Usage: npm run ml:evaluate -- --csv FILE --target COLUMN --positive VALUE [--time COLUMN] [--group COLUMN] [--drop A,B] [--seed N]';

async function main(): Promise<void> {
  const started = performance.now();
  const config = readConfig();
  const { csv, target, positive, time, group, drop, seed } = readArguments();
  const here = resolve(csv), there = resolve(config.calledFrom, csv);
  const prepared = prepareTable(await readTable(existsSync(there) ? there : here), { target, positive, time, group, drop });
  const options: EvaluationOptions = { seed: seed ?? config.seed, threads: config.threads, repeats: 5, folds: 5 };
  const byTime = time !== undefined;
  const measured = byTime ? await evaluateByTime(prepared.data, options) : await evaluateByFolds(prepared.data, options);
  const random = byTime ? await evaluateByChance(prepared.data, options) : null;
  const seconds = (performance.now() - started) / 1000;
  console.log(writeReport(prepared, measured, random, seconds));
  console.log(writeJson(prepared, measured, random, seconds, options.seed));
}

interface Arguments { csv: string; target: string; positive: string; time?: string; group?: string; drop: string[]; seed?: number }

function readArguments(): Arguments {
  const text = { type: 'string' } as const;
  let values: Partial<Record<'csv' | 'target' | 'positive' | 'time' | 'group' | 'drop' | 'seed', string>>;
  try {
    ({ values } = parseArgs({ options: { csv: text, target: text, positive: text, time: text, group: text, drop: text, seed: text } }));
  } catch (cause) {
    throw new ModelError('bad_arguments', `${cause instanceof Error ? cause.message : String(cause)}. ${USAGE}`, { cause });
  }
  const { csv, target, positive, time, group } = values;
  if (csv === undefined || target === undefined || positive === undefined) throw new ModelError('bad_arguments', USAGE);
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  if (seed !== undefined && !Number.isInteger(seed)) throw new ModelError('bad_arguments', `--seed must be a whole number. ${USAGE}`);
  return { csv, target, positive, time, group, drop: (values.drop ?? '').split(',').map((s) => s.trim()).filter((s) => s !== ''), seed };
}

main().catch((error: unknown) => {
  const known = error instanceof ModelError;
  const message = error instanceof Error ? error.message : String(error);
  console.error(known ? message : error);
  console.log(JSON.stringify({ error: { code: known ? error.code : 'internal_error', message } }));
  process.exitCode = known ? 2 : 1;
});
