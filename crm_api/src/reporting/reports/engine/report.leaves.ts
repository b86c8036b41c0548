import type { Actor } from '../../../kernel/context/actor.js';
import type { AnalyticsService } from '../../analytics/analytics.service.js';
import type { SemanticRow } from '../../analytics/semantic.stream.js';
import type { ReportingDay } from '../../period/period.range.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';
import { calculate, keysOf, ofTotal, plainDecimal } from './calculation.js';
import { askedRange } from './compared.range.js';
import { companionsOf, type Catalogue } from './report.catalogue.js';
import { refused } from './report.errors.js';
import { leafQuery } from './report.plan.js';

type Scalar = SemanticRow[number];
/** What is written of a row in one column. */
type Reader = (row: SemanticRow) => Scalar;

/** All leaves of a report, some at a time, and what is said of them; the answer has no cells. */
export interface ReportLeaves {
  readonly answer: ReportAnswer;
  /** A value for each split of rows and columns in the reader's language, then one for each value of the report. */
  readonly batches: AsyncIterable<readonly (readonly Scalar[])[]>;
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
  const { columns, batches, watermark, proof } = await analytics.stream(actor, { ...query, order: [] }, signal);
  const placeOf = (name: string): number => columns.indexOf(name);
  const splits = [...report.rows, ...report.columns].map(({ member, grain }): Reader => {
    const own = placeOf(grain === undefined ? member : `${member}.${grain}`);
    if (grain !== undefined) return (row) => (row[own] === null ? null : String(row[own]).slice(0, 10));
    const arabic = locale === 'ar' ? companionsOf(member, catalogue).arabic : null;
    const translated = arabic === null ? own : placeOf(arabic);
    return (row) => row[translated] ?? row[own] ?? null;
  });
  const readers = [...splits, ...valueReaders(report, catalogue, placeOf)];
  async function* leaves(): AsyncGenerator<readonly (readonly Scalar[])[]> {
    for await (const rows of batches) yield rows.map((row) => readers.map((read) => read(row)));
  }
  return {
    answer: { watermark, consistent: true, proof: proof as ReportAnswer['proof'], currency: null, range, compared: null, values, rows: [], columns: [], cells: {}, before: null, cut: [], query },
    batches: leaves(),
  };
}

/** The values of a report as they are read from a row, made once: what is looked up for each cell of a million rows is most of their time. */
function valueReaders({ values }: ReportDefinition, catalogue: Catalogue, placeOf: (name: string) => number): readonly Reader[] {
  const byKey = new Map<string, (row: SemanticRow) => string | null>();
  const additive = new Set(values.flatMap((value) => ('measure' in value && catalogue.get(value.measure)?.additive ? [value.key] : [])));
  for (const value of values) {
    if ('measure' in value) {
      const place = placeOf(value.measure);
      byKey.set(value.key, (row) => { const cell = row[place] ?? null; return cell === null ? null : plainDecimal(String(cell)); });
      continue;
    }
    const { calculation } = value;
    const keys = keysOf(calculation);
    const of = (row: SemanticRow, key: string): string | null => byKey.get(key)!(row);
    byKey.set(value.key, (row) => (keys.every((key) => of(row, key) === null) ? null : calculate(calculation, (key) => of(row, key) ?? (additive.has(key) ? '0' : null))));
  }
  return [...byKey.values()];
}

function refuseTotals({ having, top, compare, values }: ReportDefinition): void {
  if (having.length > 0) throw refused('having', 'report_rows_having');
  if (top) throw refused('top', 'report_rows_top');
  if (compare) throw refused('compare', 'report_rows_compare');
  for (const [at, value] of values.entries()) if ('calculation' in value && ofTotal(value.calculation)) throw refused(`values.${at}.calculation`, 'report_rows_share');
}
