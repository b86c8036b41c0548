import { categoryColumn, numberColumn, type Frame } from '../features/frame.model.js';
import { WIN_FEATURES } from '../features/win.definition.js';
import { buildReasons } from './reason.builder.js';

describe('reasons', () => {
  const features = WIN_FEATURES.slice(0, 14).map((f) => f.name);
  const frame: Frame = { rows: 2, columns: features.map((name) => (name === 'stage' ? categoryColumn(name, ['Talks', null]) : numberColumn(name, [1234.567, null]))) };
  const row = [1.2, -0.9, 0.8, 0.7, 0.6, 0.5, 0.45, -0.8, -0.7, -0.6, -0.5, -0.4, 0.00004, 0];
  const contributions = { base: -0.5, features, values: Float64Array.from([...row.map(() => 0), ...row]) };

  it('shows five up and five down, strongest first, and sums to the whole', () => {
    const reasons = buildReasons(contributions, frame, 1, false);
    expect(reasons.filter((r) => r.direction === 'up' && r.feature !== 'other').length).toBe(5);
    expect(reasons.filter((r) => r.direction === 'down' && r.feature !== 'other').length).toBe(5);
    expect(reasons[0]).toEqual({ feature: 'stage', label_en: 'Stage', label_ar: 'المرحلة', direction: 'up', contribution: 1.2, value: null });
    expect(reasons[reasons.length - 1]?.feature).toBe('other');
    expect(reasons.reduce((s, r) => s + r.contribution, 0)).toBeCloseTo(row.reduce((s, c) => s + c, 0), 3);
  });

  it('says that nothing moves the score where nothing does, and says first that a model has little skill', () => {
    expect(buildReasons(contributions, frame, 0, false).map((r) => [r.feature, r.direction, r.contribution])).toEqual([['average', 'none', 0]]);
    expect(buildReasons(contributions, frame, 0, true).map((r) => [r.feature, r.direction, r.contribution])).toEqual([['low_skill', 'none', 0], ['average', 'none', 0]]);
  });

  it('shows values as people read them, and every feature has both names', () => {
    const shown = buildReasons({ base: 0, features, values: Float64Array.from(features, () => 1) }, { ...frame, rows: 1 }, 0, false);
    expect(shown.find((r) => r.feature === 'stage')?.value).toBe('Talks');
    expect(shown.find((r) => r.feature === 'stage_progress')?.value).toBe(1235);
    for (const feature of WIN_FEATURES) {
      expect(feature.label_en).toMatch(/[a-z]/);
      expect(feature.label_ar).toMatch(/[\u0600-\u06ff]/);
    }
  });
});
