import { forwardFolds, groupedFolds, innerFolds, stratifiedFolds, timeSplit } from './split.plan.js';

describe('splits', () => {
  const target = Uint8Array.from({ length: 103 }, (_, i) => Number(i % 4 === 0));

  it('stratified folds hold each row once and each class evenly', () => {
    const folds = stratifiedFolds(target, 5, 1);
    expect(folds.flatMap((f) => [...f.test]).sort((a, b) => a - b)).toEqual(Array.from({ length: 103 }, (_, i) => i));
    for (const { train, test } of folds) {
      expect(train.length + test.length).toBe(103);
      const positives = test.reduce((s, i) => s + (target[i] as number), 0);
      expect(positives).toBeGreaterThanOrEqual(5);
      expect(positives).toBeLessThanOrEqual(6);
    }
    expect(stratifiedFolds(target, 5, 1)).toEqual(folds);
  });

  it('grouped folds never share a group, and too few groups are refused', () => {
    const group = Int32Array.from(target, (_, i) => i % 13);
    for (const { train, test } of groupedFolds(target, group, 4, 1)) {
      const there = new Set(Array.from(train, (i) => group[i]));
      expect(test.length).toBeGreaterThan(0);
      expect(Array.from(test).some((i) => there.has(group[i]))).toBeFalse();
    }
    expect(() => groupedFolds(target, group.map(() => 1), 4, 1)).toThrowMatching((e: { code?: string }) => e.code === 'too_few_groups');
  });

  it('a time split puts no instant on both sides and takes tested groups out of training', () => {
    const time = Float64Array.from(target, (_, i) => Math.floor(i / 10));
    const { train, test } = timeSplit(time, 0.7);
    expect(Math.max(...Array.from(train, (i) => time[i] as number))).toBeLessThan(Math.min(...Array.from(test, (i) => time[i] as number)));
    expect(Math.abs(train.length - 72)).toBeLessThanOrEqual(5);
    const group = Int32Array.from(target, (_, i) => (i === 0 || i === 102 ? 1 : i + 2));
    expect(timeSplit(time, 0.7, group).train).not.toContain(0);
    expect(() => timeSplit(time.map(() => 1), 0.7)).toThrowMatching((e: { code?: string }) => e.code === 'no_time_order');
  });

  it('forward folds train on the past only', () => {
    const time = Float64Array.from(target, (_, i) => 1000 - i);
    const folds = forwardFolds(time, 3, 0.4);
    expect(folds.length).toBe(3);
    for (const { train, test } of folds) expect(Math.max(...Array.from(train, (i) => time[i] as number))).toBeLessThan(Math.min(...Array.from(test, (i) => time[i] as number)));
  });

  it('inner folds follow time, then groups, then chance', () => {
    const frame = { rows: 103, columns: [] };
    const time = Float64Array.from(target, (_, i) => i);
    expect(innerFolds({ frame, target, time }, 1)).toEqual(forwardFolds(time, 3, 0.4));
    const group = Int32Array.from(target, (_, i) => i % 9);
    expect(innerFolds({ frame, target, group }, 1)).toEqual(groupedFolds(target, group, 3, 1));
    expect(innerFolds({ frame, target, time: time.map(() => 1) }, 1)).toEqual(stratifiedFolds(target, 3, 1));
  });
});
