import type { Split } from '../evaluation/split.plan.js';
import { takeDataset, takeFrame, type Dataset } from '../features/frame.model.js';
import { trainScorers, type SelectionReport, type TrainingOptions } from './scorer.trainer.js';
import type { ScorerDocument } from './scorer.model.js';

/** Work for a training thread: fit on the training rows and predict the test rows, or fit on all rows and return the model. */
export type TrainingTask =
  | { kind: 'fold'; split: Split; options: TrainingOptions }
  | { kind: 'fit'; options: TrainingOptions };

/** Calibrated log-odds of the test rows by candidate. */
export interface FoldResult { kind: 'fold'; logistic: Float64Array; boosting: Float64Array; chosen: Float64Array; name: string; selection: SelectionReport }

/** The chosen scorer. */
export interface FitResult { kind: 'fit'; scorer: ScorerDocument; selection: SelectionReport }

/** Runs one task on a data set; pure, so that it can run in a thread or, in specs, in place. */
export function runTask(data: Dataset, task: TrainingTask): FoldResult | FitResult {
  if (task.kind === 'fit') {
    const trained = trainScorers(data, task.options);
    return { kind: 'fit', scorer: trained.chosen.toJSON(), selection: trained.selection };
  }
  const trained = trainScorers(takeDataset(data, task.split.train), task.options);
  const test = takeFrame(data.frame, task.split.test);
  return {
    kind: 'fold',
    logistic: trained.logistic.logOdds(test),
    boosting: trained.boosting.logOdds(test),
    chosen: trained.chosen.logOdds(test),
    name: trained.chosen.name,
    selection: trained.selection,
  };
}
