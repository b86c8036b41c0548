import type { BinnedFeature } from './tree.binner.js';
import { addLeaf, emptyTree, type Tree } from './tree.model.js';

/** Limits of one tree; λ is the L2 penalty on leaf values. */
export interface TreeOptions { leaves: number; minRows: number; lambda: number; learningRate: number }

interface Split { gain: number; feature: number; bin: number; missingLeft: boolean }
interface Leaf { node: number; from: number; to: number; g: number; h: number; histogram: Float64Array; split: Split | null }

/**
 * Grows trees leaf-wise (best gain first) on histograms of gradients and Hessians, the larger child's histogram by subtraction
 * (Ke et al., LightGBM, NIPS 2017; gain and leaf value of Chen & Guestrin, XGBoost, KDD 2016, eq. 5–7). Categories split one level
 * against the rest, which equals one-hot columns at the price of one histogram.
 */
export class TreeGrower {
  private readonly offsets: Int32Array;
  private readonly pool: Float64Array[] = [];
  private readonly size: number;
  private readonly spare: Int32Array;
  private readonly leafG: Float64Array;
  private readonly leafH: Float64Array;

  constructor(private readonly features: readonly BinnedFeature[], rows: number, private readonly options: TreeOptions) {
    this.offsets = new Int32Array(features.length);
    let size = 0;
    features.forEach((feature, f) => {
      this.offsets[f] = size;
      size += feature.count * 3;
    });
    this.size = size;
    this.spare = new Int32Array(rows);
    this.leafG = new Float64Array(rows);
    this.leafH = new Float64Array(rows);
  }

  /** One tree on the given rows (reordered in place) and candidate features. */
  grow(gradient: Float64Array, hessian: Float64Array, rows: Int32Array, candidates: Int32Array): Tree {
    const tree = emptyTree();
    const open: Leaf[] = [this.makeLeaf(tree, gradient, hessian, rows, 0, rows.length, candidates, this.take())];
    let leaves = 1;
    while (leaves < this.options.leaves) {
      let best = -1;
      open.forEach((leaf, i) => {
        if (leaf.split && (best < 0 || leaf.split.gain > (open[best]?.split?.gain ?? 0))) best = i;
      });
      const leaf = open[best];
      if (!leaf?.split) break;
      open.splice(best, 1);
      open.push(...this.splitLeaf(tree, leaf, leaf.split, gradient, hessian, rows, candidates));
      leaves++;
    }
    for (const leaf of open) this.pool.push(leaf.histogram);
    return tree;
  }

  private take(): Float64Array {
    return this.pool.pop() ?? new Float64Array(this.size);
  }

  private makeLeaf(
    tree: Tree, gradient: Float64Array, hessian: Float64Array, rows: Int32Array, from: number, to: number, candidates: Int32Array, histogram: Float64Array,
  ): Leaf {
    this.fill(histogram, gradient, hessian, rows, from, to, candidates);
    return this.finishLeaf(tree, from, to, candidates, histogram);
  }

  private finishLeaf(tree: Tree, from: number, to: number, candidates: Int32Array, histogram: Float64Array): Leaf {
    const first = candidates[0] as number;
    const at = this.offsets[first] as number, end = at + (this.features[first] as BinnedFeature).count * 3;
    let g = 0, h = 0;
    for (let k = at; k < end; k += 3) {
      g += histogram[k] as number;
      h += histogram[k + 1] as number;
    }
    const node = addLeaf(tree, (-g / (h + this.options.lambda)) * this.options.learningRate, to - from);
    return { node, from, to, g, h, histogram, split: this.findSplit(histogram, g, h, to - from, candidates) };
  }

