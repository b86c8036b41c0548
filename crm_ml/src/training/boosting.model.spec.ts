import { categoryColumn, numberColumn, type Frame } from '../features/frame.model.js';
import { createRandom } from '../random.generator.js';
import { BoostingModel, BoostingTrainer, type BoostingDocument, type BoostingOptions } from './boosting.model.js';
import { logit, sigmoid } from './logit.math.js';
import { TreeBinner } from './tree.binner.js';
import { shapleyTable } from './tree.shapley.js';
import type { Tree } from './tree.model.js';

const OPTIONS: BoostingOptions = { leaves: 6, minRows: 5, lambda: 1, learningRate: 0.2, rowFraction: 1, featureFraction: 1 };

function xorData(rows: number, seed: number): { frame: Frame; y: Uint8Array } {
  const random = createRandom(seed);
  const a = Array.from({ length: rows }, () => random.next()), b = Array.from({ length: rows }, () => 'xyz'[random.below(3)] as string);
  const y = Uint8Array.from(a, (v, i) => Number((v > 0.5) !== (b[i] === 'x')));
  return { frame: { rows, columns: [numberColumn('a', a.map((v, i) => (i % 17 ? v : null))), categoryColumn('b', b)] }, y };
}

describe('histogram gradient boosting', () => {
  it('gives a stump the values of the formula: −G ⁄ (H + λ) · rate', () => {
    // 40 rows with x = 0 (10 positive), 60 with x = 1 (45 positive); the first gradients come from the base rate.
    const x = Array.from({ length: 100 }, (_, i) => Number(i >= 40));
    const y = Uint8Array.from({ length: 100 }, (_, i) => (i < 40 ? Number(i < 10) : Number(i < 85)));
    const frame: Frame = { rows: 100, columns: [numberColumn('x', x)] };
    const trainer = new BoostingTrainer(TreeBinner.fit(frame), frame, y, { ...OPTIONS, leaves: 2 }, 1);
    const tree = trainer.step();
    const p = sigmoid(logit(55.5 / 101));
    const leaf = (n: number, positives: number): number => (-(n * p - positives) / (n * p * (1 - p) + 1)) * 0.2;
    expect(tree.value[tree.left[0] as number]).toBeCloseTo(leaf(40, 10), 10);
    expect(tree.value[tree.right[0] as number]).toBeCloseTo(leaf(60, 45), 10);
  });

  it('learns an interaction that no linear model can', () => {
    const { frame, y } = xorData(2000, 1);
    const scores = BoostingModel.fit(frame, y, OPTIONS, 60, [1]).logOdds(frame);
    const right = y.reduce((n, label, i) => n + Number(label === Number((scores[i] as number) > 0)), 0);
    // One row in 17 hides its number.
    expect(right / 2000).toBeGreaterThan(0.94);
  });

  it('is the same for the same seed and another for another', () => {
    const { frame, y } = xorData(500, 2);
    const fit = (seed: number): string => JSON.stringify(BoostingModel.fit(frame, y, { ...OPTIONS, rowFraction: 0.7, featureFraction: 0.5 }, 10, [seed]));
    expect(fit(1)).toBe(fit(1));
    expect(fit(1)).not.toBe(fit(2));
  });

  it('splits each score exactly into base and Shapley values, also after storage and for unseen levels', () => {
    const { frame, y } = xorData(800, 3);
    const model = BoostingModel.fromJSON(JSON.parse(JSON.stringify(BoostingModel.fit(frame, y, OPTIONS, 20, [1, 2]))) as BoostingDocument);
    const later: Frame = { rows: 3, columns: [numberColumn('a', [0.2, null, 1e9]), categoryColumn('b', ['x', 'never seen', null])] };
    const { base, values } = model.contributions(later);
    model.logOdds(later).forEach((score, i) => { expect(base + (values[i * 2] as number) + (values[i * 2 + 1] as number)).toBeCloseTo(score, 9); });
  });

  it('has the Shapley values of a hand-made tree: A and B share what only both give', () => {
    // Value 1 if A and B, else 0; half of the rows pass each split.
    const tree: Tree = {
      feature: [0, -1, 1, -1, -1], category: [0, 0, 0, 0, 0], bin: [1, 0, 1, 0, 0], missingLeft: [0, 0, 0, 0, 0],
      left: [1, -1, 3, -1, -1], right: [2, -1, 4, -1, -1], value: [0, 0, 0, 0, 1], cover: [8, 4, 4, 2, 2],
    };
    const { expected, table, players, nodes } = shapleyTable(tree);
    expect(expected).toBe(0.25);
    expect(nodes).toEqual([0, 2]);
    expect(players).toEqual([0, 1]);
    // Pattern 0: neither goes left, so both hold: 0.75 to share. v(A) = 0.5, v(B) = 0.5.
    expect(table[0]).toBeCloseTo(0.375, 12);
    expect(table[1]).toBeCloseTo(0.375, 12);
    // Pattern 1: A goes left (fails), B holds: v(A) = 0, v(B) = 0.5, v(AB) = 0.
    expect(table[2]).toBeCloseTo((0 - 0.25 + (0 - 0.5)) / 2, 12);
    expect(table[3]).toBeCloseTo((0.5 - 0.25 + 0) / 2, 12);
  });

  it('refuses settings and tables it cannot serve', () => {
    const { frame, y } = xorData(50, 4);
    expect(() => BoostingModel.fit(frame, y, { ...OPTIONS, leaves: 40 }, 1, [1])).toThrowError(/leaves/);
    expect(() => BoostingModel.fit({ rows: 50, columns: [] }, y, OPTIONS, 1, [1])).toThrowError(/at least one row and one column/);
  });
});
