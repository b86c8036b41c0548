import type { DashboardFilter } from '../dashboards/dashboard.types.js';
import type { PeriodName } from '../period/period.range.js';

/** A number of the semantic layer that is watched. */
export interface MeasureQuestion {
  /** `view.measure`. */
  readonly measure: string;
  /** The time by which the period, or the days and months of an anomaly, are told apart. */
  readonly date?: string;
  readonly period?: PeriodName;
  readonly filters?: readonly DashboardFilter[];
}

/** A value of a saved report that is watched, by its current version: its total of all, or each of its innermost rows over all columns. */
export interface ReportQuestion {
  readonly report_id: string;
  /** The value's key in the definition. */
  readonly value: string;
  readonly rows: 'total' | 'any';
}

/** What is watched. */
export type Question = MeasureQuestion | ReportQuestion;

/** A row of a report that crossed: its splits from the outermost in, and the number. */
export interface FoundRow {
  readonly splits: readonly { readonly member: string; readonly grain?: string; readonly value: string | number | boolean | null; readonly value_ar: string | null }[];
  readonly value: string;
}

/** What a look found of a report, beside the number. */
export interface Found {
  readonly report: { readonly id: string; readonly name: string; readonly name_ar: string | null; readonly version: number };
  /** What the value is called, and its unit. */
  readonly title: string;
  readonly title_ar: string;
  readonly unit: string;
  /** The rows that crossed, those farthest off first, as many as are kept. */
  readonly rows: readonly FoundRow[];
  /** How many crossed. */
  readonly count: number;
}

/** When it fires: on a side of a threshold (a decimal), or outside of what days like it, or the months before, let expect. */
export type Condition =
  | { readonly kind: 'above' | 'below'; readonly threshold: string }
  | { readonly kind: 'anomaly'; readonly grain: 'day' | 'month'; readonly sensitivity?: number };

export type AlertState = 'ok' | 'firing' | 'unknown';

/** A row of `crm_alerts` with the name of its owner. Numbers are decimal text. */
export interface AlertRow {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
  readonly owner_name: string | null;
  readonly question: Question;
  readonly condition: Condition;
  /** Whether a day without rows is a zero rather than no value. */
  readonly additive: boolean;
  readonly is_enabled: boolean;
  readonly state: AlertState;
  readonly firing_since: Date | null;
  readonly value: string | null;
  readonly expected_low: string | null;
  readonly expected_high: string | null;
  readonly problem: string | null;
  /** Of a report only. */
  readonly found: Found | null;
  readonly checked_at: Date | null;
  readonly lsn: string | null;
  readonly committed_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** What a caller says of an alert. */
export interface AlertChange {
  readonly name?: string;
  readonly question?: Question;
  readonly condition?: Condition;
  readonly is_enabled?: boolean;
}

/** What one look at the number says. */
export interface Finding {
  readonly state: AlertState;
  /** The number, a decimal; null where there is none. */
  readonly value: string | null;
  readonly expected: { readonly low: string; readonly high: string } | null;
  /** Why the state is unknown: a stable code. */
  readonly problem: string | null;
  readonly watermark: { readonly lsn: string; readonly committed_at: string } | null;
  /** The query of the number alone; null for a report, which shows its records itself. */
  readonly query: Readonly<Record<string, unknown>> | null;
  /** Of a report only; null also where it could not be looked at. */
  readonly found: Found | null;
}
