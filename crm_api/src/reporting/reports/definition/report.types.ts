import type { DashboardFilter } from '../../dashboards/dashboard.types.js';
import type { DayRange, PeriodName } from '../../period/period.range.js';

/** A split of the figures: by the values of a dimension, or by the steps of a time. */
export interface Split {
  /** `view.dimension`. */
  readonly member: string;
  /** Of a time only, and needed there. */
  readonly grain?: Grain;
}

/** The steps of time that reports are split by. */
export const grains = ['day', 'week', 'month', 'quarter', 'year', 'fiscal_quarter', 'fiscal_year'] as const;
export type Grain = (typeof grains)[number];

/** An expression over other values of the report: a number, a value, a value of a total, or an operation. */
export type Expression =
  | { readonly number: string }
  | { readonly value: string }
  /** The value of the total that the cell is part of: of everything, of its row over all columns, of its column over all rows, or of the group its row is in. */
  | { readonly value: string; readonly of: 'grand' | 'row' | 'column' | 'parent' }
  | { readonly op: '+' | '-' | '*' | '/'; readonly args: readonly [Expression, Expression] };

/** A number shown: a measure of the view, or a calculation over other values. */
export interface MeasureValue {
  /** Unique in the report; what calculations, sorts and conditions call it by. */
  readonly key: string;
  readonly measure: string;
}
export interface CalculatedValue {
  readonly key: string;
  readonly title: string;
  readonly title_ar?: string;
  readonly calculation: Expression;
}
export type ReportValue = MeasureValue | CalculatedValue;

/** A condition on rows of the books; of `any` one suffices. */
export type ReportCondition = DashboardFilter | { readonly any: readonly DashboardFilter[] };

/** A condition on the rows of the report, by a value over all columns. */
export interface Having {
  readonly value: string;
  readonly operator: 'gt' | 'gte' | 'lt' | 'lte' | 'equals' | 'notEquals';
  /** Decimal text. */
  readonly number: string;
}

/** The first `n` values of the first row split by a value; `others` has what is left as one row. */
export interface Top {
  readonly value: string;
  readonly n: number;
  readonly others: boolean;
  readonly order: 'desc' | 'asc';
}

/** What is drawn. `table` is every split beside the other, `pivot` with columns across. */
export const shapes = ['table', 'pivot', 'kpi', 'bar', 'hbar', 'stacked', 'line', 'area', 'combo', 'funnel', 'waterfall', 'scatter', 'heatmap', 'cohort', 'map'] as const;

/** A report: what is asked, and how it is shown. Saved as it is, and in the address of the builder. */
export interface ReportDefinition {
  readonly v: 1;
  /** All members are of this view. */
  readonly view: string;
  readonly rows: readonly Split[];
  readonly columns: readonly Split[];
  readonly values: readonly ReportValue[];
  readonly filters: readonly ReportCondition[];
  readonly having: readonly Having[];
  /** Rows of the books by a time: in a named period of the reporting calendar, or from a day to a day, both inside. */
  readonly period: { readonly member: string; readonly range: PeriodName | DayRange } | null;
  /** Every value a second time, of the same stretch of the period before or of the year before; needs a period that is not `all`. */
  readonly compare: 'previous' | 'year' | null;
  readonly top: Top | null;
  /** Order of the rows at each level: by a value over all columns, or by the split's own order. */
  readonly sort: { readonly by: string; readonly order: 'asc' | 'desc' } | null;
  /** Which totals are shown; the grand total is the row of no split. */
  readonly totals: { readonly rows: boolean; readonly columns: boolean };
  readonly show: { readonly shape: (typeof shapes)[number] };
}

/** A row or column of the answer. Parents stand before their children; the first is the total of all, without a split. */
export interface ReportNode {
  /** How many splits it is of: 0 is the total, the number of splits a leaf. */
  readonly level: number;
  /** Its group, by place in the list; null for the total. */
  readonly parent: number | null;
  /** Value of its last split; null where the rows have none, and for the total. */
  readonly value: string | number | boolean | null;
  /** The value's name in Arabic, where it has one of its own. */
  readonly value_ar: string | null;
  /** The row of what `top` left out. */
  readonly others: boolean;
  /** Of others only: the conditions that its records meet beside those of the query. */
  readonly filters?: readonly DashboardFilter[];
  /** The members by which the warehouse finds its last split's rows, for `/analytics/rows`: `view.dimension`, or `view.time.grain`. */
  readonly point: Readonly<Record<string, string | number | boolean | null>>;
}

/** Something of the report that is not shown, and why. */
export interface ReportCut {
  readonly what: 'rows' | 'columns' | 'having' | 'top';
  readonly kept: number;
  /** Null where it is not known how many there are. */
  readonly of: number | null;
}

/** A value as the answer has it. */
export interface AnsweredValue {
  readonly key: string;
  /** Null for a calculation. */
  readonly measure: string | null;
  readonly title: string;
  readonly title_ar: string;
  /** Of the semantic layer, or worked out for a calculation. */
  readonly unit: string;
  /** Version of the measure's definition; null for a calculation. */
  readonly version: number | null;
}

/** Answer to a report. `cells[key]` has rows × columns values, row after row, as exact decimal text; null where there is nothing. */
export interface ReportAnswer {
  readonly watermark: { readonly lsn: string; readonly committed_at: string; readonly lag_ms: number };
  /** False when the data changed faster than it could be read at one state. */
  readonly consistent: boolean;
  /** Null where one of the tables was never compared. */
  readonly proof: Readonly<Record<string, unknown>> | null;
  readonly trace_id?: string;
  readonly currency: string | null;
  /** First and last day that were asked for. */
  readonly range: DayRange | null;
  readonly compared: DayRange | null;
  readonly values: readonly AnsweredValue[];
  readonly rows: readonly ReportNode[];
  readonly columns: readonly ReportNode[];
  readonly cells: Readonly<Record<string, readonly (string | null)[]>>;
  /** The same of the period before, where asked for. */
  readonly before: Readonly<Record<string, readonly (string | null)[]>> | null;
  readonly cut: readonly ReportCut[];
  /** The query of the leaves as Cube takes it: what `/analytics/rows` is asked with, and `/analytics/sql`. */
  readonly query: Readonly<Record<string, unknown>>;
}
