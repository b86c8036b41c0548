import { forwardFolds, stratifiedFolds, type Split } from '../evaluation/split.plan.js';
import { calibrateAll, fitIsotonic, fitPlatt, type Calibration } from './calibration.model.js';
import { meanLogLoss } from './logit.math.js';

/** A richer calibration must lower held-out log-loss by this share, or chance would choose it. */
const MARGIN = 5e-4;

/** Held-out predictions with their outcomes, in time order where time is known. */
export interface HeldOut { raw: Float64Array; target: Uint8Array; time?: Float64Array }

/** The rows of a data set that were held out (finite predictions). */
export function heldOutRows(raw: Float64Array, target: Uint8Array, time?: Float64Array): HeldOut {
  const rows = Int32Array.from(raw, (_, i) => i).filter((i) => Number.isFinite(raw[i] as number));
  const pick = (from: Float64Array): Float64Array => Float64Array.from(rows, (i) => from[i] as number);
  return { raw: pick(raw), target: Uint8Array.from(rows, (i) => target[i] as number), time: time && pick(time) };
}

/** Chooses none, Platt or isotonic by cross-validated log-loss on held-out predictions, then fits the choice on all of them. */
export function selectCalibration(heldOut: HeldOut, seed: number): Calibration {
  const { raw, target, time } = heldOut;
  const folds: Split[] = time ? forwardFolds(time, 2, 0.5) : stratifiedFolds(target, 5, seed);
  const fits = { none: (): Calibration => ({ kind: 'none' }), platt: fitPlatt, isotonic: fitIsotonic };
  const lossOf = (fit: (r: Float64Array, y: Uint8Array) => Calibration): number => {
    const out = new Float64Array(raw.length).fill(NaN);
    for (const fold of folds) {
      const calibration = fit(Float64Array.from(fold.train, (i) => raw[i] as number), Uint8Array.from(fold.train, (i) => target[i] as number));
      const test = calibrateAll(calibration, Float64Array.from(fold.test, (i) => raw[i] as number));
      fold.test.forEach((row, i) => { out[row] = test[i] as number; });
    }
    return meanLogLoss(out, target);
  };
  let best: keyof typeof fits = 'none', bestLoss = lossOf(fits.none);
  for (const kind of ['platt', 'isotonic'] as const) {
    const loss = lossOf(fits[kind]);
    if (loss < bestLoss * (1 - MARGIN)) { best = kind; bestLoss = loss; }
  }
  return fits[best](raw, target);
}
