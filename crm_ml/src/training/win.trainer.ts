import { bootstrapEstimates, type MetricEstimates } from '../evaluation/bootstrap.interval.js';
import { constantLogOdds, MetricCalculator, reliability, type ReliabilityBin } from '../evaluation/metric.calculator.js';
import { pairedGain, type PairedGain } from '../evaluation/paired.comparison.js';
import { groupedFolds, type Split } from '../evaluation/split.plan.js';
import { baseRate, columnOf, type Dataset, type Frame } from '../features/frame.model.js';
import { guardLeaks, type RefusedFeature } from '../features/leak.guard.js';
import type { WarehouseReader } from '../features/warehouse.reader.js';
import { readClosedSummary, readOpenExamples, readTrainingExamples, type ClosedSummary, type WinExamples } from '../features/win.source.js';
import { logit } from './logit.math.js';
import { Scorer, type ScorerDocument } from './scorer.model.js';
import type { SelectionReport, TrainingOptions } from './scorer.trainer.js';
import { TrainingPool } from './training.pool.js';

/** Fewer closed deals, or fewer of either outcome, and no model is made: a number from so little would be invented. */
export const MIN_CLOSED_DEALS = 200;
/** See `MIN_CLOSED_DEALS`. */
export const MIN_DEALS_OF_EACH = 50;

/** `good`: better than the base rate on the newest closed deals beyond doubt (95 %); `low`: not. */
export type Skill = 'good' | 'low';

/** What the test on the newest closed deals showed. */
export interface WinTest {
  protocol: 'newest_closed' | 'by_deal';
  from: string | null;
  rows: number;
  deals: number;
  model: MetricEstimates;
  base_rate: MetricEstimates;
  stage_default: MetricEstimates;
  gain_over_base: PairedGain;
  gain_over_stage: PairedGain;
  reliability: ReliabilityBin[];
}

/** A trained win model. */
export interface WinModel {
  state: 'trained';
  scorer: ScorerDocument;
  skill: Skill;
  summary: ClosedSummary;
  base_rate: number;
  examples: number;
  test: WinTest;
  selection: SelectionReport;
  refused: RefusedFeature[];
  dataFrom: Date;
  dataTo: Date;
  /** The rows it learned from, for the decision whether it takes over. */
  rows: WinExamples;
}

/** The refusal to make one. */
export interface NotEnough { state: 'insufficient_data'; summary: ClosedSummary; message: string }

/** Trains on all closed deals of the warehouse; `now` is the moment at which open deals are looked at for the leak test. */
export async function trainWinModel(reader: WarehouseReader, seed: number, now: Date): Promise<WinModel | NotEnough> {
  const summary = await readClosedSummary(reader);
  const short = shortage(summary.won, summary.lost);
  if (short) return { state: 'insufficient_data', summary, message: short };
  const examples = await readTrainingExamples(reader, summary);
  const deals = new Map<string, number>();
  examples.dealIds.forEach((id, i) => deals.set(id, examples.won[i] as number));
  const won = [...deals.values()].reduce((s, y) => s + y, 0);
  const undated = shortage(won, deals.size - won);
  if (undated) return { state: 'insufficient_data', summary, message: `${undated} Only deals with time between creation and closing can be learned from; import their creation dates.` };
  const open = await readOpenExamples(reader, now);
  return await fitWinModel(examples, open.frame, summary, seed);
}

function shortage(won: number, lost: number): string | null {
  if (won + lost >= MIN_CLOSED_DEALS && Math.min(won, lost) >= MIN_DEALS_OF_EACH) return null;
  return `Not enough data: ${won} won and ${lost} lost deals; at least ${MIN_CLOSED_DEALS} closed deals with ${MIN_DEALS_OF_EACH} of each outcome are needed.`;
}

