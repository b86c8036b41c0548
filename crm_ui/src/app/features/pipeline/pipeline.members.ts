import { Filter, Query } from '@cubejs-client/core';
import { Group, PipelineAddress, quarterRange } from './pipeline.address';

/** The ways in which the pipeline changes, in the order of the bridge: what a bar does to the level, and what is told of the deals that make it. */
export const BARS = [
  { key: 'new', sign: 1, told: 'came_as', values: ['new', 'reopened'] }, { key: 'pulled_in', sign: 1, told: 'came_as', values: ['pulled_in'] }, { key: 'increased', sign: 1, told: 'amount_change', values: ['increased'] },
  { key: 'decreased', sign: -1, told: 'amount_change', values: ['decreased'] }, { key: 'slipped_out', sign: -1, told: 'went_as', values: ['slipped_out'] }, { key: 'won', sign: -1, told: 'went_as', values: ['won'] },
  { key: 'lost', sign: -1, told: 'went_as', values: ['lost'] }, { key: 'removed', sign: -1, told: 'went_as', values: ['removed'] },
] as const;
/** A change, or one of the two levels. */
export type BarKey = (typeof BARS)[number]['key'] | 'opening' | 'closing';
/** Every bar from left to right. */
export const BAR_KEYS: readonly BarKey[] = ['opening', ...BARS.map(({ key }) => key), 'closing'];

/** A member of the view of changes. */
export const change = (name: string): string => `pipeline_change.${name}`;
/** The sum of money of a bar. */
export const amountOf = (key: BarKey): string => change(key);
/** How many deals a bar has. */
export const countOf = (key: BarKey): string => change(`${key}_count`);

/** The deals that make a bar. */
export function barFilter(key: BarKey): Filter {
  const bar = BARS.find((one) => one.key === key);
  if (bar) return { member: change(bar.told), operator: 'equals', values: [...bar.values] };
  return { member: change(key === 'opening' ? 'came_as' : 'went_as'), operator: 'equals', values: ['open'] };
}

/** The two instants and, where one is chosen, the closing window. */
export function spanFilters({ from, close }: Pick<PipelineAddress, 'from' | 'close'>, until: string): Filter[] {
  const window = close === null ? null : quarterRange(close);
  return [
    ...(from === null ? [] : [{ member: change('from'), operator: 'equals' as const, values: [from] }]),
    { member: change('until'), operator: 'equals', values: [until] },
    ...(window === null ? [] : [{ member: change('close_from'), operator: 'equals' as const, values: [window[0]] }, { member: change('close_until'), operator: 'equals' as const, values: [window[1]] }]),
  ];
}

/** The member that tells groups apart: people and teams by id, because names repeat. */
export const groupKey = (by: Group): string => change(by === 'region' ? 'region' : `${by}_id`);

/** Narrows to one group; an empty key is the rows that have none. */
export const groupFilter = (by: Group, key: string): Filter => (key === '' ? { member: groupKey(by), operator: 'notSet' } : { member: groupKey(by), operator: 'equals', values: [key] });

/** Names of a dimension in both languages. */
export const named = (view: string, names: readonly string[], has: (member: string) => boolean): string[] => names.flatMap((name) => [`${view}.${name}`, `${view}.${name}_ar`]).filter(has);

/** The levels and changes of the span, and from when on they count; with a grouping by its parts. */
export function changeQuery(filters: Filter[], by: Group | null, has: (member: string) => boolean): Query {
  const parts = by === null ? [change('from')] : [groupKey(by), ...named('pipeline_change', [by], has)];
  return { measures: [...BAR_KEYS.flatMap((key) => [amountOf(key), countOf(key)]), change('reopened'), change('reopened_count')], dimensions: [...new Set(parts)], filters };
}
