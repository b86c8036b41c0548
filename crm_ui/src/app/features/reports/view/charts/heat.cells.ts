import { Reader } from '@shared/format/reader';
import { ReportCell } from '../report.cell';
import { ChartModel } from './report.series';

/** A cell of a grid of colours. `future` is not there yet, `none` has nothing. */
export interface HeatCell {
  readonly key: string;
  readonly state: 'known' | 'none' | 'future';
  /** How strong its colour is, 0 to 1; below zero for what is negative. */
  readonly heat: number;
  readonly short: string;
  /** The exact number with its names. */
  readonly words: string;
  readonly cell: ReportCell;
}

/** A line of it. */
export interface HeatLine {
  readonly key: string;
  readonly name: string;
  readonly cells: readonly HeatCell[];
}

/** The cells; strength is by the largest of all, of ratios by the whole. In a cohort grid nothing after a line's last number is time to come. */
export function heatLines(model: ChartModel, cohort: boolean, { text }: Pick<Reader, 'text'>): HeatLine[] {
  const numbers = model.categories.map((category) => model.series.map((series) => model.at(category, series)));
  const most = numbers.flat().reduce((top, { number }) => Math.max(top, Math.abs(number ?? 0)), 0) || 1;
  const whole = cohort && model.answer.values[0]?.unit === 'ratio' ? Math.max(1, most) : most;
  return model.categories.map((category, line) => {
    const last = (numbers[line] ?? []).findLastIndex(({ number }) => number !== null);
    return {
      key: category.key, name: category.label,
      cells: model.series.map((series, index): HeatCell => {
        const { number, short, full, cell } = numbers[line]?.[index] as NonNullable<(typeof numbers)[number][number]>;
        const state = number !== null ? 'known' : cohort && index > last ? 'future' : 'none';
        const names = { cohort: category.label, since: series.label };
        return { key: `${category.key}.${series.key}`, state, heat: number === null ? 0 : number / whole, short, words: state === 'future' ? text('report.cohort.future', names) : `${category.label}, ${series.label}: ${full}`, cell };
      }),
    };
  });
}

/** The place that an arrow leads to in lines and columns; null for other keys. */
export function heatMove({ line, column }: { readonly line: number; readonly column: number }, size: { readonly lines: number; readonly columns: number }, key: string, rtl: boolean): { readonly line: number; readonly column: number } | null {
  const to = (down: number, along: number): { line: number; column: number } => ({ line: Math.max(0, Math.min(line + down, size.lines - 1)), column: Math.max(0, Math.min(column + along, size.columns - 1)) });
  const forward = rtl ? -1 : 1;
  switch (key) {
    case 'ArrowRight': return to(0, forward);
    case 'ArrowLeft': return to(0, -forward);
    case 'ArrowDown': return to(1, 0);
    case 'ArrowUp': return to(-1, 0);
    case 'Home': return { line, column: 0 };
    case 'End': return { line, column: size.columns - 1 };
    default: return null;
  }
}
