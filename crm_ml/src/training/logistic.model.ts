import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { Frame } from '../features/frame.model.js';
import { ModelError } from '../model.errors.js';
import { LinearEncoder, type Binning, type LinearTerm, type SparseDesign } from './linear.encoder.js';
import { logLossAt, logit, sigmoid } from './logit.math.js';

/** Contributions of `features.length` sources per row, row-major; base + a row's contributions = its log-odds. */
export interface Contributions { base: number; features: readonly string[]; values: Float64Array }

/** What a fitted logistic regression stores. */
export interface LogisticDocument {
  kind: 'logistic';
  encoder: { terms: readonly LinearTerm[]; width: number };
  intercept: number;
  weights: number[];
  means: number[];
}

/** Coefficients of one fit: intercept (not penalised) and one weight per design column. */
export interface LogisticFit { intercept: number; weights: Float64Array; iterations: number }

/**
 * L2-regularised logistic regression by iteratively re-weighted least squares (Newton's method on the penalised likelihood; Hastie,
 * Tibshirani, Friedman, The Elements of Statistical Learning, 4.4.1), halving steps that do not lower the loss.
 * Minimises Σ log-loss + λ⁄2 · |w|².
 */
export function fitLogistic(design: SparseDesign, target: Uint8Array, lambda: number, warm?: LogisticFit): LogisticFit {
  const { width } = design;
  let positives = 0;
  for (const y of target) positives += y;
  let beta = new Float64Array(width + 1);
  if (warm && warm.weights.length === width) {
    beta.set(warm.weights);
    beta[width] = warm.intercept;
  } else {
    beta[width] = logit((positives + 0.5) / (target.length + 1));
  }
  const scores = new Float64Array(design.rows);
  let loss = penalisedLoss(design, target, beta, lambda, scores);
  let iterations = 0;
  while (iterations < 60) {
    iterations++;
    const step = newtonStep(design, target, beta, lambda, scores);
    let scale = 1, next = beta, nextLoss = Infinity;
    for (; scale > 1e-4; scale /= 2) {
      next = beta.map((b, j) => b + scale * (step[j] as number));
      nextLoss = penalisedLoss(design, target, next, lambda, scores);
      if (nextLoss <= loss) break;
    }
    if (!(nextLoss <= loss)) {
      penalisedLoss(design, target, beta, lambda, scores);
      break;
    }
    const gain = loss - nextLoss;
    beta = next;
    loss = nextLoss;
    if (gain <= 1e-9 * Math.abs(loss)) break;
  }
  if (!Number.isFinite(loss)) throw new ModelError('did_not_converge', 'The logistic regression found no finite solution; check the columns for absurd values.');
  return { intercept: beta[width] as number, weights: beta.slice(0, width), iterations };
}

function penalisedLoss(design: SparseDesign, target: Uint8Array, beta: Float64Array, lambda: number, scores: Float64Array): number {
  linearScores(design, beta, beta[design.width] as number, scores);
  let loss = 0;
  for (let i = 0; i < design.rows; i++) loss += logLossAt(scores[i] as number, target[i] as number);
  for (let j = 0; j < design.width; j++) loss += (lambda / 2) * (beta[j] as number) ** 2;
  return loss;
}

/** b + X·w into `out`. */
export function linearScores(design: SparseDesign, weights: Float64Array, intercept: number, out: Float64Array): Float64Array {
  const { starts, columns, values } = design;
  for (let i = 0; i < design.rows; i++) {
    let s = intercept;
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) s += (values[k] as number) * (weights[columns[k] as number] as number);
    out[i] = s;
  }
  return out;
}

