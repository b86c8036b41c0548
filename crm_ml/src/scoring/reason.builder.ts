import type { Column, Frame } from '../features/frame.model.js';
import { featureOf } from '../features/win.definition.js';
import type { Contributions } from '../training/logistic.model.js';

/**
 * Why a score is what it is. `contribution` is in log-odds; the contributions of one score sum to logit(probability) − logit(base
 * probability), to four decimals each. `value` is what the deal has: a number, a text, or null where unknown.
 */
export interface Reason {
  feature: string;
  label_en: string;
  label_ar: string;
  direction: 'up' | 'down' | 'none';
  contribution: number;
  value: number | string | null;
}

/** Strongest reasons shown in each direction. */
const SHOWN = 5;
/** Weaker contributions are noise in words: a hundredth of log-odds moves a probability by at most 0.25 points. */
const VISIBLE = 0.005;

const OTHER = { feature: 'other', label_en: 'Everything else together', label_ar: 'جميع العوامل الأخرى معًا' };
const LOW_SKILL: Reason = {
  feature: 'low_skill', direction: 'none', contribution: 0, value: null,
  label_en: 'Not yet proven on the newest closed deals: read it as an indication',
  label_ar: 'لم تُثبته أحدث الصفقات المغلقة بعد: اعتبره مؤشرًا لا أكثر',
};

const AVERAGE: Reason = {
  feature: 'average', direction: 'none', contribution: 0, value: null,
  label_en: 'Like most closed deals: nothing known about this one sets it apart',
  label_ar: 'مثل معظم الصفقات المغلقة: لا شيء معروفًا عنها يميزها',
};

/** Up to five reasons up and five down, strongest first, and the rest as one; a model of low skill says so first, and a score that nothing moves says that. */
export function buildReasons(contributions: Contributions, frame: Frame, row: number, lowSkill: boolean): Reason[] {
  const width = contributions.features.length;
  const columns = new Map(frame.columns.map((column) => [column.name, column]));
  const all = contributions.features.map((feature, f): Reason => {
    const contribution = contributions.values[row * width + f] as number;
    const definition = featureOf(feature);
    const column = columns.get(feature);
    return {
      feature,
      label_en: definition?.label_en ?? feature,
      label_ar: definition?.label_ar ?? feature,
      direction: contribution > 0 ? 'up' : 'down',
      contribution,
      value: column ? valueOf(column, row) : null,
    };
  });
  const visible = all.filter((r) => Math.abs(r.contribution) >= VISIBLE).sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const shown = [...visible.filter((r) => r.direction === 'up').slice(0, SHOWN), ...visible.filter((r) => r.direction === 'down').slice(0, SHOWN)]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .map((r) => ({ ...r, contribution: round4(r.contribution) }));
  const rest = round4(all.reduce((sum, r) => sum + r.contribution, 0) - shown.reduce((sum, r) => sum + r.contribution, 0));
  const other: Reason[] = rest === 0 ? [] : [{ ...OTHER, direction: rest > 0 ? 'up' : 'down', contribution: rest, value: null }];
  const moved = [...shown, ...other];
  return [...(lowSkill ? [LOW_SKILL] : []), ...(moved.length === 0 ? [AVERAGE] : moved)];
}

function valueOf(column: Column, row: number): number | string | null {
  if (column.kind === 'category') return column.levels[column.codes[row] as number] ?? null;
  const value = column.values[row] as number;
  return Number.isFinite(value) ? Number(value.toFixed(Math.abs(value) >= 100 ? 0 : 2)) : null;
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4 || 0;
}
