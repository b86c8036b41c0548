import type { Frame } from '../features/frame.model.js';
import { ModelError } from '../model.errors.js';
import { createRandom, type Random } from '../random.generator.js';
import type { Contributions } from './logistic.model.js';
import { logit, sigmoid } from './logit.math.js';
import { TreeBinner, type BinnedFeature, type BinRule } from './tree.binner.js';
import { TreeGrower, type TreeOptions } from './tree.grower.js';
import { addTreeScores, type Tree } from './tree.model.js';
import { addShapley, MAX_SHAPLEY_SPLITS, shapleyTable, type ShapleyTable } from './tree.shapley.js';

/** Settings of a boosting run; fractions are drawn anew for each tree. */
export interface BoostingOptions extends TreeOptions { rowFraction: number; featureFraction: number }

/** What a fitted booster stores. */
export interface BoostingDocument { kind: 'boosting'; rules: readonly BinRule[]; base: number; trees: Tree[] }

/** Adds trees one at a time, so that several folds can be grown in step and stopped together. */
export class BoostingTrainer {
  readonly base: number;
  readonly trees: Tree[] = [];
  private readonly features: BinnedFeature[];
  private readonly scores: Float64Array;
  private readonly gradient: Float64Array;
  private readonly hessian: Float64Array;
  private readonly grower: TreeGrower;
  private readonly random: Random;

  constructor(readonly binner: TreeBinner, frame: Frame, private readonly target: Uint8Array, private readonly options: BoostingOptions, seed: number) {
    if (options.leaves - 1 > MAX_SHAPLEY_SPLITS) throw new ModelError('bad_option', `Use at most ${MAX_SHAPLEY_SPLITS + 1} leaves per tree.`);
    if (frame.columns.length === 0 || frame.rows === 0) throw new ModelError('no_usable_columns', 'Boosting needs at least one row and one column.');
    let positives = 0;
    for (const y of target) positives += y;
    this.base = logit((positives + 0.5) / (target.length + 1));
    this.features = binner.transform(frame);
    this.scores = new Float64Array(frame.rows).fill(this.base);
    this.gradient = new Float64Array(frame.rows);
    this.hessian = new Float64Array(frame.rows);
    this.grower = new TreeGrower(this.features, frame.rows, options);
    this.random = createRandom(seed);
  }

  /** Grows the next tree on a fresh sample of rows and columns. */
  step(): Tree {
    const { scores, gradient, hessian, target } = this;
    for (let i = 0; i < scores.length; i++) {
      const p = sigmoid(scores[i] as number);
      gradient[i] = p - (target[i] as number);
      hessian[i] = Math.max(p * (1 - p), 1e-12);
    }
    const tree = this.grower.grow(gradient, hessian, this.sampleRows(), this.sampleFeatures());
    addTreeScores(tree, this.features, scores);
    this.trees.push(tree);
    return tree;
  }

  private sampleRows(): Int32Array {
    const { rowFraction } = this.options;
    const out = new Int32Array(this.scores.length);
    let n = 0;
    for (let i = 0; i < out.length; i++) if (rowFraction >= 1 || this.random.next() < rowFraction) out[n++] = i;
    return out.subarray(0, n);
  }

  private sampleFeatures(): Int32Array {
    const all = Int32Array.from(this.features, (_, f) => f);
    const keep = Math.max(1, Math.round(all.length * this.options.featureFraction));
    return keep >= all.length ? all : this.random.shuffle(all).slice(0, keep).sort();
  }
}

/** Histogram gradient boosting with logistic loss; the mean of runs with several seeds is one longer ensemble. */
export class BoostingModel {
  private tables: ShapleyTable[] | null = null;

  private constructor(readonly binner: TreeBinner, readonly base: number, readonly trees: readonly Tree[]) {}

  /** Fits `trees` trees for each seed and averages the runs. */
  static fit(frame: Frame, target: Uint8Array, options: BoostingOptions, trees: number, seeds: readonly number[]): BoostingModel {
    const binner = TreeBinner.fit(frame);
    const all: Tree[] = [];
    let base = 0;
    for (const seed of seeds) {
      const trainer = new BoostingTrainer(binner, frame, target, options, seed);
      for (let t = 0; t < trees; t++) trainer.step();
      for (const tree of trainer.trees) all.push({ ...tree, value: tree.value.map((v) => v / seeds.length) });
      base = trainer.base;
    }
    return new BoostingModel(binner, base, all);
  }

  /** Log-odds of each row. */
  logOdds(frame: Frame): Float64Array {
    const features = this.binner.transform(frame);
    const scores = new Float64Array(frame.rows).fill(this.base);
    for (const tree of this.trees) addTreeScores(tree, features, scores);
    return scores;
  }

  /** Path-dependent Shapley values by source column; base + a row's values = its log-odds. */
  contributions(frame: Frame): Contributions {
    const features = this.binner.transform(frame);
    const width = features.length;
    this.tables ??= this.trees.map(shapleyTable);
    const values = new Float64Array(frame.rows * width);
    let base = this.base;
    this.trees.forEach((tree, t) => {
      const table = (this.tables as ShapleyTable[])[t] as ShapleyTable;
      base += table.expected;
      addShapley(tree, table, features, values, width);
    });
    return { base, features: this.binner.rules.map((rule) => rule.name), values };
  }

  /** Plain data for storage. */
  toJSON(): BoostingDocument {
    return { kind: 'boosting', rules: this.binner.toJSON(), base: this.base, trees: [...this.trees] };
  }

  /** The model that `toJSON` described. */
  static fromJSON(json: BoostingDocument): BoostingModel {
    return new BoostingModel(TreeBinner.fromJSON(json.rules), json.base, json.trees);
  }
}
