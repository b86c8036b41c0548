import { Simulation } from './simulation.model';

/** A bar to draw, in per cent of the drawing. */
export interface DrawnBar {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly at: number;
  readonly width: number;
  readonly height: number;
  /** True where most of it lies between P10 and P90. */
  readonly inside: boolean;
}

/** The drawing of a distribution: bars and where P10, P50, P90 and the quota stand, in per cent; the quota null where it is none or far outside. */
export interface Distribution {
  readonly bars: readonly DrawnBar[];
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly quota: number | null;
  readonly from: number;
  readonly to: number;
}

/** A quota further away than this many widths of the draws would leave no room for them. */
const FAR = 2;

/** Lays out the draws beside the quota, on one scale. */
export function layDistribution({ histogram, p10, p50, p90, quota }: Pick<Simulation, 'histogram' | 'p10' | 'p50' | 'p90' | 'quota'>): Distribution {
  const [low, high] = [Number(histogram[0]?.from ?? 0), Number(histogram.at(-1)?.to ?? 0)];
  const [width, mark] = [high - low, Number(quota)];
  const shown = mark > 0 && mark >= low - FAR * width && mark <= high + FAR * width;
  const [from, to] = shown ? [Math.min(low, mark), Math.max(high, mark)] : [low, high];
  // All draws alike are one bar in the middle.
  const scale = (value: number): number => (to > from ? ((value - from) / (to - from)) * 100 : 50);
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  const bars = histogram.map((bar): DrawnBar => {
    const [start, end] = [Number(bar.from), Number(bar.to)];
    const middle = (start + end) / 2;
    return { ...bar, at: scale(start), width: Math.max(0.4, scale(end) - scale(start)), height: (bar.count / most) * 100, inside: middle >= Number(p10) && middle <= Number(p90) };
  });
  return { bars, p10: scale(Number(p10)), p50: scale(Number(p50)), p90: scale(Number(p90)), quota: shown ? scale(mark) : null, from, to };
}
