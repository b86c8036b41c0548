import { categoryColumn, numberColumn, type Frame } from '../features/frame.model.js';
import { createRandom } from '../random.generator.js';
import { LinearEncoder } from './linear.encoder.js';
import { fitLogistic, LogisticModel } from './logistic.model.js';
import { logit, sigmoid } from './logit.math.js';

describe('logistic regression', () => {
  const frameOf = (x: number[]): Frame => ({ rows: x.length, columns: [numberColumn('x', x)] });

  it('finds the log odds ratio of a two-by-two table, which is its closed form', () => {
    // x = 0: 30 of 100 positive, x = 1: 80 of 100 positive.
    const x = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1));
    const y = Uint8Array.from({ length: 200 }, (_, i) => (i < 100 ? Number(i < 30) : Number(i < 180)));
    const model = LogisticModel.fit(frameOf(x), y, { lambda: 1e-8, binning: 'skewed' });
    const [low, high] = model.logOdds(frameOf([0, 1]));
    expect(low).toBeCloseTo(logit(0.3), 4);
    expect(high).toBeCloseTo(logit(0.8), 4);
  });

  it('stands at the optimum: every penalised derivative is zero', () => {
    const random = createRandom(3);
    const rows = 400;
    const frame: Frame = {
      rows,
      columns: [numberColumn('a', Array.from({ length: rows }, () => random.next() * 4)), categoryColumn('b', Array.from({ length: rows }, () => 'uvw'[random.below(3)]))],
    };
    const y = Uint8Array.from({ length: rows }, () => Number(random.next() < 0.4));
    const design = LinearEncoder.fit(frame, 'skewed').transform(frame);
    const lambda = 2;
    const fit = fitLogistic(design, y, lambda);
    const slope = new Float64Array(design.width);
    let intercept = 0;
    for (let i = 0; i < rows; i++) {
      let s = fit.intercept;
      for (let k = design.starts[i] as number; k < (design.starts[i + 1] as number); k++) s += (design.values[k] as number) * (fit.weights[design.columns[k] as number] as number);
      const r = (y[i] as number) - sigmoid(s);
      intercept += r;
      for (let k = design.starts[i] as number; k < (design.starts[i + 1] as number); k++) slope[design.columns[k] as number] = (slope[design.columns[k] as number] as number) + r * (design.values[k] as number);
    }
    expect(Math.abs(intercept)).toBeLessThan(1e-3);
    slope.forEach((g, j) => { expect(g).withContext(`column ${j}`).toBeCloseTo(lambda * (fit.weights[j] as number), 3); });
  });

  it('shrinks to the base rate as the penalty grows', () => {
    const y = Uint8Array.from({ length: 100 }, (_, i) => Number(i % 4 === 0));
    const model = LogisticModel.fit(frameOf(Array.from(y)), y, { lambda: 1e9, binning: 'skewed' });
    for (const p of model.logOdds(frameOf([0, 1])).map(sigmoid)) expect(p).toBeCloseTo(0.25, 3);
  });

  it('splits each score exactly into base and contributions, with blanks, unseen levels and binned numbers', () => {
    const random = createRandom(5);
    const make = (rows: number, levels: string): Frame => ({
      rows,
      columns: [
        numberColumn('plain', Array.from({ length: rows }, () => (random.next() < 0.1 ? null : random.next()))),
        numberColumn('skewed', Array.from({ length: rows }, () => Math.exp(6 * random.next()))),
        categoryColumn('kind', Array.from({ length: rows }, () => (random.next() < 0.1 ? null : levels[random.below(levels.length)]))),
      ],
    });
    const train = make(300, 'abc'), later = make(50, 'abcdz');
    const model = LogisticModel.fit(train, Uint8Array.from({ length: 300 }, () => random.below(2)), { lambda: 1, binning: 'skewed' });
    const again = LogisticModel.fromJSON(JSON.parse(JSON.stringify(model)) as ReturnType<LogisticModel['toJSON']>);
    const { base, features, values } = again.contributions(later);
    expect(features).toEqual(['plain', 'skewed', 'kind']);
    model.logOdds(later).forEach((score, i) => {
      expect(base + (values[i * 3] as number) + (values[i * 3 + 1] as number) + (values[i * 3 + 2] as number)).toBeCloseTo(score, 9);
    });
  });

  it('survives separable data, absurd outliers and hundreds of levels', () => {
    const rows = 600;
    const y = Uint8Array.from({ length: rows }, (_, i) => Number(i >= 300));
    const frame: Frame = {
      rows,
      columns: [
        numberColumn('separates', Array.from({ length: rows }, (_, i) => i)),
        numberColumn('absurd', Array.from({ length: rows }, (_, i) => (i === 7 ? 1e300 : i % 5))),
        categoryColumn('many', Array.from({ length: rows }, (_, i) => `level ${i % 590}`)),
      ],
    };
    const model = LogisticModel.fit(frame, y, { lambda: 1, binning: 'all' });
    expect(model.logOdds(frame).every(Number.isFinite)).toBeTrue();
    expect(model.encoder.width).toBeLessThanOrEqual(400);
  });
});
