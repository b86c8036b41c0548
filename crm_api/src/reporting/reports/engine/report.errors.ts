import { CrmError, invalidBody } from '../../../kernel/errors/crm.error.js';

/** Why a report cannot be asked: a code, and the cure in words. `{name}` is what the refusal names; screens have the same in both languages (`refusals` of `crm_ui/src/i18n`), which a spec holds. */
export const refusals = {
  report_member_unknown: '"{member}" is not a member that you may see; GET /crm/v1/analytics/meta lists them. Take it out of the report.',
  report_member_foreign: '"{member}" is not of the view "{view}", which all members of this report must be of. Take it out, or begin a report of its view.',
  report_split_twice: 'The report is split by this already. Take one of the two out.',
  report_split_number: '"{member}" is a number: put it among the values.',
  report_split_asked: '"{member}" is given by a condition and splits nothing.',
  report_grain_missing: 'A time needs a step: day, week, month, quarter, year, fiscal_quarter or fiscal_year.',
  report_grain_unfit: '"{member}" is no time and has no steps.',
  report_value_no_number: '"{member}" is no number: put it among the rows or columns.',
  report_value_unknown: 'No value before it has the key "{key}". Add that value, or change what names it.',
  report_units_unfit: 'A value in {left} and one in {right} cannot be joined by "{op}": what comes out would have no unit. Choose values whose units go together.',
  report_filter_number: 'This is a number and no property of a record. Make it a condition on values ("having").',
  report_filter_operator: '"{operator}" is not for a property of this kind. Use one of {operators}.',
  report_filter_empty: 'The condition compares with nothing. Give it a value, or take it out.',
  report_having_no_rows: 'Conditions on values hide rows, and this report is not split into rows. Add a row.',
  report_top_no_rows: 'There is no row to take the first of. Add a row.',
  report_top_time: 'Steps of time are not ranked. Put a property first in the rows, or choose a shorter period.',
  report_period_no_time: '"{member}" is no time. Choose one for the period.',
  report_period_no_day: '{day} is no day. Write it as 2026-01-31.',
  report_period_reversed: 'The period ends before it begins. Change one of the days.',
  report_compare_no_period: 'There is nothing to compare with without a period. Choose a period that has a beginning.',
  report_rows_having: 'A condition on values needs all rows at once, and this file is written row by row. Take it out, or export the report itself.',
  report_rows_top: 'The choice of the first needs all rows at once, and this file is written row by row. Take it out, or export the report itself.',
  report_rows_compare: 'A comparison needs all rows at once, and this file is written row by row. Take it out, or export the report itself.',
  report_rows_share: 'A share of a total needs all rows at once, and this file is written row by row. Take it out, or export the report itself.',
} as const;

/** A code of {@link refusals}. */
export type Refusal = keyof typeof refusals;

/** 422: a part of the report, by its path in the definition, that cannot be asked. */
export function refused(path: string, code: Refusal, params: Readonly<Record<string, string>> = {}): CrmError {
  const message = refusals[code].replaceAll(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
  return invalidBody([{ path, code, message, ...(Object.keys(params).length === 0 ? {} : { params }) }]);
}

/** 422: even one group has more than can be shown. */
export const tooLarge = (): CrmError => new CrmError(422, 'report_too_large', 'One group of this report alone has more rows than can be shown. Add a condition, take out a split, choose longer steps of time, or export it.');