  private fill(histogram: Float64Array, gradient: Float64Array, hessian: Float64Array, rows: Int32Array, from: number, to: number, candidates: Int32Array): void {
    const { leafG, leafH } = this;
    for (let i = from; i < to; i++) {
      const row = rows[i] as number;
      leafG[i] = gradient[row] as number;
      leafH[i] = hessian[row] as number;
    }
    for (const f of candidates) {
      const { bins, count } = this.features[f] as BinnedFeature;
      const offset = this.offsets[f] as number;
      histogram.fill(0, offset, offset + count * 3);
      for (let i = from; i < to; i++) {
        const at = offset + (bins[rows[i] as number] as number) * 3;
        histogram[at] = (histogram[at] as number) + (leafG[i] as number);
        histogram[at + 1] = (histogram[at + 1] as number) + (leafH[i] as number);
        histogram[at + 2] = (histogram[at + 2] as number) + 1;
      }
    }
  }

  private findSplit(histogram: Float64Array, g: number, h: number, n: number, candidates: Int32Array): Split | null {
    const { minRows, lambda } = this.options;
    if (n < 2 * minRows) return null;
    const parent = (g * g) / (h + lambda);
    let best: Split | null = null;
    const consider = (gl: number, hl: number, nl: number, feature: number, bin: number, missingLeft: boolean): void => {
      if (nl < minRows || n - nl < minRows) return;
      const gr = g - gl, hr = h - hl;
      const gain = (gl * gl) / (hl + lambda) + (gr * gr) / (hr + lambda) - parent;
      if (gain > (best ? best.gain : 1e-9)) best = { gain, feature, bin, missingLeft };
    };
    for (const f of candidates) {
      const { count, isCategory } = this.features[f] as BinnedFeature;
      const offset = this.offsets[f] as number;
      if (isCategory) {
        for (let b = 0; b < count; b++) {
          const at = offset + b * 3;
          consider(histogram[at] as number, histogram[at + 1] as number, histogram[at + 2] as number, f, b, false);
        }
        continue;
      }
      const gm = histogram[offset] as number, hm = histogram[offset + 1] as number, nm = histogram[offset + 2] as number;
      let gl = 0, hl = 0, nl = 0;
      for (let b = 1; b < count; b++) {
        const at = offset + b * 3;
        gl += histogram[at] as number;
        hl += histogram[at + 1] as number;
        nl += histogram[at + 2] as number;
        if (b < count - 1) consider(gl, hl, nl, f, b, false);
        if (nm > 0) consider(gl + gm, hl + hm, nl + nm, f, b, true);
      }
    }
    return best;
  }

  private splitLeaf(tree: Tree, leaf: Leaf, split: Split, gradient: Float64Array, hessian: Float64Array, rows: Int32Array, candidates: Int32Array): Leaf[] {
    const feature = this.features[split.feature] as BinnedFeature;
    let left = leaf.from, right = 0;
    for (let i = leaf.from; i < leaf.to; i++) {
      const row = rows[i] as number, bin = feature.bins[row] as number;
      const goes = feature.isCategory ? bin === split.bin : bin === 0 ? split.missingLeft : bin <= split.bin;
      if (goes) rows[left++] = row;
      else this.spare[right++] = row;
    }
    rows.set(this.spare.subarray(0, right), left);
    const smallIsLeft = left - leaf.from <= leaf.to - left;
    const small = this.take(), large = leaf.histogram;
    if (smallIsLeft) this.fill(small, gradient, hessian, rows, leaf.from, left, candidates);
    else this.fill(small, gradient, hessian, rows, left, leaf.to, candidates);
    for (const f of candidates) {
      const at = this.offsets[f] as number, end = at + (this.features[f] as BinnedFeature).count * 3;
      for (let k = at; k < end; k++) large[k] = (large[k] as number) - (small[k] as number);
    }
    const a = this.finishLeaf(tree, leaf.from, left, candidates, smallIsLeft ? small : large);
    const b = this.finishLeaf(tree, left, leaf.to, candidates, smallIsLeft ? large : small);
    tree.feature[leaf.node] = split.feature;
    tree.category[leaf.node] = feature.isCategory ? 1 : 0;
    tree.bin[leaf.node] = split.bin;
    tree.missingLeft[leaf.node] = split.missingLeft ? 1 : 0;
    tree.left[leaf.node] = a.node;
    tree.right[leaf.node] = b.node;
    return [a, b];
  }
}
