import { Row } from '@core/analytics/analytics.client';
import { DayRange } from '@core/analytics/period';
import { monthStarts } from '@core/analytics/months';
import { toNumber } from '@core/format/format';

/** What the cells are: accounts that still pay, what they pay, or what customers have brought so far. */
export const GRID_METRICS = ['accounts', 'mrr', 'ltv'] as const;
/** One of them. */
export type GridMetric = (typeof GRID_METRICS)[number];

/** By metric: the view, the number of a cell, what it is a part of, and the one whose rows are the accounts of the cell. */
export const METRICS: Readonly<Record<GridMetric, { readonly view: string; readonly value: string; readonly part: string; readonly whole: string; readonly rows: string }>> = {
  accounts: { view: 'retention', value: 'retention.account_retention', part: 'retention.active_accounts', whole: 'retention.cohort_accounts', rows: 'retention.active_accounts' },
  mrr: { view: 'retention', value: 'retention.mrr_retention', part: 'retention.active_mrr', whole: 'retention.cohort_mrr', rows: 'retention.active_mrr' },
  ltv: { view: 'customer_cohorts', value: 'customer_cohorts.observed_ltv', part: 'customer_cohorts.profit_to_date', whole: 'customer_cohorts.customers', rows: 'customer_cohorts.customers' },
};

/** One cell. `future` has no month yet, `open` is the month that has not ended: masked, which is not zero. */
export interface CohortCell {
  readonly key: string;
  readonly since: number;
  readonly state: 'known' | 'open' | 'future';
  readonly value: number | null;
  /** Above and below the line. */
  readonly part: number | null;
  readonly whole: number | null;
  /** 0 to 5, how strongly it is coloured. */
  readonly heat: number;
}

/** The cells of one cohort; the key is its month, as `2026-03`. */
export interface CohortLine {
  readonly key: string;
  /** The cohort as the answer has it, to ask for its rows. */
  readonly at: string;
  /** Members at the beginning; null where that month has not ended either. */
  readonly size: number | null;
  readonly cells: readonly CohortCell[];
}

/** The grid with the months since as its columns. */
export interface CohortGrid {
  readonly months: readonly number[];
  readonly lines: readonly CohortLine[];
}

const HEATS = 5;

/** How strongly a cell is coloured: shares by what they are, sums by the largest in sight. */
export function heatOf(value: number | null, most: number): number {
  if (value === null || most <= 0 || value <= 0) return 0;
  return Math.min(HEATS, Math.max(1, Math.ceil((value / most) * HEATS)));
}

/** Puts the answer into a grid of every month of the range, so that a cohort without accounts is a line too only where it has any. */
export function cohortGrid(rows: readonly Row[], metric: GridMetric, range: DayRange): CohortGrid {
  const { view, value, part, whole } = METRICS[metric];
  const cohort = `${view}.cohort.month`;
  const found = new Map<string, Map<number, Row>>();
  for (const row of rows) {
    const key = String(row[cohort] ?? row[`${view}.cohort`] ?? '').slice(0, 7);
    const line = found.get(key) ?? new Map<number, Row>();
    line.set(Number(row[`${view}.months_since`]), row);
    found.set(key, line);
  }
  const known = rows.map((row) => toNumber(row[value])).filter((one) => one !== null);
  const most = metric === 'ltv' ? Math.max(0, ...known) : 1;
  const starts = monthStarts(range).map((day) => day.slice(0, 7)).filter((key) => found.has(key));
  const width = Math.max(0, ...[...found.values()].flatMap((line) => [...line.keys()])) + 1;
  const months = Array.from({ length: starts.length === 0 ? 0 : width }, (_, index) => index);
  return {
    months,
    lines: starts.map((key) => {
      const line = found.get(key) ?? new Map<number, Row>();
      return {
        key, at: String(line.get(0)?.[cohort] ?? `${key}-01T00:00:00.000`), size: toNumber(line.get(0)?.[whole === 'retention.cohort_mrr' ? 'retention.cohort_accounts' : whole]),
        cells: months.map((since): CohortCell => {
          const row = line.get(since);
          const number = toNumber(row?.[value]);
          const state = row === undefined ? 'future' : toNumber(row[whole]) === null ? 'open' : 'known';
          return { key: `${key}.${since}`, since, state, value: number, part: toNumber(row?.[part]), whole: toNumber(row?.[whole]), heat: state === 'known' ? heatOf(number, most) : 0 };
        }),
      };
    }),
  };
}

/** The key of the cell that an arrow leads to, over cells that have a number; the same where there is none. `forward` is the arrow along the line of reading. */
export function moveCell({ lines }: CohortGrid, at: string, key: string, rtl: boolean): string | null {
  const open = lines.map(({ cells }) => cells.map((cell) => (cell.state === 'known' ? cell.key : null)));
  const row = open.findIndex((cells) => cells.includes(at));
  const column = open[row]?.indexOf(at) ?? -1;
  if (row < 0) return null;
  const ends = open[row]?.filter((one) => one !== null) ?? [];
  const step = (rows: number, columns: number): string => open[row + rows]?.[column + columns] ?? at;
  const [forward, back] = rtl ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  switch (key) {
    case forward: return step(0, 1);
    case back: return step(0, -1);
    case 'ArrowDown': return step(1, 0);
    case 'ArrowUp': return step(-1, 0);
    case 'Home': return ends[0] ?? at;
    case 'End': return ends.at(-1) ?? at;
    default: return null;
  }
}
