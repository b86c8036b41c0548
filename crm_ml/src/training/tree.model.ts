import type { BinnedFeature } from './tree.binner.js';

/**
 * A regression tree as parallel arrays; node 0 is the root. A leaf has feature −1 and a value. An inner node sends a row left when
 * its bin equals `bin` (category) or lies in 1 … `bin` (number; bin 0, missing, follows `missingLeft`). `cover` is the training weight.
 */
export interface Tree {
  feature: number[]; category: number[]; bin: number[]; missingLeft: number[];
  left: number[]; right: number[]; value: number[]; cover: number[];
}

/** A tree of one leaf. */
export function emptyTree(): Tree {
  return { feature: [], category: [], bin: [], missingLeft: [], left: [], right: [], value: [], cover: [] };
}

/** Appends a leaf and returns its node number. */
export function addLeaf(tree: Tree, value: number, cover: number): number {
  tree.feature.push(-1); tree.category.push(0); tree.bin.push(0); tree.missingLeft.push(0);
  tree.left.push(-1); tree.right.push(-1); tree.value.push(value); tree.cover.push(cover);
  return tree.feature.length - 1;
}

/** Whether a bin goes left at a node. */
export function goesLeft(tree: Tree, node: number, bin: number): boolean {
  if (tree.category[node]) return bin === tree.bin[node];
  return bin === 0 ? tree.missingLeft[node] === 1 : bin <= (tree.bin[node] as number);
}

/** Adds the tree's value to each row's score. */
export function addTreeScores(tree: Tree, features: readonly BinnedFeature[], scores: Float64Array, factor = 1): void {
  for (let i = 0; i < scores.length; i++) {
    let node = 0;
    for (;;) {
      const f = tree.feature[node] as number;
      if (f < 0) break;
      const bin = (features[f] as BinnedFeature).bins[i] as number;
      node = (goesLeft(tree, node, bin) ? tree.left[node] : tree.right[node]) as number;
    }
    scores[i] = (scores[i] as number) + factor * (tree.value[node] as number);
  }
}
