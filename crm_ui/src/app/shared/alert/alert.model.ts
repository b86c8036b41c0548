import { addDays, DayRange, periodOf, PeriodKey, todayIn } from '@core/analytics/period';
import { NumberQuestion } from '@shared/kpi/number.model';

/** Periods that an alert counts in; days are those of the reporting time zone. */
export const ALERT_PERIODS = [
  'all', 'today', 'yesterday', 'last7Days', 'last30Days', 'last90Days', 'thisWeek', 'thisMonth', 'lastMonth', 'thisQuarter', 'lastQuarter', 'thisYear', 'thisFiscalQuarter', 'lastFiscalQuarter', 'thisFiscalYear', 'last12Months',
] as const;
/** One of them. */
export type AlertPeriod = (typeof ALERT_PERIODS)[number];

/** A condition on the rows that are counted, as Cube takes it. */
export interface AlertFilter {
  readonly member: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A number of the semantic layer that is watched. */
export interface AlertMeasureQuestion {
  readonly measure: string;
  readonly date?: string;
  readonly period?: AlertPeriod;
  readonly filters?: readonly AlertFilter[];
}

/** A value of a saved report that is watched: its total of all, or each of its innermost rows. */
export interface AlertReportQuestion {
  readonly report_id: string;
  readonly value: string;
  readonly rows: 'total' | 'any';
}

/** What is watched. */
export type AlertQuestion = AlertMeasureQuestion | AlertReportQuestion;

/** A row of a report that crossed. */
export interface AlertFoundRow {
  readonly splits: readonly { readonly member: string; readonly grain?: string; readonly value: string | number | boolean | null; readonly value_ar: string | null }[];
  readonly value: string;
}

/** What a look found of a report. */
export interface AlertFound {
  readonly report: { readonly id: string; readonly name: string; readonly name_ar: string | null; readonly version: number };
  readonly title: string;
  readonly title_ar: string;
  readonly unit: string;
  readonly rows: readonly AlertFoundRow[];
  readonly count: number;
}

/** When an alert fires. */
export type AlertCondition =
  | { readonly kind: 'above' | 'below'; readonly threshold: string }
  | { readonly kind: 'anomaly'; readonly grain: 'day' | 'month'; readonly sensitivity?: number };

/** An alert as the API keeps it; numbers are decimal text. */
export interface Alert {
  readonly id: string;
  readonly name: string;
  readonly question: AlertQuestion;
  readonly condition: AlertCondition;
  readonly is_enabled: boolean;
  readonly state: 'ok' | 'firing' | 'unknown';
  readonly firing_since: string | null;
  readonly value: string | null;
  readonly expected: { readonly low: string; readonly high: string } | null;
  readonly problem: string | null;
  readonly checked_at: string | null;
  readonly watermark: { readonly lsn: string; readonly committed_at: string } | null;
  /** The query of the number alone, as of today; null for a report. */
  readonly query: Record<string, unknown> | null;
  /** Of a report only. */
  readonly found: AlertFound | null;
}

/** What a form begins with where it makes a new alert. */
export type AlertSeed = Partial<AlertMeasureQuestion> & Partial<AlertReportQuestion>;

const DATED: readonly PeriodKey[] = ['thisQuarter', 'lastQuarter', 'thisYear', 'thisFiscalQuarter', 'thisFiscalYear', 'last12Months'];

/** The period whose days are these; null where no period is. */
export function periodOfRange(range: DayRange, zone: string, startMonth: number, now: Date = new Date()): AlertPeriod | null {
  const today = todayIn(zone, now);
  const day = today.toISOString().slice(0, 10);
  const found = DATED.find((key) => periodOf(key, today, null, startMonth).range?.join() === range.join());
  if (found) return found as AlertPeriod;
  if (range[1] !== day) return null;
  return ([['today', 0], ['last7Days', 6], ['last30Days', 29], ['last90Days', 89]] as const).find(([, back]) => addDays(day, -back) === range[0])?.[0] ?? null;
}

/** The alert that a number on screen suggests: the same measure, filters and period; the cell of a chart is a further filter. */
export function seedOf({ query, measure, point = {} }: NumberQuestion, zone: string, startMonth: number, now: Date = new Date()): AlertSeed {
  const name = measure ?? (query['measures'] as readonly string[] | undefined)?.[0];
  const [time] = (query['timeDimensions'] ?? []) as readonly { readonly dimension: string; readonly dateRange?: DayRange | string }[];
  const range = Array.isArray(time?.dateRange) ? (time.dateRange as unknown as DayRange) : null;
  const cell = Object.entries(point).filter(([member]) => !member.startsWith(`${time?.dimension ?? ' '}.`) && !/(_ar|_id|_position)$/.test(member));
  const filters = [
    ...((query['filters'] ?? []) as readonly AlertFilter[]).filter(({ member, operator }) => !(operator === 'set' && member === time?.dimension)),
    ...cell.map(([member, value]): AlertFilter => (value === null || value === '' ? { member, operator: 'notSet' } : { member, operator: 'equals', values: [String(value)] })),
  ];
  const period = range && periodOfRange([range[0].slice(0, 10), range[1].slice(0, 10)], zone, startMonth, now);
  return { ...(name ? { measure: name } : {}), ...(time ? { date: time.dimension, period: period ?? 'all' } : {}), ...(filters.length > 0 ? { filters } : {}) };
}
