import { Box, COLUMNS } from './dashboard.model';

/** The smallest tile. */
export const LEAST = { w: 2, h: 1 } as const;
const MOST_ROWS = 12;
/** A tile is never carried further down than this below the last one. */
const BELOW = 40;

const beside = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w;
const meet = (a: Box, b: Box): boolean => beside(a, b) && a.y < b.y + b.h && b.y < a.y + a.h;
const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Order of reading: by rows, then along the row. */
export const readingOrder = <T extends Box>(boxes: readonly T[]): T[] => [...boxes].sort((a, b) => a.y - b.y || a.x - b.x);

/** Lets every tile rise until it rests on another one or on the top; `first` goes before others of its row. */
export function settle<T extends Box>(boxes: readonly T[], first = ''): T[] {
  const order = [...boxes].sort((a, b) => a.y - b.y || Number(b.id === first) - Number(a.id === first) || a.x - b.x);
  const resting: T[] = [];
  for (const box of order) resting.push({ ...box, y: Math.max(0, ...resting.filter((other) => beside(other, box)).map(({ y, h }) => y + h)) });
  const placed = new Map(resting.map((box) => [box.id, box]));
  return boxes.map((box) => placed.get(box.id) ?? box);
}

/** Puts a tile somewhere else or makes it another size; others make room. A tile that fits into the place it leaves changes places with it. */
export function place<T extends Box>(boxes: readonly T[], id: string, want: Partial<Box>): T[] {
  const from = boxes.find((box) => box.id === id);
  if (!from) return [...boxes];
  const w = within(want.w ?? from.w, LEAST.w, COLUMNS);
  const target = { ...from, w, h: within(want.h ?? from.h, LEAST.h, MOST_ROWS), x: within(want.x ?? from.x, 0, COLUMNS - w), y: Math.max(0, want.y ?? from.y) };
  const covered = boxes.filter((box) => box.id !== id && meet(box, target));
  const [only] = covered;
  const swaps = covered.length === 1 && only && !meet(from, target) && only.w <= from.w && only.h <= from.h ? only.id : null;
  return settle(boxes.map((box) => (box.id === id ? target : box.id === swaps ? { ...box, x: from.x, y: from.y } : box)), id);
}

/** A step of the keyboard. */
export type Step = 'left' | 'right' | 'up' | 'down';

const DELTAS: Readonly<Record<Step, readonly [x: number, y: number]>> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

/** Moves a tile by one step; up and down go on until something changes, because a tile rests on others of any height. */
export function step<T extends Box>(boxes: readonly T[], id: string, way: Step): T[] {
  const from = boxes.find((box) => box.id === id);
  if (!from) return [...boxes];
  const [dx, dy] = DELTAS[way];
  if (dy === 0) return place(boxes, id, { x: from.x + dx });
  for (let far = 1; far <= BELOW && from.y + far * dy >= 0; far += 1) {
    const moved = place(boxes, id, { y: from.y + far * dy });
    if (moved.find((box) => box.id === id)?.y !== from.y) return moved;
  }
  return [...boxes];
}

/** Makes a tile a column wider or narrower, a row taller or lower. */
export function resize<T extends Box>(boxes: readonly T[], id: string, way: Step): T[] {
  const from = boxes.find((box) => box.id === id);
  const [dw, dh] = DELTAS[way];
  return from ? place(boxes, id, { w: Math.min(from.w + dw, COLUMNS - from.x), h: from.h + dh }) : [...boxes];
}

/** The first free place of a size, in the order of reading. */
export function freePlace(boxes: readonly Box[], w: number, h: number): { readonly x: number; readonly y: number } {
  const last = Math.max(0, ...boxes.map((box) => box.y + box.h));
  for (let y = 0; y < last; y += 1) {
    for (let x = 0; x + w <= COLUMNS; x += 1) if (!boxes.some((box) => meet(box, { id: '', x, y, w, h }))) return { x, y };
  }
  return { x: 0, y: last };
}
