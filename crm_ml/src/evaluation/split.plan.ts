import type { Dataset } from '../features/frame.model.js';
import { ModelError } from '../model.errors.js';
import { createRandom } from '../random.generator.js';

/** One division of rows; both lists are ascending row numbers. */
export interface Split { readonly train: Int32Array; readonly test: Int32Array }

function splitsOf(fold: Int32Array, folds: number): Split[] {
  return Array.from({ length: folds }, (_, k) => {
    const rows = Int32Array.from(fold, (_f, i) => i);
    return { train: rows.filter((i) => fold[i] !== k), test: rows.filter((i) => fold[i] === k) };
  });
}

/** Stratified k folds: every fold has each class in the proportion of the whole, up to one row. */
export function stratifiedFolds(target: Uint8Array, folds: number, seed: number): Split[] {
  const random = createRandom(seed);
  const fold = new Int32Array(target.length);
  let next = 0;
  for (const label of [1, 0]) {
    const rows: number[] = [];
    target.forEach((y, i) => { if (y === label) rows.push(i); });
    for (const i of random.shuffle(rows)) fold[i] = next++ % folds;
  }
  return splitsOf(fold, folds);
}

/** k folds that keep each group whole: groups in random order, large ones first, each to the fold with the fewest rows of its kind. */
export function groupedFolds(target: Uint8Array, group: Int32Array, folds: number, seed: number): Split[] {
  const sizes = new Map<number, { rows: number; positives: number }>();
  group.forEach((g, i) => {
    const entry = sizes.get(g) ?? { rows: 0, positives: 0 };
    entry.rows++;
    entry.positives += target[i] as number;
    sizes.set(g, entry);
  });
  if (sizes.size < folds) throw new ModelError('too_few_groups', `Only ${sizes.size} groups: at least ${folds} are needed to test on groups that training never saw.`);
  const keys = createRandom(seed).shuffle([...sizes.keys()]);
  keys.sort((a, b) => (sizes.get(b)?.rows ?? 0) - (sizes.get(a)?.rows ?? 0));
  const load = Array.from({ length: folds }, () => ({ negatives: 0, positives: 0 }));
  const rate = Math.max(1e-9, target.reduce((s, y) => s + y, 0) / target.length);
  const foldOf = new Map<number, number>();
  for (const key of keys) {
    const size = sizes.get(key) ?? { rows: 0, positives: 0 };
    let best = 0, bestCost = Infinity;
    load.forEach((l, k) => {
      // Both classes weigh the same, so that the rarer one is spread as evenly as the other.
      const cost = ((l.positives + size.positives) / rate) ** 2 - (l.positives / rate) ** 2
        + ((l.negatives + size.rows - size.positives) / (1 - rate || 1)) ** 2 - (l.negatives / (1 - rate || 1)) ** 2;
      if (cost < bestCost) { best = k; bestCost = cost; }
    });
    foldOf.set(key, best);
    const l = load[best] as { negatives: number; positives: number };
    l.positives += size.positives;
    l.negatives += size.rows - size.positives;
  }
  return splitsOf(group.map((g) => foldOf.get(g) ?? 0), folds);
}

/** Row numbers from oldest to newest; equal times keep their order in the table. */
export function timeOrder(time: Float64Array): Int32Array {
  return Int32Array.from(time, (_, i) => i).sort((a, b) => (time[a] as number) - (time[b] as number) || a - b);
}

/** Position nearest to `wanted` in an ordered list at which the time changes, so that no instant lies on both sides; 0 if there is none. */
function cutNear(order: Int32Array, time: Float64Array, wanted: number): number {
  const changes = (at: number): boolean => at > 0 && at < order.length && time[order[at] as number] !== time[order[at - 1] as number];
  for (let distance = 0; distance < order.length; distance++) {
    if (changes(wanted - distance)) return wanted - distance;
    if (changes(wanted + distance)) return wanted + distance;
  }
  return 0;
}

/** Oldest share of the rows to train, the newest to test; rows of a group that is in the test part leave the training part. */
export function timeSplit(time: Float64Array, trainShare: number, group?: Int32Array): Split {
  const order = timeOrder(time);
  const cut = cutNear(order, time, Math.round(order.length * trainShare));
  if (cut === 0) throw new ModelError('no_time_order', 'All rows have the same time, so there is no older and newer part; choose another --time column.');
  const test = order.slice(cut).sort();
  let train = order.slice(0, cut).sort();
  if (group) {
    const tested = new Set<number>();
    for (const i of test) tested.add(group[i] as number);
    train = train.filter((i) => !tested.has(group[i] as number));
  }
  return { train, test };
}

/** Expanding windows: the oldest rows train, the block after them tests; `blocks` tests cover the newer share of the rows. */
export function forwardFolds(time: Float64Array, blocks: number, firstShare: number): Split[] {
  const order = timeOrder(time);
  const bounds: number[] = [];
  for (let b = 0; b <= blocks; b++) {
    const wanted = Math.round(order.length * (firstShare + ((1 - firstShare) * b) / blocks));
    bounds.push(b === blocks ? order.length : cutNear(order, time, wanted));
  }
  const out: Split[] = [];
  for (let b = 0; b < blocks; b++) {
    const from = bounds[b] as number, to = bounds[b + 1] as number;
    if (from > 0 && to > from) out.push({ train: order.slice(0, from).sort(), test: order.slice(from, to).sort() });
  }
  return out;
}

/** Folds for choosing inside a training part: forward in time where there is a time, by group where there is a group, else stratified. */
export function innerFolds(data: Dataset, seed: number): Split[] {
  const { target, time, group } = data;
  const hasBoth = (rows: Int32Array): boolean => {
    let positives = 0;
    for (const i of rows) positives += target[i] as number;
    return positives > 0 && positives < rows.length;
  };
  let folds: Split[] = [];
  if (time) folds = forwardFolds(time, 3, 0.4);
  else if (group && new Set(group).size >= 3) folds = groupedFolds(target, group, 3, seed);
  folds = folds.filter((f) => hasBoth(f.train) && f.test.length > 0);
  return folds.length > 0 ? folds : stratifiedFolds(target, 3, seed);
}