function newtonStep(design: SparseDesign, target: Uint8Array, beta: Float64Array, lambda: number, scores: Float64Array): Float64Array {
  const { starts, columns, values, width } = design;
  const size = width + 1;
  const gram = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  for (let i = 0; i < design.rows; i++) {
    const p = sigmoid(scores[i] as number);
    const r = (target[i] as number) - p;
    const w = Math.max(p * (1 - p), 1e-10);
    const from = starts[i] as number, to = starts[i + 1] as number;
    for (let a = from; a < to; a++) {
      const ca = columns[a] as number, va = values[a] as number, wva = w * va;
      gradient[ca] = (gradient[ca] as number) + r * va;
      // Columns ascend within a row, so only the lower triangle is filled.
      for (let b = from; b <= a; b++) {
        const at = ca * size + (columns[b] as number);
        gram[at] = (gram[at] as number) + wva * (values[b] as number);
      }
      gram[width * size + ca] = (gram[width * size + ca] as number) + wva;
    }
    gradient[width] = (gradient[width] as number) + r;
    gram[width * size + width] = (gram[width * size + width] as number) + w;
  }
  const hessian = new Matrix(size, size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      const v = gram[a * size + b] as number;
      hessian.set(a, b, v);
      hessian.set(b, a, v);
    }
    // The intercept carries no penalty; a hair of it keeps the matrix positive definite.
    hessian.set(a, a, hessian.get(a, a) + (a < width ? lambda : 1e-9));
    if (a < width) gradient[a] = (gradient[a] as number) - lambda * (beta[a] as number);
  }
  const cholesky = new CholeskyDecomposition(hessian);
  if (!cholesky.isPositiveDefinite()) throw new ModelError('did_not_converge', 'The logistic regression is singular; raise its regularisation.');
  return Float64Array.from(cholesky.solve(Matrix.columnVector(Array.from(gradient))).to1DArray());
}

/** A fitted logistic regression with its encoder; contributions are exact and measured from the training mean of every column. */
export class LogisticModel {
  private constructor(
    readonly encoder: LinearEncoder, readonly intercept: number, readonly weights: Float64Array, private readonly means: Float64Array,
  ) {}

  /** Fits encoder and coefficients on the given rows. */
  static fit(frame: Frame, target: Uint8Array, options: { lambda: number; binning: Binning }): LogisticModel {
    const encoder = LinearEncoder.fit(frame, options.binning);
    const design = encoder.transform(frame);
    const fit = fitLogistic(design, target, options.lambda);
    const means = new Float64Array(encoder.width);
    for (let k = 0; k < design.columns.length; k++) {
      const j = design.columns[k] as number;
      means[j] = (means[j] as number) + (design.values[k] as number) / design.rows;
    }
    return new LogisticModel(encoder, fit.intercept, fit.weights, means);
  }

  /** Log-odds of each row. */
  logOdds(frame: Frame): Float64Array {
    return linearScores(this.encoder.transform(frame), this.weights, this.intercept, new Float64Array(frame.rows));
  }

  /** Exact additive contributions w·(x − mean x), summed over the design columns of each source column. */
  contributions(frame: Frame): Contributions {
    const { terms, width } = this.encoder;
    const sources = this.encoder.sources();
    const design = this.encoder.transform(frame);
    const centre = new Float64Array(terms.length);
    for (let j = 0; j < width; j++) {
      const t = sources[j] as number;
      centre[t] = (centre[t] as number) + (this.weights[j] as number) * (this.means[j] as number);
    }
    const base = this.intercept + centre.reduce((sum, c) => sum + c, 0);
    const values = new Float64Array(frame.rows * terms.length);
    for (let i = 0; i < frame.rows; i++) {
      const at = i * terms.length;
      for (let t = 0; t < terms.length; t++) values[at + t] = -(centre[t] as number);
      for (let k = design.starts[i] as number; k < (design.starts[i + 1] as number); k++) {
        const j = design.columns[k] as number, t = at + (sources[j] as number);
        values[t] = (values[t] as number) + (design.values[k] as number) * (this.weights[j] as number);
      }
    }
    return { base, features: terms.map((term) => term.name), values };
  }

  /** Plain data for storage. */
  toJSON(): LogisticDocument {
    return { kind: 'logistic', encoder: this.encoder.toJSON(), intercept: this.intercept, weights: Array.from(this.weights), means: Array.from(this.means) };
  }

  /** The model that `toJSON` described. */
  static fromJSON(json: LogisticDocument): LogisticModel {
    return new LogisticModel(LinearEncoder.fromJSON(json.encoder), json.intercept, Float64Array.from(json.weights), Float64Array.from(json.means));
  }
}
