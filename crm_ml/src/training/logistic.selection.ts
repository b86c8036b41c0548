import type { Split } from '../evaluation/split.plan.js';
import { takeDataset, takeFrame, type Dataset } from '../features/frame.model.js';
import type { Selection } from './boosting.selection.js';
import { LinearEncoder, type Binning } from './linear.encoder.js';
import { fitLogistic, linearScores, type LogisticFit } from './logistic.model.js';
import { meanLogLoss } from './logit.math.js';

/** Setting of a logistic regression: L2 penalty and which numbers are binned. */
export interface LogisticSetting { lambda: number; binning: Binning }

/** Strong to weak, so that each fit starts from a smoother one. */
export const LAMBDA_GRID: readonly number[] = [300, 100, 30, 10, 3, 1];
const BINNINGS: readonly Binning[] = ['skewed', 'all'];

/** Chooses penalty and binning by held-out log-loss. */
export function selectLogistic(data: Dataset, folds: readonly Split[]): Selection<LogisticSetting> {
  let best: Selection<LogisticSetting> | null = null;
  for (const binning of BINNINGS) {
    const heldOut = LAMBDA_GRID.map(() => new Float64Array(data.target.length).fill(NaN));
    for (const fold of folds) {
      const train = takeDataset(data, fold.train);
      const encoder = LinearEncoder.fit(train.frame, binning);
      const design = encoder.transform(train.frame), test = encoder.transform(takeFrame(data.frame, fold.test));
      let warm: LogisticFit | undefined;
      LAMBDA_GRID.forEach((lambda, l) => {
        warm = fitLogistic(design, train.target, lambda, warm);
        const scores = linearScores(test, warm.weights, warm.intercept, new Float64Array(test.rows));
        fold.test.forEach((row, i) => { (heldOut[l] as Float64Array)[row] = scores[i] as number; });
      });
    }
    LAMBDA_GRID.forEach((lambda, l) => {
      const scores = heldOut[l] as Float64Array;
      const loss = meanLogLoss(scores, data.target);
      if (!best || loss < best.loss - 1e-9) best = { setting: { lambda, binning }, loss, heldOut: scores };
    });
  }
  return best as unknown as Selection<LogisticSetting>;
}
