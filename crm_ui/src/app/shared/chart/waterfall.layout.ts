import { ChartPoint } from './chart-card.component';

/** One step: a level, or a change with its sign in `value`. */
export interface WaterfallStep extends ChartPoint {
  readonly total: boolean;
  /** The exact number in words. */
  readonly full: string;
}

/** How a bar is drawn: its lower edge, its length and the level after it, in hundredths of the plot. */
export interface WaterfallBar {
  readonly step: WaterfallStep;
  readonly look: 'total' | 'up' | 'down' | 'none';
  readonly low: number;
  readonly size: number;
  readonly level: number;
  readonly last: boolean;
}

/** The bars with the lines of the scale; `base` is the value at the foot of the plot. */
export interface WaterfallDrawing {
  readonly bars: readonly WaterfallBar[];
  readonly lines: readonly { readonly value: number; readonly at: number }[];
  readonly base: number;
}

/** Changes that together fill less of the scale than this could not be told apart. */
const LEAST_SHARE = 0.15;
const LINES = 4;

/** A round step of a scale, 1, 2 or 5 times a power of ten. */
export function roundStep(span: number, lines: number): number {
  const rough = span / lines;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? 10 * power;
}

/**
 * Lays out the steps. The scale begins at zero; where the changes would be too small to see beside the levels it begins at a round value below the lowest
 * level, which the chart then says and marks on the totals.
 */
export function drawWaterfall(steps: readonly WaterfallStep[]): WaterfallDrawing {
  let level = 0;
  const spans = steps.map(({ total, value }) => {
    const before = total ? 0 : level;
    level = total ? value : level + value;
    return { low: Math.min(before, level), high: Math.max(before, level), level, floor: total ? level : Math.min(before, level) };
  });
  const top = Math.max(...spans.map(({ high }) => high), 0);
  const bottom = Math.min(...spans.map(({ low }) => low), 0);
  const lowest = Math.min(...spans.map(({ floor }) => floor), top);
  const cut = bottom === 0 && lowest > 0 && top > lowest && (top - lowest) / top < LEAST_SHARE;
  // Room below the lowest level, so that the totals keep a body.
  const step = roundStep((cut ? (top - lowest) * 1.4 : top - bottom) || 1, LINES);
  const base = cut ? Math.max(0, Math.floor((lowest - (top - lowest) * 0.4) / step) * step) : Math.floor(bottom / step) * step;
  const head = Math.max(Math.ceil(top / step) * step, base + step);
  const at = (value: number): number => (Math.max(value - base, 0) / (head - base)) * 100;
  const lines = Array.from({ length: Math.round((head - base) / step) + 1 }, (_, index) => base + index * step).map((value) => ({ value, at: at(value) }));
  const bars = spans.map((span, index) => {
    const shown = steps[index] as WaterfallStep;
    const look = shown.total ? ('total' as const) : shown.value > 0 ? ('up' as const) : shown.value < 0 ? ('down' as const) : ('none' as const);
    return { step: shown, look, low: at(span.low), size: at(span.high) - at(span.low), level: at(span.level), last: index === steps.length - 1 };
  });
  return { bars, lines, base: cut ? base : 0 };
}
