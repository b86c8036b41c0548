import type { Split } from '../evaluation/split.plan.js';
import { takeDataset, takeFrame, type Dataset } from '../features/frame.model.js';
import { BoostingTrainer, type BoostingOptions } from './boosting.model.js';
import { meanLogLoss } from './logit.math.js';
import { TreeBinner } from './tree.binner.js';
import { addTreeScores } from './tree.model.js';

/** A chosen setting, its log-loss on held-out rows and the raw log-odds it gave them (NaN where a row was never held out). */
export interface Selection<T> { setting: T; loss: number; heldOut: Float64Array }

/** Setting of a booster: options and number of trees. */
export interface BoostingSetting { options: BoostingOptions; trees: number }

const shared = { lambda: 5, rowFraction: 0.8, featureFraction: 0.6 };

/** Few settings that differ in how much detail they allow; more cost time and gained nothing on the tables tried. */
export const BOOSTING_GRID: readonly BoostingOptions[] = [
  { ...shared, leaves: 6, minRows: 20, learningRate: 0.06 },
  { ...shared, leaves: 3, minRows: 20, learningRate: 0.1 },
];

const MAX_TREES = 400;
const PATIENCE = 40;

/** Chooses setting and number of trees by held-out log-loss; the folds grow in step and stop together. */
export function selectBoosting(data: Dataset, folds: readonly Split[], seed: number): Selection<BoostingSetting> {
  let best: Selection<BoostingSetting> | null = null;
  for (const options of BOOSTING_GRID) {
    const candidate = grow(data, folds, fitting(options, folds), seed);
    if (!best || candidate.loss < best.loss) best = candidate;
  }
  return best as Selection<BoostingSetting>;
}

/** Small tables get smaller leaves, or no split would be possible at all. */
function fitting(options: BoostingOptions, folds: readonly Split[]): BoostingOptions {
  const fewest = Math.min(...folds.map((f) => f.train.length));
  return { ...options, minRows: Math.max(5, Math.min(options.minRows, Math.floor(fewest / 20))) };
}

function grow(data: Dataset, folds: readonly Split[], options: BoostingOptions, seed: number): Selection<BoostingSetting> {
  const runs = folds.map((fold, k) => {
    const train = takeDataset(data, fold.train);
    const binner = TreeBinner.fit(train.frame);
    const trainer = new BoostingTrainer(binner, train.frame, train.target, options, seed + k);
    const features = binner.transform(takeFrame(data.frame, fold.test));
    return { fold, trainer, features, scores: new Float64Array(fold.test.length).fill(trainer.base) };
  });
  const heldOut = new Float64Array(data.target.length).fill(NaN);
  const collect = (): void => {
    for (const run of runs) run.fold.test.forEach((row, i) => { heldOut[row] = run.scores[i] as number; });
  };
  collect();
  let best = { trees: 0, loss: meanLogLoss(heldOut, data.target), heldOut: heldOut.slice() };
  for (let t = 1; t <= MAX_TREES && t - best.trees <= PATIENCE; t++) {
    for (const run of runs) addTreeScores(run.trainer.step(), run.features, run.scores);
    if (t % 5) continue;
    collect();
    const loss = meanLogLoss(heldOut, data.target);
    if (loss < best.loss) best = { trees: t, loss, heldOut: heldOut.slice() };
  }
  return { setting: { options, trees: best.trees }, loss: best.loss, heldOut: best.heldOut };
}
