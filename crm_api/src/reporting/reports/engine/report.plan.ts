import type { BatchQuery } from '../../analytics/analytics.batch.js';
import type { DashboardFilter } from '../../dashboards/dashboard.types.js';
import type { DayRange, ReportingDay } from '../../period/period.range.js';
import type { ReportDefinition, Split } from '../definition/report.types.js';
import { companionsOf, type Catalogue } from './report.catalogue.js';

/** A level of a report: the figures by its first `rows` and `columns` splits. */
export interface ReportLevel {
  readonly rows: number;
  readonly columns: number;
}

/** A level of which figures. */
export interface AskedLevel extends ReportLevel {
  /** Of the rows that `top` leaves out, together. */
  readonly others: boolean;
  /** Of the days that it is compared with. */
  readonly before: boolean;
}

/** One question of a report: some of its levels, which the semantic layer answers from one reading of the rows where it can. */
export interface ReportQuestion extends BatchQuery, Pick<AskedLevel, 'others' | 'before'> {
  readonly levels: readonly ReportLevel[];
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
  /** Without what is of both a row and a column, where it must first be known which rows there is room for. */
  readonly sides?: boolean;
  /** Conditions of the groups that are asked for, where all would be too many. */
  readonly groups: readonly CubeFilter[];
}

/** A condition as Cube takes it. */
export type CubeFilter = DashboardFilter | { readonly or: readonly CubeFilter[] } | { readonly and: readonly CubeFilter[] };

/** Every question of a report: each level of the rows by each level of the columns, now and compared, with what `top` leaves out. */
export function questionsOf(report: ReportDefinition, context: PlanContext): ReportQuestion[] {
  const columns = [...report.columns.keys(), report.columns.length];
  const totals = columns.map((one) => ({ rows: 0, columns: one }));
  const groups = report.rows.flatMap((_, at) => columns.map((one) => ({ rows: at + 1, columns: one })));
  // Totals are of everything, also where only some groups are asked for.
  const all = [...totals, ...groups].filter((level) => context.sides !== true || isSide(level));
  const parts = context.groups.length > 0 ? [totals, groups] : [all];
  const times = context.compared === null ? [false] : [false, true];
  return times.flatMap((before) => [
    ...parts.map((levels) => question(report, context, { levels, before, others: false })),
    ...(context.others === null ? [] : [question(report, context, { levels: totals, before, others: true })]),
  ]);
}

/** Whether a level is of the rows over all columns, or of the columns over all rows. */
export const isSide = ({ rows, columns }: ReportLevel): boolean => rows === 0 || columns === 0;

/** The query of the leaves, without a limit: what the records behind a cell are asked with. */
export const leafQuery = (report: ReportDefinition, context: Omit<PlanContext, 'limit' | 'others' | 'groups' | 'sides'>): Readonly<Record<string, unknown>> =>
  queryOf(report, { ...context, limit: 0, others: null, groups: [] }, { rows: report.rows.length, columns: report.columns.length, before: false, others: false });

function question(report: ReportDefinition, context: PlanContext, { levels, others, before }: Omit<ReportQuestion, 'key' | 'query'>): ReportQuestion {
  const last = { rows: Math.max(...levels.map(({ rows }) => rows)), columns: Math.max(...levels.map(({ columns }) => columns)) };
  const key = `${last.rows}.${last.columns}${others ? '.others' : ''}${before ? '.before' : ''}`;
  const members = levels.map((level) => [...new Set(splitsOf(report, level).flatMap((split) => (split.grain === undefined ? dimensionsOf(split, context.catalogue) : [`${split.member}.${split.grain}`])))]);
  return { levels, others, before, key, query: { ...queryOf(report, context, { ...last, others, before }), limit: context.limit, levels: members } };
}

const splitsOf = (report: ReportDefinition, { rows, columns }: ReportLevel): readonly Split[] => [...report.rows.slice(0, rows), ...report.columns.slice(0, columns)];

function queryOf(report: ReportDefinition, { catalogue, at, range, compared, others, groups }: PlanContext, asked: AskedLevel): Record<string, unknown> {
  const currency = `${report.view}.reporting_currency`;
  const measures = [...new Set(report.values.flatMap((value) => ('measure' in value ? [value.measure] : []))), ...(catalogue.has(currency) ? [currency] : [])];
  const splits = splitsOf(report, asked);
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