/** Guards, tests on the newest closed deals and fits on all; separate from reading so that specs can plant what they like. */
export async function fitWinModel(examples: WinExamples, open: Frame | null, summary: ClosedSummary, seed: number): Promise<WinModel> {
  const { kept, refused } = guardLeaks(examples.frame, examples.won, open);
  const group = groupCodes(examples.dealIds);
  const days = examples.closedAt.map((ms) => ms / 86_400_000);
  const data: Dataset = { frame: kept, target: examples.won, time: days, group };
  const { split, protocol, from } = holdOut(examples, group, seed);
  const options: TrainingOptions = { seed, boostingSeeds: 3, calibration: 'platt' };
  const pool = new TrainingPool(data, 1);
  try {
    const fold = await pool.fold(split, options);
    const target = pickTarget(examples.won, split.test);
    const groups = Int32Array.from(split.test, (i) => group[i] as number);
    const rate = baseRate(pickTarget(examples.won, split.train));
    const base = constantLogOdds(rate, split.test.length);
    const stage = stageDefault(examples, split);
    const measure = (logOdds: Float64Array): MetricEstimates => bootstrapEstimates([new MetricCalculator(logOdds, target)], target.length, groups, seed);
    const gain = pairedGain(fold.chosen, base, target, groups, seed);
    const fit = await pool.fit(options);
    const overall = baseRate(examples.won);
    return {
      state: 'trained',
      scorer: useful(fit.scorer) && gain.gain > 0 ? fit.scorer : baseRateScorer(overall),
      skill: gain.interval[0] > 0 ? 'good' : 'low',
      summary, base_rate: overall, examples: examples.won.length, rows: examples, selection: fit.selection, refused,
      dataFrom: new Date(examples.asOf.reduce((a, b) => Math.min(a, b), Infinity)),
      dataTo: new Date(examples.closedAt.reduce((a, b) => Math.max(a, b), -Infinity)),
      test: {
        protocol, from, rows: target.length, deals: new Set(groups).size,
        model: measure(fold.chosen), base_rate: measure(base), stage_default: measure(stage),
        gain_over_base: gain, gain_over_stage: pairedGain(fold.chosen, stage, target, groups, seed),
        reliability: reliability(fold.chosen, target),
      },
    };
  } finally {
    await pool.close();
  }
}

/** Whether calibration left anything of the model's order; at slope 0 it is the base rate by another name. */
function useful({ calibration }: ScorerDocument): boolean {
  return calibration.kind !== 'platt' || calibration.slope > 0;
}

/** A scorer that gives every deal the base rate: what remains where nothing better holds on new deals. */
export function baseRateScorer(rate: number): ScorerDocument {
  return new Scorer('base_rate', 0, null, null, { kind: 'platt', slope: 0, intercept: logit(rate) }).toJSON();
}

/**
 * Trains on deals closed before T and tests on what was still open at T (three quarters of the deals are closed by then). Where too few such
 * rows exist, all snapshots of the deals closed after T are tested; where all deals closed at one moment, whole deals at random.
 */
function holdOut(examples: WinExamples, group: Int32Array, seed: number): { split: Split; protocol: WinTest['protocol']; from: string | null } {
  const closings = [...new Map(examples.dealIds.map((id, i) => [id, examples.closedAt[i] as number])).values()].sort((a, b) => a - b);
  const cut = closings[Math.floor(closings.length * 0.75)] as number;
  const rows = Int32Array.from(examples.won, (_, i) => i);
  const train = rows.filter((i) => (examples.closedAt[i] as number) < cut);
  const later = rows.filter((i) => (examples.closedAt[i] as number) >= cut);
  const strict = later.filter((i) => (examples.asOf[i] as number) >= cut);
  const usable = (part: Int32Array): boolean => {
    const won = part.reduce((s, i) => s + (examples.won[i] as number), 0);
    return Math.min(won, part.length - won) >= 20;
  };
  const test = [strict, later].find(usable);
  if (test && usable(train)) return { split: { train, test }, protocol: 'newest_closed', from: new Date(cut).toISOString() };
  return { split: groupedFolds(examples.won, group, 4, seed)[0] as Split, protocol: 'by_deal', from: null };
}

/** Win rate by stage in the training part, drawn towards the base rate by ten pseudo-rows: what a stage probability would say. */
function stageDefault(examples: WinExamples, split: Split): Float64Array {
  const column = columnOf(examples.frame, 'stage');
  const codes = column.kind === 'category' ? column.codes : new Int32Array(examples.won.length);
  const rate = baseRate(pickTarget(examples.won, split.train));
  const counts = new Map<number, { n: number; won: number }>();
  for (const i of split.train) {
    const entry = counts.get(codes[i] as number) ?? { n: 0, won: 0 };
    entry.n++;
    entry.won += examples.won[i] as number;
    counts.set(codes[i] as number, entry);
  }
  return Float64Array.from(split.test, (i) => {
    const entry = counts.get(codes[i] as number) ?? { n: 0, won: 0 };
    return logit((entry.won + 10 * rate) / (entry.n + 10));
  });
}

function pickTarget(target: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (i) => target[i] as number);
}

function groupCodes(ids: readonly string[]): Int32Array {
  const codes = new Map<string, number>();
  return Int32Array.from(ids, (id) => {
    let code = codes.get(id);
    if (code === undefined) codes.set(id, (code = codes.size));
    return code;
  });
}
