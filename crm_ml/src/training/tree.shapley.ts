import type { BinnedFeature } from './tree.binner.js';
import { goesLeft, type Tree } from './tree.model.js';

/** Shapley values of one tree for every pattern of its split decisions: `table[pattern · players.length + p]`. */
export interface ShapleyTable { nodes: number[]; players: number[]; expected: number; table: Float64Array }

/** Largest number of inner nodes for which the table stays small (2⁷ patterns). */
export const MAX_SHAPLEY_SPLITS = 7;

/**
 * Exact path-dependent Shapley values (the quantity of TreeSHAP; Lundberg et al., 2018, arXiv 1802.03888), tabulated: a small tree has
 * few distinct patterns of decisions, so all are computed once and a row costs one look-up. Players are source columns.
 */
export function shapleyTable(tree: Tree): ShapleyTable {
  const nodes = tree.feature.map((f, node) => (f >= 0 ? node : -1)).filter((node) => node >= 0);
  const players = [...new Set(nodes.map((node) => tree.feature[node] as number))];
  const subsets = 1 << players.length;
  const bitOf = new Map(nodes.map((node, bit) => [node, bit]));
  const playerOf = new Map(players.map((f, p) => [f, p]));
  const value = (node: number, pattern: number, known: number): number => {
    const f = tree.feature[node] as number;
    if (f < 0) return tree.value[node] as number;
    const left = tree.left[node] as number, right = tree.right[node] as number;
    if (known & (1 << (playerOf.get(f) as number))) {
      return value((pattern >> (bitOf.get(node) as number)) & 1 ? left : right, pattern, known);
    }
    const cl = tree.cover[left] as number, cr = tree.cover[right] as number;
    return (cl * value(left, pattern, known) + cr * value(right, pattern, known)) / (cl + cr);
  };
  const weights = subsetWeights(players.length);
  const table = new Float64Array((1 << nodes.length) * players.length);
  const worth = new Float64Array(subsets);
  for (let pattern = 0; pattern < 1 << nodes.length; pattern++) {
    for (let s = 0; s < subsets; s++) worth[s] = value(0, pattern, s);
    for (let p = 0; p < players.length; p++) {
      let phi = 0;
      for (let s = 0; s < subsets; s++) {
        if (s & (1 << p)) continue;
        phi += (weights[bitCount(s)] as number) * ((worth[s | (1 << p)] as number) - (worth[s] as number));
      }
      table[pattern * players.length + p] = phi;
    }
  }
  return { nodes, players, expected: value(0, 0, 0), table };
}

/** |S|! (n − |S| − 1)! ⁄ n! for |S| = 0 … n − 1. */
function subsetWeights(n: number): number[] {
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  return Array.from({ length: n }, (_, size) => (factorial(size) * factorial(n - size - 1)) / factorial(n));
}

function bitCount(x: number): number {
  let bits = 0;
  for (let v = x; v; v &= v - 1) bits++;
  return bits;
}

/** Adds one tree's Shapley values to a row-major matrix of `width` source columns per row. */
export function addShapley(tree: Tree, shapley: ShapleyTable, features: readonly BinnedFeature[], out: Float64Array, width: number): void {
  const { nodes, players, table } = shapley;
  if (nodes.length === 0) return;
  const rows = out.length / width;
  const columns = nodes.map((node) => (features[tree.feature[node] as number] as BinnedFeature).bins);
  for (let i = 0; i < rows; i++) {
    let pattern = 0;
    for (let k = 0; k < nodes.length; k++) {
      if (goesLeft(tree, nodes[k] as number, (columns[k] as Uint8Array)[i] as number)) pattern |= 1 << k;
    }
    const at = pattern * players.length;
    for (let p = 0; p < players.length; p++) {
      const cell = i * width + (players[p] as number);
      out[cell] = (out[cell] as number) + (table[at + p] as number);
    }
  }
}
