import type { DashboardFilter } from '../../dashboards/dashboard.types.js';
import type { Grain, Split } from '../definition/report.types.js';
import { companionsOf, type Catalogue } from './report.catalogue.js';
import type { CubeFilter } from './report.plan.js';
import type { TreeNode } from './report.tree.js';

// Two of one name are told apart by their id.
const filtered = ({ member }: Split, catalogue: Catalogue): string => companionsOf(member, catalogue).id ?? member;
const valuesOf = (nodes: readonly TreeNode[], member: string): (string | null)[] => nodes.map(({ point }) => (point[member] === null || point[member] === undefined ? null : String(point[member])));

/** The conditions which records meet that are in none of the groups. */
export function noneOf(nodes: readonly TreeNode[], split: Split, catalogue: Catalogue): DashboardFilter[] {
  const member = filtered(split, catalogue);
  const values = valuesOf(nodes, member);
  const named = values.filter((value) => value !== null);
  return [
    // Records without a value are among the others unless nothing is a group of its own.
    ...(named.length > 0 ? [{ member, operator: 'notEquals', values: named }] : []),
    ...(values.includes(null) ? [{ member, operator: 'set' }] : []),
  ];
}

/** The condition which records meet that are in one of the groups of the first split. */
export function anyOf(nodes: readonly TreeNode[], split: Split, catalogue: Catalogue): CubeFilter {
  if (split.grain !== undefined) return { or: nodes.map(({ value }) => stepFilter(split.member, split.grain!, value)) };
  const member = filtered(split, catalogue);
  const values = valuesOf(nodes, member);
  const named = values.filter((value) => value !== null);
  return { or: [...(named.length > 0 ? [{ member, operator: 'equals', values: named }] : []), ...(values.includes(null) ? [{ member, operator: 'notSet' }] : [])] };
}

const months: Partial<Record<Grain, number>> = { month: 1, quarter: 3, fiscal_quarter: 3, year: 12, fiscal_year: 12 };

/** Both ends of a step by the clocks of the query's zone, the second exclusive. */
function stepFilter(member: string, grain: Grain, value: TreeNode['value']): CubeFilter {
  if (value === null) return { member, operator: 'notSet' };
  const from = String(value).slice(0, 10);
  const end = new Date(`${from}T00:00:00Z`);
  const length = months[grain];
  if (length === undefined) end.setUTCDate(end.getUTCDate() + (grain === 'week' ? 7 : 1));
  else end.setUTCMonth(end.getUTCMonth() + length);
  return { and: [{ member, operator: 'afterOrOnDate', values: [`${from}T00:00:00.000`] }, { member, operator: 'beforeDate', values: [end.toISOString().slice(0, 23)] }] };
}
