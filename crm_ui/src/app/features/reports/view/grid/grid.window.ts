/** What of a list is drawn: from `first` until before `last`. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** Lines beyond the edge, so that a turn of the wheel finds them drawn, and in steps of how many lines the drawing moves. */
const SPARE_LINES = 6;
const STEP = 4;
const SPARE_COLUMNS = 1;

/** The lines in sight. As many are drawn everywhere, so that their elements are used again instead of made anew. */
export function linesInSight(scrolled: number, height: number, lineHeight: number, count: number): Stretch {
  const drawn = Math.min(count, Math.ceil(height / lineHeight / STEP) * STEP + 2 * SPARE_LINES + STEP);
  const wanted = Math.floor((Math.floor(scrolled / lineHeight) - SPARE_LINES) / STEP) * STEP;
  const first = Math.max(0, Math.min(wanted, count - drawn));
  return { first, last: first + drawn };
}

/** The columns in sight, as many everywhere; `offsets` are where they begin, with the end of the last one, and `narrowest` is the least width of one. */
export function columnsInSight(scrolled: number, width: number, offsets: readonly number[], narrowest: number): Stretch {
  const count = offsets.length - 1;
  const drawn = Math.min(count, Math.ceil(Math.max(width, 0) / narrowest) + 2 * SPARE_COLUMNS + 1);
  const first = Math.max(0, Math.min(Math.floor((columnAt(scrolled, offsets) - SPARE_COLUMNS) / 2) * 2, count - drawn));
  return { first, last: first + drawn };
}

/** The column at a place, found by halving. */
export function columnAt(place: number, offsets: readonly number[]): number {
  let [low, high] = [0, Math.max(offsets.length - 2, 0)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How far to scroll so that a stretch is in sight; the same place where it is already. */
export function broughtIn(scrolled: number, room: number, start: number, end: number): number {
  if (start < scrolled) return start;
  return end > scrolled + room ? Math.max(0, end - room) : scrolled;
}
