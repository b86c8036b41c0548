import { Box } from './dashboard.model';
import { freePlace, place, readingOrder, resize, settle, step } from './layout.moves';

const box = (id: string, x: number, y: number, w = 3, h = 2): Box => ({ id, x, y, w, h });
const at = (boxes: readonly Box[]): string => readingOrder(boxes).map(({ id, x, y, w, h }) => `${id}@${x},${y} ${w}×${h}`).join(' ');
const meets = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
const row = [box('a', 0, 0), box('b', 3, 0), box('c', 6, 0), box('d', 9, 0), box('e', 0, 2, 8, 4), box('f', 8, 2, 4, 4)];

describe('layout moves', () => {
  it('let tiles rise to rest on others, and keep who is first of a row first', () => {
    expect(at(settle([box('a', 0, 5), box('b', 2, 9), box('c', 9, 3)]))).toBe('a@0,0 3×2 c@9,0 3×2 b@2,2 3×2');
    expect(at(settle([box('a', 0, 0), box('b', 0, 0)], 'b'))).toBe('b@0,0 3×2 a@0,2 3×2');
    expect(settle([box('b', 0, 4), box('a', 0, 0)]).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('change places with a tile of the same size, and push others out of the way', () => {
    expect(at(place(row, 'a', { x: 3 }))).toBe('b@0,0 3×2 a@3,0 3×2 c@6,0 3×2 d@9,0 3×2 e@0,2 8×4 f@8,2 4×4');
    expect(at(place(row, 'a', { x: 1 }))).toBe('a@1,0 3×2 c@6,0 3×2 d@9,0 3×2 b@3,2 3×2 f@8,2 4×4 e@0,4 8×4');
    expect(place(row, 'nobody', { x: 3 })).toEqual(row);
  });

  it('go down and up past tiles of any height, and stop at the edges', () => {
    const down = step(row, 'a', 'down');
    expect(down.find(({ id }) => id === 'a')?.y).toBe(6);
    expect(down.find(({ id }) => id === 'e')?.y).toBe(2);
    expect(at(step(step(row, 'f', 'up'), 'f', 'up'))).toContain('f@8,0 4×4');
    expect(step(row, 'a', 'up')).toEqual(row);
    expect(at(step(row, 'd', 'right'))).toBe(at(row));
    expect(at(step([box('a', 0, 0)], 'a', 'down'))).toBe('a@0,0 3×2');
  });

  it('resize within the columns and above the least size', () => {
    expect(at(resize(row, 'd', 'right'))).toContain('d@9,0 3×2');
    expect(at(resize(row, 'a', 'right'))).toContain('a@0,0 4×2');
    expect(at(resize(resize(resize(row, 'a', 'left'), 'a', 'left'), 'a', 'left'))).toContain('a@0,0 2×2');
    expect(at(resize(row, 'a', 'down'))).toContain('a@0,0 3×3');
  });

  it('never lay tiles over each other, whatever is done', () => {
    let boxes: readonly Box[] = row;
    const ways = ['left', 'right', 'up', 'down'] as const;
    for (let turn = 0; turn < 400; turn += 1) {
      const id = 'abcdef'[(turn * 7) % 6] ?? 'a';
      const way = ways[(turn * 5 + (turn >> 2)) % 4] ?? 'left';
      boxes = turn % 3 === 0 ? resize(boxes, id, way) : step(boxes, id, way);
      for (const one of boxes) {
        expect(one.x >= 0 && one.x + one.w <= 12 && one.y >= 0).withContext(`${turn} ${at(boxes)}`).toBeTrue();
        expect(boxes.some((other) => other.id !== one.id && meets(one, other))).withContext(`${turn} ${at(boxes)}`).toBeFalse();
      }
    }
  });

  it('find the first free place', () => {
    expect(freePlace(row, 3, 2)).toEqual({ x: 0, y: 6 });
    expect(freePlace(row.filter(({ id }) => id !== 'c'), 3, 2)).toEqual({ x: 6, y: 0 });
    expect(freePlace([], 12, 4)).toEqual({ x: 0, y: 0 });
  });
});
