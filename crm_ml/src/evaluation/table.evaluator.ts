import { baseRate, type Dataset } from '../features/frame.model.js';
import { ModelError } from '../model.errors.js';
import { TrainingPool } from '../training/training.pool.js';
import type { SelectionReport, TrainingOptions } from '../training/scorer.trainer.js';
import type { FoldResult } from '../training/training.task.js';
import { bootstrapEstimates, type MetricEstimates } from './bootstrap.interval.js';
import { constantLogOdds, MetricCalculator, reliability, type ReliabilityBin } from './metric.calculator.js';
import { groupedFolds, stratifiedFolds, timeSplit, type Split } from './split.plan.js';

/** Candidates that are measured side by side. */
export const CANDIDATES = ['logistic', 'boosting', 'chosen'] as const;

/** What one protocol measured. */
export interface Measurement {
  protocol: 'time' | 'cross_validation' | 'random_split';
  method: string;
  rows: number;
  tested: number;
  base_rate: number;
  models: Record<(typeof CANDIDATES)[number] | 'base_rate', MetricEstimates>;
  /** How often each candidate was chosen inside the training parts. */
  choices: Record<string, number>;
  selections: SelectionReport[];
  reliability: ReliabilityBin[];
}

/** Settings of an evaluation; `threads` only changes the time it takes. */
export interface EvaluationOptions { seed: number; threads: number; repeats: number; folds: number }

const TRAIN_SHARE = 0.7;
/** Rows above which five repetitions of the folds add time but no certainty. */
const MANY_ROWS = 100_000;

/** Oldest 70 % train, newest 30 % test. */
export async function evaluateByTime(data: Dataset, options: EvaluationOptions): Promise<Measurement> {
  if (!data.time) throw new ModelError('no_time_order', 'An evaluation by time needs the rows\' times; name the column with --time.');
  const split = timeSplit(data.time, TRAIN_SHARE, data.group);
  const cut = split.test.reduce((low, i) => Math.min(low, data.time?.[i] as number), Infinity);
  return await evaluateSplits(data, [[split]], options, 'time', `oldest 70 % train, newest 30 % test (cut at ${writeTime(cut)})`);
}

/** Repeated k-fold cross-validation: stratified, or by group where groups are known. */
export async function evaluateByFolds(data: Dataset, options: EvaluationOptions): Promise<Measurement> {
  const repeats = data.target.length > MANY_ROWS ? 1 : options.repeats;
  const plans = Array.from({ length: repeats }, (_, r) => (data.group
    ? groupedFolds(data.target, data.group, options.folds, options.seed + r)
    : stratifiedFolds(data.target, options.folds, options.seed + r)));
  const method = `${repeats} × ${options.folds}-fold ${data.group ? 'by group' : 'stratified'}`;
  return await evaluateSplits(data, plans, options, 'cross_validation', method);
}

/** One random 70 : 30 split of the same rows without regard to time: what the evaluation by time must be read against. */
export async function evaluateByChance(data: Dataset, options: EvaluationOptions): Promise<Measurement> {
  const timeless: Dataset = { ...data, time: undefined };
  const folds = data.group ? groupedFolds(data.target, data.group, 10, options.seed) : stratifiedFolds(data.target, 10, options.seed);
  const tested = new Set(folds.slice(0, 3).flatMap((f) => [...f.test]));
  const rows = Int32Array.from(data.target, (_, i) => i);
  const split = { train: rows.filter((i) => !tested.has(i)), test: rows.filter((i) => tested.has(i)) };
  return await evaluateSplits(timeless, [[split]], options, 'random_split', 'random 70 : 30 split');
}

async function evaluateSplits(data: Dataset, plans: readonly Split[][], options: EvaluationOptions, protocol: Measurement['protocol'], method: string): Promise<Measurement> {
  for (const split of plans.flat()) refuseOneSided(data, split);
  // Several seeds steady a single fit; repeated folds average over seeds anyway.
  const training: TrainingOptions = { seed: options.seed, boostingSeeds: plans.flat().length > 1 ? 1 : 5, calibration: 'auto' };
  const pool = new TrainingPool(data, Math.min(options.threads, plans.flat().length));
  try {
    const results = await Promise.all(plans.map((splits, r) => Promise.all(splits.map((split) => pool.fold(split, { ...training, seed: options.seed + r })))));
    return summarise(data, plans, results, options, protocol, method);
  } finally {
    await pool.close();
  }
}

function refuseOneSided(data: Dataset, split: Split): void {
  for (const [part, rows] of [['older', split.train], ['newer', split.test]] as const) {
    const positives = rows.reduce((sum, i) => sum + (data.target[i] as number), 0);
    if (positives === 0 || positives === rows.length) {
      throw new ModelError('one_class', `The ${data.time ? `${part} rows` : 'rows of one part'} all have the same outcome, so nothing can be trained and tested; use a longer period or other groups.`);
    }
  }
}

function summarise(
  data: Dataset, plans: readonly Split[][], results: readonly FoldResult[][], options: EvaluationOptions, protocol: Measurement['protocol'], method: string,
): Measurement {
  const tested = Int32Array.from(new Set(plans.flat().flatMap((s) => [...s.test]))).sort();
  const position = new Map(Array.from(tested, (row, i): [number, number] => [row, i]));
  const target = Uint8Array.from(tested, (row) => data.target[row] as number);
  const group = data.group && Int32Array.from(tested, (row) => data.group?.[row] as number);
  const gather = (pick: (result: FoldResult, split: Split) => ArrayLike<number>): Float64Array[] => plans.map((splits, r) => {
    const out = new Float64Array(tested.length);
    splits.forEach((split, k) => {
      const values = pick((results[r] as FoldResult[])[k] as FoldResult, split);
      split.test.forEach((row, i) => { out[position.get(row) as number] = values[i] as number; });
    });
    return out;
  });
  const rateOf = (split: Split): number => baseRate(Uint8Array.from(split.train, (i) => data.target[i] as number));
  const predictions = {
    logistic: gather((result) => result.logistic),
    boosting: gather((result) => result.boosting),
    chosen: gather((result) => result.chosen),
    base_rate: gather((_, split) => constantLogOdds(rateOf(split), split.test.length)),
  };
  const models = {} as Measurement['models'];
  for (const name of [...CANDIDATES, 'base_rate'] as const) {
    models[name] = bootstrapEstimates(predictions[name].map((p) => new MetricCalculator(p, target)), tested.length, group, options.seed);
  }
  const choices: Record<string, number> = {};
  for (const result of results.flat()) choices[result.name] = (choices[result.name] ?? 0) + 1;
  return {
    protocol, method, rows: data.target.length, tested: tested.length, base_rate: baseRate(target), models, choices,
    selections: results.flat().map((r) => r.selection),
    reliability: reliability(predictions.chosen[0] as Float64Array, target),
  };
}

function writeTime(days: number): string {
  const at = new Date(days * 86_400_000);
  return Math.abs(days) > 3650 && Number.isFinite(at.getTime()) ? at.toISOString().slice(0, 10) : String(days);
}
