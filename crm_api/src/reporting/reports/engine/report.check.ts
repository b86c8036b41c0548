import type { Meaning } from '../../analytics/member.meanings.js';
import { isoDay, isPeriod } from '../../period/period.range.js';
import type { AnsweredValue, ReportDefinition, ReportValue, Split } from '../definition/report.types.js';
import { keysOf, unitOfExpression } from './calculation.js';
import type { Catalogue } from './report.catalogue.js';
import { foreignMember, incomplete, unfitMember, unitsClash, unknownMember, unknownValue } from './report.errors.js';

/** What a report's values are, calculations with the units that follow from their parts. Throws a 422 that names the part which cannot be asked. */
export function checkReport(report: ReportDefinition, catalogue: Catalogue): AnsweredValue[] {
  const member = (path: string, name: string): Meaning => {
    if (name.split('.')[0] !== report.view) throw foreignMember(path, name, report.view);
    const found = catalogue.get(name);
    if (!found) throw unknownMember(path, name);
    return found;
  };
  const splits = [...report.rows.map((one, at) => [`rows.${at}`, one] as const), ...report.columns.map((one, at) => [`columns.${at}`, one] as const)];
  for (const [path, split] of splits) checkSplit(`${path}.member`, split, member(`${path}.member`, split.member));
  const seen = new Set<string>();
  for (const [path, split] of splits) {
    const name = `${split.member}.${split.grain ?? ''}`;
    if (seen.has(name)) throw unfitMember(`${path}.member`, 'The report is split by this already. Take one of the two out.');
    seen.add(name);
  }
  const values = checkValues(report.values, member);
  const known = (path: string, key: string): void => { if (!values.some((one) => one.key === key)) throw unknownValue(path, key); };
  for (const [at, condition] of report.filters.entries()) {
    for (const filter of 'any' in condition ? condition.any : [condition]) {
      const found = member(`filters.${at}.member`, filter.member);
      if (found.measure) throw unfitMember(`filters.${at}.member`, 'This is a number and no property of a record. Make it a condition on values ("having").');
      if (!operatorsOf(found).includes(filter.operator)) throw unfitMember(`filters.${at}.operator`, `"${filter.operator}" is not for a property of this kind. Use one of ${operatorsOf(found).join(', ')}.`);
      if (!/^(set|notSet)$/.test(filter.operator) && (filter.values ?? []).length === 0) throw incomplete(`filters.${at}.values`, 'The condition compares with nothing. Give it a value, or take it out.');
    }
  }
  for (const [at, one] of report.having.entries()) known(`having.${at}.value`, one.value);
  if (report.having.length > 0 && report.rows.length === 0) throw incomplete('having', 'Conditions on values hide rows, and this report is not split into rows. Add a row.');
  if (report.sort) known('sort.by', report.sort.by);
  if (report.top) {
    known('top.value', report.top.value);
    const [first] = report.rows;
    if (!first) throw incomplete('top', 'There is no row to take the first of. Add a row.');
    if (first.grain) throw unfitMember('top', 'Steps of time are not ranked. Put a property first in the rows, or choose a shorter period.');
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
  if (found.measure) throw unfitMember(path, `"${split.member}" is a number: put it among the values.`);
  if (found.asked) throw unfitMember(path, `"${split.member}" is given by a condition and splits nothing.`);
  if (found.type === 'time' && !split.grain) throw incomplete(path.replace(/member$/, 'grain'), 'A time needs a step: day, week, month, quarter, year, fiscal_quarter or fiscal_year.');
  if (found.type !== 'time' && split.grain) throw unfitMember(path.replace(/member$/, 'grain'), `"${split.member}" is no time and has no steps.`);
}

function checkValues(values: readonly ReportValue[], member: (path: string, name: string) => Meaning): AnsweredValue[] {
  const known = new Map<string, AnsweredValue>();
  for (const [at, value] of values.entries()) {
    if ('measure' in value) {
      const found = member(`values.${at}.measure`, value.measure);
      if (!found.measure || found.type === 'string' || found.unit === 'text') throw unfitMember(`values.${at}.measure`, `"${value.measure}" is no number: put it among the rows or columns.`);
      known.set(value.key, { key: value.key, measure: value.measure, title: found.title, title_ar: found.titleAr || found.title, unit: found.unit, version: found.version });
      continue;
    }
    const path = `values.${at}.calculation`;
    const missing = keysOf(value.calculation).find((key) => !known.has(key));
    // Only values before it: none can need itself.
    if (missing !== undefined) throw unknownValue(path, missing);
    const unit = unitOfExpression(value.calculation, (key) => known.get(key)?.unit ?? 'number', (op, left, right) => unitsClash(path, op, left, right));
    known.set(value.key, { key: value.key, measure: null, title: value.title, title_ar: value.title_ar ?? value.title, unit: unit === 'literal' ? 'number' : unit, version: null });
  }
  return [...known.values()];
}

function checkPeriod({ period, compare }: ReportDefinition, member: (path: string, name: string) => Meaning): void {
  if (period) {
    if (member('period.member', period.member).type !== 'time') throw unfitMember('period.member', `"${period.member}" is no time. Choose one for the period.`);
    if (!isPeriod(period.range)) {
      const [from, to] = period.range;
      for (const [at, day] of period.range.entries()) if (Number.isNaN(Date.parse(day)) || isoDay(Date.parse(`${day}T00:00:00Z`)) !== day) throw incomplete(`period.range.${at}`, `${day} is no day. Write it as 2026-01-31.`);
      if (from > to) throw incomplete('period.range', 'The period ends before it begins. Change one of the days.');
    }
  }
  if (compare && (!period || period.range === 'all')) throw incomplete('compare', 'There is nothing to compare with without a period. Choose a period that has a beginning.');
}
