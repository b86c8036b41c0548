import { numberColumn } from '../features/frame.model.js';
import type { WinExamples } from '../features/win.source.js';
import type { ActiveModel } from '../registry/model.registry.js';
import { createRandom } from '../random.generator.js';
import { LogisticModel } from './logistic.model.js';
import { Scorer } from './scorer.model.js';
import { decidePromotion } from './win.promotion.js';
import { sigmoid } from './logit.math.js';

describe('promotion', () => {
  const random = createRandom(6);
  const rows = 400;
  const x = Array.from({ length: rows }, () => 4 * random.next() - 2);
  const won = Uint8Array.from(x, (v) => Number(random.next() < sigmoid(v)));
  const frame = { rows, columns: [numberColumn('x', x)] };
  const closedAt = Float64Array.from({ length: rows }, (_, i) => i * 1000);
  const examples: WinExamples = { dealIds: x.map((_, i) => `deal ${i}`), asOf: closedAt, closedAt, won, frame };
  const scorerOf = (target: Uint8Array): Scorer => new Scorer('logistic', 0, LogisticModel.fit(frame, target, { lambda: 1, binning: 'skewed' }), null, { kind: 'none' });
  const active = (scorer: Scorer, skill: 'good' | 'low', since: number): ActiveModel => ({ id: 'a', version: 4, scorer: scorer.toJSON(), skill, dataTo: new Date(since) });

  it('always promotes skill, and anything over nothing or over low skill', () => {
    const old = active(scorerOf(won), 'good', 0);
    expect(decidePromotion('good', old, examples, 1).promote).toBeTrue();
    expect(decidePromotion('low', null, examples, 1).promote).toBeTrue();
    expect(decidePromotion('low', { ...old, skill: 'low' }, examples, 1).promote).toBeTrue();
  });

  it('keeps a model that still beats the base rate, or that too few deals speak against', () => {
    expect(decidePromotion('low', active(scorerOf(won), 'good', 100_000), examples, 1).reason).toContain('version 4 stays in use: it still beats');
    expect(decidePromotion('low', active(scorerOf(won), 'good', 390_000), examples, 1).reason).toContain('only 9 deals have closed');
  });

  it('lets a model go that has become worse than the base rate', () => {
    expect(decidePromotion('low', active(scorerOf(won.map((y) => 1 - y)), 'good', 100_000), examples, 1)).toEqual({ promote: true, reason: null });
  });

  it('shows what isotonic calibration adds as a contribution of its own', () => {
    const scorer = new Scorer('logistic', 0, LogisticModel.fit(frame, won, { lambda: 1, binning: 'skewed' }), null, { kind: 'isotonic', at: [-1, 1], logOdds: [-0.5, 0.7] });
    const { base, features, values } = scorer.contributions(frame);
    expect(features).toEqual(['x', 'calibration']);
    scorer.logOdds(frame).forEach((score, i) => { expect(base + (values[2 * i] as number) + (values[2 * i + 1] as number)).toBeCloseTo(score, 9); });
    expect(scorer.probabilities(frame).every((p) => p > 0 && p < 1)).toBeTrue();
  });
});
