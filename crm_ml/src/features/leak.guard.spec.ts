import { createRandom } from '../random.generator.js';
import { categoryColumn, numberColumn, type Frame } from './frame.model.js';
import { guardLeaks } from './leak.guard.js';

describe('leak guard', () => {
  const random = createRandom(2);
  const rows = 600;
  const won = Uint8Array.from({ length: rows }, () => random.below(2));
  const honest = numberColumn('honest', Array.from(won, (y) => y + 3 * random.next()));
  const many = categoryColumn('many', Array.from({ length: rows }, (_, i) => `name ${i % 500}`));
  const openFrame = (columns: Frame['columns']): Frame => ({ rows: 100, columns });

  it('refuses a planted fact of the future and keeps honest facts', () => {
    const planted = [
      categoryColumn('lost_reason', Array.from(won, (y, i) => (y ? null : ['price', 'timing'][i % 2]))),
      numberColumn('sold_amount', Array.from(won, (y) => (y ? 100 + random.below(900) : 0))),
      numberColumn('filled_late', Array.from(won, () => random.next())),
      numberColumn('constant', Array.from(won, () => 4)),
    ];
    const open = openFrame([
      numberColumn('honest', Array.from({ length: 100 }, () => random.next())),
      categoryColumn('many', Array.from({ length: 100 }, () => 'name 1')),
      numberColumn('filled_late', Array.from({ length: 100 }, () => null)),
    ]);
    const { kept, refused } = guardLeaks({ rows, columns: [honest, many, ...planted] }, won, open);
    expect(kept.columns.map((c) => c.name)).toEqual(['honest', 'many']);
    expect(refused.map((r) => [r.feature, r.reason])).toEqual([
      ['lost_reason', 'tells_the_outcome'], ['sold_amount', 'tells_the_outcome'], ['filled_late', 'filled_differently'], ['constant', 'constant'],
    ]);
  });

  it('does without open deals', () => {
    expect(guardLeaks({ rows, columns: [honest] }, won, null).refused).toEqual([]);
  });
});
