import { Params } from '@angular/router';

/** The operators a list understands beside equality. */
export const FILTER_OPERATORS = ['gte', 'lte', 'gt', 'lt', 'in', 'ne', 'contains', 'null'] as const;
/** One operator of a list filter; `eq` is the bare `filter[field]=value`. */
export type FilterOperator = 'eq' | (typeof FILTER_OPERATORS)[number];

/** One condition of a list; `in` takes its values separated by commas. */
export interface ListFilter {
  readonly field: string;
  readonly operator: FilterOperator;
  readonly value: string;
}

/** What a list shows; the same words stand in the address of the page and in the request. `sort` is `-field,field`. */
export interface ListQuery {
  readonly q: string;
  readonly sort: string;
  readonly filters: readonly ListFilter[];
  /** The saved list whose conditions hold as well. */
  readonly segment?: string;
}

/** A list without search, order or conditions. */
export const EMPTY_QUERY: ListQuery = { q: '', sort: '', filters: [] };

const FILTER_KEY = /^filter\[([a-z0-9_.]+)\](?:\[([a-z]+)\])?$/;

/** Reads a list's state from the address; parameters of others are left alone. */
export function queryFromParams(params: Params): ListQuery {
  const filters: ListFilter[] = [];
  for (const [key, raw] of Object.entries(params)) {
    const match = FILTER_KEY.exec(key);
    if (!match?.[1]) continue;
    const operator = (match[2] ?? 'eq') as FilterOperator;
    if (operator !== 'eq' && !FILTER_OPERATORS.includes(operator)) continue;
    const value: unknown = Array.isArray(raw) ? raw.join(',') : raw;
    if (typeof value === 'string') filters.push({ field: match[1], operator, value });
  }
  const segment = textOf(params['segment']);
  return { q: textOf(params['q']), sort: textOf(params['sort']), filters, ...(segment ? { segment } : {}) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Writes a list's state as parameters of an address or a request. */
export function paramsFromQuery(query: Partial<ListQuery>): Record<string, string> {
  const params: Record<string, string> = {};
  if (query.q) params['q'] = query.q;
  if (query.sort) params['sort'] = query.sort;
  if (query.segment) params['segment'] = query.segment;
  for (const { field, operator, value } of query.filters ?? []) {
    params[operator === 'eq' ? `filter[${field}]` : `filter[${field}][${operator}]`] = value;
  }
  return params;
}

/** The query with every condition on one field replaced; an empty list of conditions removes them. */
export function withFilter(query: ListQuery, field: string, filters: readonly Omit<ListFilter, 'field'>[]): ListQuery {
  const others = query.filters.filter((item) => item.field !== field);
  return { ...query, filters: [...others, ...filters.filter((item) => item.value !== '').map((item) => ({ field, ...item }))] };
}

/** The next order of a column: ascending, descending, none. */
export function nextSort(sort: string, field: string): string {
  if (sort === field) return `-${field}`;
  return sort === `-${field}` ? '' : field;
}
