import { innerFolds } from '../evaluation/split.plan.js';
import { baseRate, takeDataset, type Dataset } from '../features/frame.model.js';
import { ModelError } from '../model.errors.js';
import { createRandom } from '../random.generator.js';
import { BoostingModel } from './boosting.model.js';
import { selectBoosting, type BoostingSetting } from './boosting.selection.js';
import { fitPlatt, type Calibration } from './calibration.model.js';
import { heldOutRows, selectCalibration } from './calibration.selection.js';
import { LogisticModel } from './logistic.model.js';
import { selectLogistic, type LogisticSetting } from './logistic.selection.js';
import { meanLogLoss } from './logit.math.js';
import { Scorer } from './scorer.model.js';

/** How to train: `calibration: 'platt'` keeps contributions exactly additive, `auto` lets cross-validation choose. */
export interface TrainingOptions { seed: number; boostingSeeds: number; calibration: 'auto' | 'platt' }

/** Settings and held-out log-loss of the choice made inside the training rows. */
export interface SelectionReport {
  logistic: LogisticSetting & { loss: number };
  boosting: BoostingSetting & { loss: number };
  blend: { weight: number; loss: number };
  base_loss: number;
  calibration: Calibration['kind'];
}

/** The two candidates, calibrated each by itself, and the mixture that held-out rows prefer. */
export interface TrainedScorers { logistic: Scorer; boosting: Scorer; chosen: Scorer; selection: SelectionReport }

/** Settings are chosen on at most this many rows: more rows change a penalty little and cost minutes. */
const SELECTION_ROWS = 20_000;
const BLEND_GRID: readonly number[] = [0, 0.25, 0.5, 0.75, 1];

/** Trains both models, chooses settings, mixture and calibration by cross-validation inside `data` only, and fits on all its rows. */
export function trainScorers(data: Dataset, options: TrainingOptions): TrainedScorers {
  const rate = baseRate(data.target);
  if (rate === 0 || rate === 1) throw new ModelError('one_class', 'All training rows have the same outcome, so there is nothing to learn; add rows of the other outcome.');
  if (data.frame.columns.length === 0) throw new ModelError('no_usable_columns', 'No column carries information: all are blank, constant or identifiers.');
  const sample = thin(data, options.seed);
  const folds = innerFolds(sample, options.seed);
  const linear = selectLogistic(sample, folds);
  const boosted = selectBoosting(sample, folds, options.seed);
  const blended = BLEND_GRID.map((weight) => {
    const heldOut = linear.heldOut.map((x, i) => (1 - weight) * x + weight * (boosted.heldOut[i] as number));
    return { weight, heldOut, loss: meanLogLoss(heldOut, sample.target) };
  }).reduce((best, next) => (next.loss < best.loss ? next : best));
  const calibrationOf = (heldOut: Float64Array): Calibration => {
    const rows = heldOutRows(heldOut, sample.target, sample.time);
    return options.calibration === 'platt' ? fitPlatt(rows.raw, rows.target) : selectCalibration(rows, options.seed);
  };
  const logistic = LogisticModel.fit(data.frame, data.target, linear.setting);
  const seeds = Array.from({ length: options.boostingSeeds }, (_, k) => options.seed + 101 * k);
  const boosting = BoostingModel.fit(data.frame, data.target, boosted.setting.options, boosted.setting.trees, seeds);
  const { weight } = blended;
  const name = weight === 0 ? 'logistic' : weight === 1 ? 'boosting' : 'blend';
  const chosen = new Scorer(name, weight, weight < 1 ? logistic : null, weight > 0 ? boosting : null, calibrationOf(blended.heldOut));
  const constant = Float64Array.from(blended.heldOut, (x) => (Number.isFinite(x) ? Math.log(rate / (1 - rate)) : NaN));
  return {
    logistic: new Scorer('logistic', 0, logistic, null, calibrationOf(linear.heldOut)),
    boosting: new Scorer('boosting', 1, null, boosting, calibrationOf(boosted.heldOut)),
    chosen,
    selection: {
      logistic: { ...linear.setting, loss: linear.loss },
      boosting: { ...boosted.setting, loss: boosted.loss },
      blend: { weight, loss: blended.loss },
      base_loss: meanLogLoss(constant, sample.target),
      calibration: chosen.calibration.kind,
    },
  };
}

function thin(data: Dataset, seed: number): Dataset {
  const rows = data.target.length;
  if (rows <= SELECTION_ROWS) return data;
  const random = createRandom(seed);
  const share = SELECTION_ROWS / rows;
  return takeDataset(data, Int32Array.from(data.target, (_, i) => i).filter(() => random.next() < share));
}
