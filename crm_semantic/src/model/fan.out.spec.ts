import { insertAdversaries } from '../testing/adversarial.data.js';
import { insertBusiness } from '../testing/business.data.js';
import { SemanticFixture, type Row } from '../testing/semantic.fixture.js';
import { views } from './model.index.js';
import { cubeOf } from './model.registry.js';
import { viewMembers } from './model.render.js';
import type { View } from './model.types.js';

/** Decimals that any sum of the models has at most. */
const scale = 12;

/** A decimal number as whole units of its twelfth decimal, so that sums are exact. */
function units(value: unknown): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (whole === '' || fraction.length > scale) throw new Error(`${String(value)} is no decimal number`);
  return BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
}

interface Members {
  readonly measures: readonly string[];
  readonly dimensions: readonly string[];
  readonly times: readonly string[];
}

/** The additive measures of a view and everything that it can be split by. */
function membersOf(view: View): Members {
  const cube = cubeOf(view);
  const shown = viewMembers(view, cube);
  const named = (names: readonly string[]): string[] => names.filter((name) => shown.includes(name)).map((name) => `${view.name}.${name}`);
  // What the question gives is the same for all of its rows and splits nothing.
  const split = (isTime: boolean): string[] => named(Object.entries(cube.dimensions).filter(([, { type, asked }]) => asked === undefined && (type === 'time') === isTime).map(([name]) => name));
  return { measures: named(Object.entries(cube.measures).filter(([, { additive }]) => additive).map(([name]) => name)), dimensions: split(false), times: split(true) };
}

describe('joins of the models', () => {
  let fixture: SemanticFixture;
  beforeAll(async () => {
    fixture = await SemanticFixture.start();
    await insertBusiness(fixture);
    await insertAdversaries(fixture);
    await fixture.settled();
  }, 90_000);
  afterAll(() => fixture.stop());

  const sums = (rows: readonly Row[], measures: readonly string[]): Record<string, bigint> => Object.fromEntries(measures.map((name) => [name, rows.reduce((sum, row) => sum + units(row[name] ?? 0), 0n)]));

  for (const view of views) {
    it(`do not fan out in ${view.name}: split by anything, the parts sum to the whole`, async () => {
      const { measures, dimensions, times } = membersOf(view);
      // What has ended, and so what is decided, depends on the zone's day: parts and whole are asked in the same one.
      const zoned: readonly (object | undefined)[] = [undefined, ...(times.length > 0 ? ['Pacific/Auckland', 'America/New_York'].map((timezone) => ({ timezone })) : [])];
      await Promise.all(zoned.map(async (zone) => {
        // Each measure by itself joins nothing but what it needs: no other one may change it, nor any split.
        const alone: Record<string, bigint> = {};
        await Promise.all(measures.map(async (name) => Object.assign(alone, sums(await fixture.load({ measures: [name], ...zone }), [name]))));
        expect(Object.values(alone).some((value) => value > 0n)).withContext('there is something to count').toBeTrue();
        const splits: readonly object[] = zone === undefined ? [{}, ...dimensions.map((name) => ({ dimensions: [name] })), { dimensions }]
          : times.map((dimension) => ({ timeDimensions: [{ dimension, granularity: 'month' }], ...zone }));
        await Promise.all(splits.map(async (split) => {
          const rows = await fixture.load({ measures, ...split, limit: 50_000 });
          expect(sums(rows, measures)).withContext(`${view.name} by ${JSON.stringify(split)}`).toEqual(alone);
        }));
      }));
    });
  }
});
