import { MemberMeaning } from '@core/analytics/analytics.client';
import { ReportFilter } from '@core/reports/report.model';
import { NO_VALUES } from '../../definition/definition.model';

/** How the values of a condition are given. */
export type ValueKind = 'choices' | 'text' | 'number' | 'day' | 'days' | 'instant' | 'none';

const TEXT = ['equals', 'notEquals', 'contains', 'notContains', 'startsWith', 'endsWith', 'set', 'notSet'] as const;
const NUMBER = ['equals', 'notEquals', 'gt', 'gte', 'lt', 'lte', 'set', 'notSet'] as const;
const TIME = ['inDateRange', 'notInDateRange', 'beforeDate', 'beforeOrOnDate', 'afterDate', 'afterOrOnDate', 'set', 'notSet'] as const;

/** The comparisons that a member knows. */
export function operatorsOf(meaning: MemberMeaning | undefined): readonly string[] {
  if (meaning?.asked || meaning?.type === 'boolean') return meaning.asked ? ['equals'] : ['equals', 'set', 'notSet'];
  return meaning?.type === 'time' ? TIME : meaning?.type === 'number' ? NUMBER : TEXT;
}

/** What a comparison of a member is given. */
export function valueKind(meaning: MemberMeaning | undefined, operator: string): ValueKind {
  if (NO_VALUES.has(operator)) return 'none';
  if (meaning?.asked) return meaning.asked === 'instant' ? 'instant' : 'day';
  if (meaning?.type === 'time') return /DateRange$/.test(operator) ? 'days' : 'day';
  if (meaning?.type === 'number') return 'number';
  return operator === 'equals' || operator === 'notEquals' ? 'choices' : 'text';
}

/** The condition with another comparison; values that it is given in the same way stay. */
export function withOperator({ values, ...filter }: ReportFilter, operator: string, meaning: MemberMeaning | undefined): ReportFilter {
  const kind = valueKind(meaning, operator);
  if (kind === 'none') return { member: filter.member, operator };
  return { member: filter.member, operator, values: kind === valueKind(meaning, filter.operator) ? (values ?? []) : [] };
}

/** The first condition on a member. */
export const conditionOn = (member: string, meaning: MemberMeaning | undefined): ReportFilter => ({ member, operator: operatorsOf(meaning)[0] ?? 'equals', values: [] });
