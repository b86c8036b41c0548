import type { Frame } from '../features/frame.model.js';
import { BoostingModel, type BoostingDocument } from './boosting.model.js';
import { calibrateAll, type Calibration } from './calibration.model.js';
import { LogisticModel, type Contributions, type LogisticDocument } from './logistic.model.js';
import { sigmoid } from './logit.math.js';

/** Name of a candidate; `blend` is the weighted mean of both models' log-odds, `base_rate` a constant. */
export type CandidateName = 'logistic' | 'boosting' | 'blend' | 'base_rate';

/** A stored scorer: `weight` is the share of boosting in the raw log-odds; a part that is not used is null. */
export interface ScorerDocument {
  name: CandidateName;
  weight: number;
  logistic: LogisticDocument | null;
  boosting: BoostingDocument | null;
  calibration: Calibration;
}

/** Raw log-odds of both parts, mixed and calibrated; additive in the source columns whenever the calibration is linear in log-odds. */
export class Scorer {
  constructor(
    readonly name: CandidateName, readonly weight: number, readonly logistic: LogisticModel | null, readonly boosting: BoostingModel | null,
    readonly calibration: Calibration,
  ) {}

  /** Calibrated log-odds of each row. */
  logOdds(frame: Frame): Float64Array {
    return calibrateAll(this.calibration, this.raw(frame));
  }

  /** Calibrated probability of each row, in (0, 1). */
  probabilities(frame: Frame): Float64Array {
    return this.logOdds(frame).map(sigmoid);
  }

  private raw(frame: Frame): Float64Array {
    const out = new Float64Array(frame.rows);
    if (this.logistic && this.weight < 1) this.logistic.logOdds(frame).forEach((x, i) => { out[i] = (1 - this.weight) * x; });
    if (this.boosting && this.weight > 0) this.boosting.logOdds(frame).forEach((x, i) => { out[i] = (out[i] as number) + this.weight * x; });
    return out;
  }

  /**
   * Contributions whose sum with the base is exactly the calibrated log-odds. Platt scaling multiplies them by its slope; isotonic
   * calibration is not linear, so what it adds is shown as the contribution of a column named `calibration`.
   */
  contributions(frame: Frame): Contributions {
    const parts: { share: number; part: Contributions }[] = [];
    if (this.logistic && this.weight < 1) parts.push({ share: 1 - this.weight, part: this.logistic.contributions(frame) });
    if (this.boosting && this.weight > 0) parts.push({ share: this.weight, part: this.boosting.contributions(frame) });
    const isotonic = this.calibration.kind === 'isotonic';
    const { slope, intercept } = this.calibration.kind === 'platt' ? this.calibration : { slope: 1, intercept: 0 };
    const features = [...new Set(parts.flatMap((p) => p.part.features)), ...(isotonic ? ['calibration'] : [])];
    const values = new Float64Array(frame.rows * features.length);
    let base = intercept;
    for (const { share, part } of parts) {
      base += slope * share * part.base;
      const width = part.features.length;
      part.features.forEach((feature, f) => {
        const at = features.indexOf(feature);
        for (let i = 0; i < frame.rows; i++) {
          const cell = i * features.length + at;
          values[cell] = (values[cell] as number) + slope * share * (part.values[i * width + f] as number);
        }
      });
    }
    if (isotonic) {
      const final = this.logOdds(frame), last = features.length - 1;
      for (let i = 0; i < frame.rows; i++) {
        let sum = base;
        for (let f = 0; f < last; f++) sum += values[i * features.length + f] as number;
        values[i * features.length + last] = (final[i] as number) - sum;
      }
    }
    return { base, features, values };
  }

  /** Plain data for storage. */
  toJSON(): ScorerDocument {
    return {
      name: this.name, weight: this.weight, logistic: this.logistic?.toJSON() ?? null, boosting: this.boosting?.toJSON() ?? null, calibration: this.calibration,
    };
  }

  /** The scorer that `toJSON` described. */
  static fromJSON(json: ScorerDocument): Scorer {
    return new Scorer(
      json.name, json.weight, json.logistic && LogisticModel.fromJSON(json.logistic), json.boosting && BoostingModel.fromJSON(json.boosting), json.calibration,
    );
  }
}
