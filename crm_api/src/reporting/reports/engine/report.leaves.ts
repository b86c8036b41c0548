import type { Actor } from '../../../kernel/context/actor.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import type { ReportingDay } from '../../period/period.range.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { calculate, keysOf, ofTotal, plainDecimal } from './calculation.js';
import { askedRange } from './compared.range.js';
import { companionsOf, type Catalogue } from './report.catalogue.js';
import { refused } from './report.errors.js';
import { leafQuery } from './report.plan.js';

type Scalar = string | number | boolean | null;

/** All leaves of a report, one by one, and what is said of them; the answer has no cells. */
export interface ReportLeaves {
  readonly answer: ReportAnswer;
  /** A value for each split of rows and columns in the reader's language, then one for each value of the report. */
  readonly rows: AsyncIterable<readonly Scalar[]>;
}

/** What the leaves are read with. */
export interface LeavesRequest {
  readonly actor: Actor;
  readonly report: ReportDefinition;
  readonly at: ReportingDay;
  readonly locale: 'en' | 'ar';
  readonly catalogue: Catalogue;
  readonly values: ReportAnswer['values'];
  readonly signal: AbortSignal;
}

/** Streams every leaf, however many. What needs all of them at once (conditions on values, the first of them, a share of a total, a comparison) is a 422. */
export async function readLeaves(analytics: Pick<AnalyticsService, 'stream'>, { actor, report, at, locale, catalogue, values, signal }: LeavesRequest): Promise<ReportLeaves> {
  refuseTotals(report);
  const range = askedRange(report, at);
  const query = leafQuery(report, { catalogue, at, range, compared: null });
  const { columns, rows, watermark, proof } = await analytics.stream(actor, { ...query, order: [] }, signal);
  const placeOf = (name: string): number => columns.indexOf(name);
  const splits = [...report.rows, ...report.columns].map(({ member, grain }) => {
    const own = placeOf(grain === undefined ? member : `${member}.${grain}`);
    const arabic = grain === undefined && locale === 'ar' ? companionsOf(member, catalogue).arabic : null;
    const translated = arabic === null ? own : placeOf(arabic);
    return (row: readonly Scalar[]): Scalar => (grain === undefined ? row[translated] ?? row[own] ?? null : row[own] === null ? null : String(row[own]).slice(0, 10));
  });
  const measured = new Map(report.values.map((value) => [value.key, 'measure' in value ? placeOf(value.measure) : -1]));
  const additive = new Set(report.values.flatMap((value) => ('measure' in value && catalogue.get(value.measure)?.additive ? [value.key] : [])));
  const valueOf = (row: readonly Scalar[], key: string): string | null => {
    const value = report.values.find((one) => one.key === key)!;
    if ('measure' in value) { const cell = row[measured.get(key)!] ?? null; return cell === null ? null : plainDecimal(String(cell)); }
    return keysOf(value.calculation).every((name) => valueOf(row, name) === null) ? null : calculate(value.calculation, (name) => valueOf(row, name) ?? (additive.has(name) ? '0' : null));
  };
  async function* leaves(): AsyncGenerator<readonly Scalar[]> {
    for await (const row of rows) yield [...splits.map((read) => read(row)), ...report.values.map(({ key }) => valueOf(row, key))];
  }
  return {
    answer: { watermark, consistent: true, proof: proof as ReportAnswer['proof'], currency: null, range, compared: null, values, rows: [], columns: [], cells: {}, before: null, cut: [], query },
    rows: leaves(),
  };
}

function refuseTotals({ having, top, compare, values }: ReportDefinition): void {
  if (having.length > 0) throw refused('having', 'report_rows_having');
  if (top) throw refused('top', 'report_rows_top');
  if (compare) throw refused('compare', 'report_rows_compare');
  for (const [at, value] of values.entries()) if ('calculation' in value && ofTotal(value.calculation)) throw refused(`values.${at}.calculation`, 'report_rows_share');
}
