import { addDays, addMonths, DayRange } from '@core/analytics/period';
import { CalculatedValue, Grain, ReportAnswer, ReportDefinition, ReportFilter, ReportNode, ReportValue, Split } from '@core/reports/report.model';
import { CellValue, NumberQuestion } from '@shared/kpi/number.model';
import { isCalculated, isMeasure, keysOf, splitKey } from './definition.model';
import { tidy } from './definition.moves';

const MONTHS: Readonly<Partial<Record<Grain, number>>> = { month: 1, quarter: 3, year: 12, fiscal_quarter: 3, fiscal_year: 12 };

/** First and last day of the step of a time that begins on a day. */
export function stepRange(first: string, grain: Grain): DayRange {
  const day = first.slice(0, 10);
  if (grain === 'day') return [day, day];
  if (grain === 'week') return [day, addDays(day, 6)];
  return [day, addDays(addMonths(day, MONTHS[grain] ?? 1), -1)];
}

/** A node and its groups, from the outermost to itself; the total is none of them. */
export function lineOf(nodes: readonly ReportNode[], index: number): readonly ReportNode[] {
  const node = nodes[index];
  if (!node || node.level === 0) return [];
  return [...(node.parent === null ? [] : lineOf(nodes, node.parent)), node];
}

/** What the records of a node have in common by its last split. Those of "others" have none of the values of its siblings. */
export function conditionOf(nodes: readonly ReportNode[], node: ReportNode, split: Split): readonly ReportFilter[] {
  if (node.others) {
    const siblings = nodes.filter((one) => one.level === node.level && one.parent === node.parent && !one.others);
    const values = siblings.flatMap(({ value }) => (value === null ? [] : [String(value)]));
    return [...(values.length > 0 ? [{ member: split.member, operator: 'notEquals', values }] : []), ...(siblings.some(({ value }) => value === null) ? [{ member: split.member, operator: 'set' }] : [])];
  }
  if (node.value === null) return [{ member: split.member, operator: 'notSet' }];
  if (split.grain) return [{ member: split.member, operator: 'inDateRange', values: [...stepRange(String(node.value), split.grain)] }];
  return [{ member: split.member, operator: 'equals', values: [String(node.value)] }];
}

/** Looks into a row: its groups become conditions, and `next` takes the place of the splits that they were of. */
export function drill(definition: ReportDefinition, answer: ReportAnswer, row: number, next: Split): ReportDefinition {
  const line = lineOf(answer.rows, row);
  const found = line.flatMap((node, level) => conditionOf(answer.rows, node, definition.rows[level] ?? next));
  const known = new Set(definition.filters.map((one) => JSON.stringify(one)));
  const rest = definition.rows.slice(line.length).filter((split) => splitKey(split) !== splitKey(next));
  const columns = definition.columns.filter((split) => splitKey(split) !== splitKey(next));
  return tidy({ ...definition, rows: [next, ...rest], columns, top: null, filters: [...definition.filters, ...found.filter((one) => !known.has(JSON.stringify(one)))] });
}

/** The measures that a value is made of, in the order of its formula. */
export function measuresOf(key: string, values: readonly ReportValue[], seen: ReadonlySet<string> = new Set()): readonly string[] {
  const value = values.find((one) => one.key === key);
  if (!value || seen.has(key)) return [];
  if (isMeasure(value)) return [value.measure];
  const parts = isCalculated(value) ? keysOf((value satisfies CalculatedValue).calculation) : [];
  return [...new Set(parts.flatMap((part) => measuresOf(part, values, new Set([...seen, key]))))];
}

/** The question for what is behind a number of an answer: its query, the measure, and the points of its row and column with their groups; the title is already words. */
export function questionOfCell(definition: ReportDefinition, answer: ReportAnswer, place: { readonly row: number; readonly column: number }, measure: string, title: string): NumberQuestion {
  const point: Record<string, CellValue> = {};
  const further: ReportFilter[] = [];
  for (const [nodes, index, splits] of [[answer.rows, place.row, definition.rows], [answer.columns, place.column, definition.columns]] as const) {
    for (const [level, node] of lineOf(nodes, index).entries()) {
      const split = splits[level];
      // "Others" are no value of a split: what they lack is put to the question itself.
      if (node.others && split) further.push(...conditionOf(nodes, node, split));
      else Object.assign(point, node.point);
    }
  }
  const filters = answer.query['filters'];
  const query = further.length === 0 ? answer.query : { ...answer.query, filters: [...(Array.isArray(filters) ? (filters as unknown[]) : []), ...further] };
  return { query, measure, point, title };
}
