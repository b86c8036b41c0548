import type { Meaning } from '../../analytics/member.meanings.js';
import { isoDay, isPeriod } from '../../period/period.range.js';
import type { AnsweredValue, ReportDefinition, ReportValue, Split } from '../definition/report.types.js';
import { keysOf, unitOfExpression } from './calculation.js';
import type { Catalogue } from './report.catalogue.js';
import { refused } from './report.errors.js';

/** What a report's values are, calculations with the units that follow from their parts. Throws a 422 that names the part which cannot be asked. */
export function checkReport(report: ReportDefinition, catalogue: Catalogue): AnsweredValue[] {
  const member = (path: string, name: string): Meaning => {
    if (name.split('.')[0] !== report.view) throw refused(path, 'report_member_foreign', { member: name, view: report.view });
    const found = catalogue.get(name);
    if (!found) throw refused(path, 'report_member_unknown', { member: name });
    return found;
  };
  const splits = [...report.rows.map((one, at) => [`rows.${at}`, one] as const), ...report.columns.map((one, at) => [`columns.${at}`, one] as const)];
  for (const [path, split] of splits) checkSplit(`${path}.member`, split, member(`${path}.member`, split.member));
  const seen = new Set<string>();
  for (const [path, split] of splits) {
    const name = `${split.member}.${split.grain ?? ''}`;
    if (seen.has(name)) throw refused(`${path}.member`, 'report_split_twice');
    seen.add(name);
  }
  const values = checkValues(report.values, member);
  const known = (path: string, key: string): void => { if (!values.some((one) => one.key === key)) throw refused(path, 'report_value_unknown', { key }); };
  for (const [at, condition] of report.filters.entries()) {
    for (const filter of 'any' in condition ? condition.any : [condition]) {
      const found = member(`filters.${at}.member`, filter.member);
      if (found.measure) throw refused(`filters.${at}.member`, 'report_filter_number');
      if (!operatorsOf(found).includes(filter.operator)) throw refused(`filters.${at}.operator`, 'report_filter_operator', { operator: filter.operator, operators: operatorsOf(found).join(', ') });
      if (!/^(set|notSet)$/.test(filter.operator) && (filter.values ?? []).length === 0) throw refused(`filters.${at}.values`, 'report_filter_empty');
    }
  }
  for (const [at, one] of report.having.entries()) known(`having.${at}.value`, one.value);
  if (report.having.length > 0 && report.rows.length === 0) throw refused('having', 'report_having_no_rows');
  if (report.sort) known('sort.by', report.sort.by);
  if (report.top) {
    known('top.value', report.top.value);
    const [first] = report.rows;
    if (!first) throw refused('top', 'report_top_no_rows');
    if (first.grain) throw refused('top', 'report_top_time');
  }
  checkPeriod(report, member);
  return values;
}

const forAll = ['equals', 'notEquals', 'set', 'notSet'];
const byType: Readonly<Record<string, readonly string[]>> = {
  string: [...forAll, 'contains', 'notContains', 'startsWith', 'notStartsWith', 'endsWith', 'notEndsWith'],
  number: [...forAll, 'gt', 'gte', 'lt', 'lte'],
  time: [...forAll, 'inDateRange', 'notInDateRange', 'beforeDate', 'beforeOrOnDate', 'afterDate', 'afterOrOnDate'],
};
const operatorsOf = ({ type, asked }: Meaning): readonly string[] => (asked ? ['equals'] : byType[type] ?? forAll);

function checkSplit(path: string, split: Split, found: Meaning): void {
  if (found.measure) throw refused(path, 'report_split_number', { member: split.member });
  if (found.asked) throw refused(path, 'report_split_asked', { member: split.member });
  if (found.type === 'time' && !split.grain) throw refused(path.replace(/member$/, 'grain'), 'report_grain_missing');
  if (found.type !== 'time' && split.grain) throw refused(path.replace(/member$/, 'grain'), 'report_grain_unfit', { member: split.member });
}

function checkValues(values: readonly ReportValue[], member: (path: string, name: string) => Meaning): AnsweredValue[] {
  const known = new Map<string, AnsweredValue>();
  for (const [at, value] of values.entries()) {
    if ('measure' in value) {
      const found = member(`values.${at}.measure`, value.measure);
      if (!found.measure || found.type === 'string' || found.unit === 'text') throw refused(`values.${at}.measure`, 'report_value_no_number', { member: value.measure });
      known.set(value.key, { key: value.key, measure: value.measure, title: found.title, title_ar: found.titleAr || found.title, unit: found.unit, version: found.version });
      continue;
    }
    const path = `values.${at}.calculation`;
    const missing = keysOf(value.calculation).find((key) => !known.has(key));
    // Only values before it: none can need itself.
    if (missing !== undefined) throw refused(path, 'report_value_unknown', { key: missing });
    const unit = unitOfExpression(value.calculation, (key) => known.get(key)?.unit ?? 'number', (op, left, right) => refused(path, 'report_units_unfit', { op, left, right }));
    known.set(value.key, { key: value.key, measure: null, title: value.title, title_ar: value.title_ar ?? value.title, unit: unit === 'literal' ? 'number' : unit, version: null });
  }
  return [...known.values()];
}

function checkPeriod({ period, compare }: ReportDefinition, member: (path: string, name: string) => Meaning): void {
  if (period) {
    if (member('period.member', period.member).type !== 'time') throw refused('period.member', 'report_period_no_time', { member: period.member });
    if (!isPeriod(period.range)) {
      const [from, to] = period.range;
      for (const [at, day] of period.range.entries()) if (Number.isNaN(Date.parse(day)) || isoDay(Date.parse(`${day}T00:00:00Z`)) !== day) throw refused(`period.range.${at}`, 'report_period_no_day', { day });
      if (from > to) throw refused('period.range', 'report_period_reversed');
    }
  }
  if (compare && (!period || period.range === 'all')) throw refused('compare', 'report_compare_no_period');
}
