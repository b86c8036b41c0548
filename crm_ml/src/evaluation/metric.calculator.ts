import { logLossAt, logit, sigmoid } from '../training/logit.math.js';

/** Quality of probabilities against outcomes; `null` where a metric has no value (AUC with one class), never NaN. */
export interface Metrics { auc: number | null; brier: number; log_loss: number; ece: number; lift: number | null }

/** Names of the metrics in the order in which they are printed. */
export const METRIC_NAMES = ['auc', 'brier', 'log_loss', 'ece', 'lift'] as const;

/** Number of equal-width bins of the calibration error. */
export const ECE_BINS = 10;

/** A prepared set of predictions: sorted once, so that each bootstrap repetition is linear in the rows. */
export class MetricCalculator {
  private readonly order: Int32Array;
  private readonly probability: Float64Array;
  private readonly loss: Float64Array;

  constructor(logOdds: Float64Array, private readonly target: Uint8Array) {
    this.order = Int32Array.from(logOdds, (_, i) => i).sort((a, b) => (logOdds[a] as number) - (logOdds[b] as number));
    this.probability = logOdds.map(sigmoid);
    this.loss = logOdds.map((x, i) => logLossAt(x, target[i] as number));
  }

  /** All metrics; `weights` counts how often each row occurs (a bootstrap sample), absent = once each. */
  metrics(weights?: Float64Array): Metrics {
    const { target, probability, loss, order } = this;
    let n = 0, positives = 0, brier = 0, logLoss = 0;
    const binN = new Float64Array(ECE_BINS), binP = new Float64Array(ECE_BINS), binY = new Float64Array(ECE_BINS);
    for (let i = 0; i < target.length; i++) {
      const w = weights ? (weights[i] as number) : 1;
      if (w === 0) continue;
      const p = probability[i] as number, y = target[i] as number;
      n += w;
      positives += w * y;
      brier += w * (p - y) * (p - y);
      logLoss += w * (loss[i] as number);
      const bin = Math.min(ECE_BINS - 1, Math.floor(p * ECE_BINS));
      binN[bin] = (binN[bin] as number) + w;
      binP[bin] = (binP[bin] as number) + w * p;
      binY[bin] = (binY[bin] as number) + w * y;
    }
    let ece = 0;
    for (let b = 0; b < ECE_BINS; b++) ece += Math.abs((binP[b] as number) - (binY[b] as number)) / n;
    return { auc: this.auc(order, weights), brier: brier / n, log_loss: logLoss / n, ece, lift: this.lift(n, positives, weights) };
  }

  /** Area under the ROC curve = P(score of a positive > of a negative), ties one half (Hanley & McNeil 1982). */
  private auc(order: Int32Array, weights?: Float64Array): number | null {
    const { target, probability } = this;
    let negatives = 0, positives = 0, wins = 0;
    for (let i = 0; i < order.length;) {
      const p = probability[order[i] as number] as number;
      let tiedPositives = 0, tiedNegatives = 0;
      for (; i < order.length && probability[order[i] as number] === p; i++) {
        const row = order[i] as number;
        const w = weights ? (weights[row] as number) : 1;
        if (target[row]) tiedPositives += w;
        else tiedNegatives += w;
      }
      wins += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return positives > 0 && negatives > 0 ? wins / (positives * negatives) : null;
  }

  /** Positive rate among the tenth of rows with the highest scores ÷ positive rate of all rows; ties share their rate. */
  private lift(n: number, positives: number, weights?: Float64Array): number | null {
    if (positives === 0) return null;
    const { target, probability, order } = this;
    const wanted = n / 10;
    let taken = 0, hits = 0;
    for (let i = order.length - 1; i >= 0 && taken < wanted;) {
      const p = probability[order[i] as number] as number;
      let rows = 0, found = 0;
      for (; i >= 0 && probability[order[i] as number] === p; i--) {
        const row = order[i] as number;
        const w = weights ? (weights[row] as number) : 1;
        rows += w;
        found += w * (target[row] as number);
      }
      if (rows === 0) continue;
      const part = Math.min(1, (wanted - taken) / rows);
      taken += part * rows;
      hits += part * found;
    }
    return taken > 0 ? hits / taken / (positives / n) : null;
  }
}

/** Metrics of log-odds against outcomes. */
export function computeMetrics(logOdds: Float64Array, target: Uint8Array): Metrics {
  return new MetricCalculator(logOdds, target).metrics();
}

/** Constant log-odds of a rate, for the comparison with the base rate. */
export function constantLogOdds(rate: number, rows: number): Float64Array {
  return new Float64Array(rows).fill(logit(rate));
}

/** One bin of a reliability diagram: mean predicted probability, observed rate and rows. */
export interface ReliabilityBin { from: number; to: number; predicted: number; observed: number; n: number }

/** Reliability diagram in equal-width bins; empty bins are left out. */
export function reliability(logOdds: Float64Array, target: Uint8Array): ReliabilityBin[] {
  const bins = Array.from({ length: ECE_BINS }, (_, b) => ({ from: b / ECE_BINS, to: (b + 1) / ECE_BINS, predicted: 0, observed: 0, n: 0 }));
  logOdds.forEach((x, i) => {
    const p = sigmoid(x);
    const bin = bins[Math.min(ECE_BINS - 1, Math.floor(p * ECE_BINS))] as ReliabilityBin;
    bin.predicted += p;
    bin.observed += target[i] as number;
    bin.n++;
  });
  return bins.filter((b) => b.n > 0).map((b) => ({ ...b, predicted: b.predicted / b.n, observed: b.observed / b.n }));
}
