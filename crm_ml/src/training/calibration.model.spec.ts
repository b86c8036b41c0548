import { createRandom } from '../random.generator.js';
import { calibrate, fitIsotonic, fitPlatt } from './calibration.model.js';
import { heldOutRows, selectCalibration } from './calibration.selection.js';
import { logit, sigmoid } from './logit.math.js';

function outcomes(truth: Float64Array, seed: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from(truth, (x) => Number(random.next() < sigmoid(x)));
}

describe('calibration', () => {
  const random = createRandom(9);
  const truth = Float64Array.from({ length: 20_000 }, () => 4 * random.next() - 2.5);
  const y = outcomes(truth, 1);

  it('Platt scaling finds the slope and shift that were applied', () => {
    const platt = fitPlatt(truth.map((x) => 3 * x + 1), y);
    if (platt.kind !== 'platt') return fail('not Platt');
    expect(platt.slope).toBeCloseTo(1 / 3, 1);
    expect(platt.intercept).toBeCloseTo(-1 / 3, 1);
  });

  it('Platt scaling gives the base rate, not its mirror image, to a model that is worse than chance', () => {
    const platt = fitPlatt(truth.map((x) => -x), y);
    if (platt.kind !== 'platt') return fail('not Platt');
    expect(platt.slope).toBe(0);
    expect(sigmoid(platt.intercept)).toBeCloseTo(y.reduce((s, v) => s + v, 0) / y.length, 3);
  });

  it('isotonic calibration pools violators (hand-computed) and never decreases', () => {
    // Rates 0, 1, 0, 1: the middle two pool to 1/2. Two pseudo-rows of the base rate 2.5/5 = 1/2 smooth each block.
    const isotonic = fitIsotonic(Float64Array.of(1, 2, 3, 4), Uint8Array.of(0, 1, 0, 1));
    if (isotonic.kind !== 'isotonic') return fail('not isotonic');
    expect(isotonic.at).toEqual([1, 2.5, 4]);
    expect(isotonic.logOdds.map(sigmoid).map((p) => Number(p.toFixed(6)))).toEqual([0.333333, 0.5, 0.666667]);
    expect(calibrate(isotonic, -100)).toBeCloseTo(logit(1 / 3), 9);
    expect(sigmoid(calibrate(isotonic, 1.75))).toBeGreaterThan(1 / 3);
    expect(calibrate(isotonic, 100)).toBeCloseTo(logit(2 / 3), 9);
  });

  it('leaves a calibrated model alone and mends a bent one, forward in time too', () => {
    expect(selectCalibration(heldOutRows(truth, y), 1).kind).toBe('none');
    const bent = truth.map((x) => 4 * x);
    expect(selectCalibration(heldOutRows(bent, y), 1).kind).toBe('platt');
    const time = truth.map((_, i) => i);
    expect(selectCalibration(heldOutRows(bent, y, time), 1).kind).toBe('platt');
    const stepped = truth.map((x) => Math.sign(x) * x ** 4);
    expect(selectCalibration(heldOutRows(stepped, y), 1).kind).toBe('isotonic');
  });

  it('uses only rows that were held out', () => {
    expect(heldOutRows(Float64Array.of(NaN, 1, NaN, 2), Uint8Array.of(1, 0, 1, 1)).target).toEqual(Uint8Array.of(0, 1));
  });
});
