import type { BatchQuery } from '../../analytics/analytics.batch.js';
import type { DashboardFilter } from '../../dashboards/dashboard.types.js';
import type { DayRange, ReportingDay } from '../../period/period.range.js';
import type { ReportDefinition, Split } from '../definition/report.types.js';
import { companionsOf, type Catalogue } from './report.catalogue.js';

/** One question of a report: the figures by its first `rows` and `columns` splits. */
export interface ReportQuestion extends BatchQuery {
  readonly rows: number;
  readonly columns: number;
  /** Of the rows that `top` leaves out, together. */
  readonly others: boolean;
  /** Of the days that it is compared with. */
  readonly before: boolean;
}

/** What the questions of a report are made from. */
export interface PlanContext {
  readonly catalogue: Catalogue;
  readonly at: ReportingDay;
  readonly range: DayRange | null;
  readonly compared: DayRange | null;
  /** Rows of one answer. */
  readonly limit: number;
  /** Conditions of the rows that `top` leaves out; null where there are none to ask for. */
  readonly others: readonly DashboardFilter[] | null;
  /** Conditions of the groups that are asked for, where all would be too many. */
  readonly groups: readonly CubeFilter[];
}

/** A condition as Cube takes it. */
export type CubeFilter = DashboardFilter | { readonly or: readonly CubeFilter[] } | { readonly and: readonly CubeFilter[] };

/** Every question of a report: each level of the rows by each level of the columns, now and compared, with what `top` leaves out. */
export function questionsOf(report: ReportDefinition, context: PlanContext): ReportQuestion[] {
  const levels = [...report.rows.keys(), report.rows.length].flatMap((rows) => [...report.columns.keys(), report.columns.length].map((columns) => ({ rows, columns })));
  const times = context.compared === null ? [false] : [false, true];
  return times.flatMap((before) => [
    ...levels.map(({ rows, columns }) => question(report, context, { rows, columns, before, others: false })),
    ...(context.others === null ? [] : [...report.columns.keys(), report.columns.length].map((columns) => question(report, context, { rows: 0, columns, before, others: true }))),
  ]);
}

/** The query of the leaves, without a limit: what the records behind a cell are asked with. */
export const leafQuery = (report: ReportDefinition, context: Omit<PlanContext, 'limit' | 'others' | 'groups'>): Readonly<Record<string, unknown>> =>
  queryOf(report, { ...context, limit: 0, others: null, groups: [] }, { rows: report.rows.length, columns: report.columns.length, before: false, others: false });

function question(report: ReportDefinition, context: PlanContext, parts: Omit<ReportQuestion, 'key' | 'query'>): ReportQuestion {
  return { ...parts, key: `${parts.rows}.${parts.columns}${parts.others ? '.others' : ''}${parts.before ? '.before' : ''}`, query: { ...queryOf(report, context, parts), limit: context.limit } };
}

function queryOf(report: ReportDefinition, { catalogue, at, range, compared, others, groups }: PlanContext, asked: Omit<ReportQuestion, 'key' | 'query'>): Record<string, unknown> {
  const currency = `${report.view}.reporting_currency`;
  const measures = [...new Set(report.values.flatMap((value) => ('measure' in value ? [value.measure] : []))), ...(catalogue.has(currency) ? [currency] : [])];
  const splits = [...report.rows.slice(0, asked.rows), ...report.columns.slice(0, asked.columns)];
  const dimensions = splits.flatMap((split) => dimensionsOf(split, catalogue));
  const days = asked.before ? compared : range;
  const times = splits.flatMap(({ member, grain }) => (grain === undefined ? [] : [{ dimension: member, granularity: grain, ...(days !== null && member === report.period?.member ? { dateRange: days } : {}) }]));
  const dated = days !== null && report.period !== null && !times.some(({ dimension }) => dimension === report.period?.member);
  const filters: CubeFilter[] = [
    ...report.filters.map((one) => ('any' in one ? { or: one.any } : one)),
    // For all time only rows that have the date: the same that its steps add up to.
    ...(report.period !== null && days === null ? [{ member: report.period.member, operator: 'set' }] : []),
    ...(asked.others ? (others ?? []) : []),
    ...(asked.rows > 0 && !asked.others ? groups : []),
  ];
  return {
    measures, ...(dimensions.length > 0 ? { dimensions } : {}), timezone: at.zone,
    ...(times.length > 0 || dated ? { timeDimensions: [...times, ...(dated ? [{ dimension: report.period.member, dateRange: days }] : [])] } : {}),
    ...(filters.length > 0 ? { filters } : {}),
  };
}

/** The dimensions of a split that is no time. */
function dimensionsOf({ member, grain }: Split, catalogue: Catalogue): string[] {
  if (grain !== undefined) return [];
  const { arabic, id, position } = companionsOf(member, catalogue);
  return [member, arabic, id, position].filter((one): one is string => one !== null);
}
