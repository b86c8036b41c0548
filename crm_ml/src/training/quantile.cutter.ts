/**
 * Ascending cut points that split the finite values into at most `bins` groups of about equal count; value v belongs to group
 * #{cuts < v}, so a cut is the largest value of its group. Fewer distinct values than bins give one group per value.
 */
export function quantileCuts(values: Float64Array, bins: number): number[] {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  if (sorted.length === 0) return [];
  const distinct: number[] = [];
  for (const v of sorted) {
    if (distinct.length > bins) break;
    if (distinct.length === 0 || v !== distinct[distinct.length - 1]) distinct.push(v);
  }
  if (distinct.length <= bins) return distinct.slice(0, -1);
  const cuts: number[] = [];
  const top = sorted[sorted.length - 1] as number;
  for (let b = 1; b < bins; b++) {
    const v = sorted[Math.max(0, Math.ceil((b * sorted.length) / bins) - 1)] as number;
    if (v < top && (cuts.length === 0 || v > (cuts[cuts.length - 1] as number))) cuts.push(v);
  }
  return cuts;
}

/** Number of cuts below the value (its group), by binary search. */
export function groupOf(cuts: readonly number[], value: number): number {
  let low = 0, high = cuts.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((cuts[mid] as number) < value) low = mid + 1;
    else high = mid;
  }
  return low;
}
