import { Expression, ReportDefinition } from '@core/reports/report.model';
import { isCalculated } from './definition.model';

/** Why a report cannot be written row by row: what needs all rows at once. */
export type RowsProblem = 'having' | 'top' | 'compare' | 'total';

/** What of a report needs all of its rows at once, so that no file of all rows can be made of it; null where one can. */
export function rowsProblem({ having, top, compare, values }: ReportDefinition): RowsProblem | null {
  if (having.length > 0) return 'having';
  if (top) return 'top';
  if (compare) return 'compare';
  return values.some((value) => isCalculated(value) && isOfTotal(value.calculation)) ? 'total' : null;
}

const isOfTotal = (expression: Expression): boolean => ('op' in expression ? expression.args.some(isOfTotal) : 'of' in expression);
