import { addDays, DayRange, startOfDay } from '@core/analytics/period';
import { ListFilter } from '@core/api/list.query';
import { ChartTile, KpiTile, localOf, MemberFilter, Tile, viewOf } from './dashboard.model';
import { listFilter, listKnows, Part, rangeOfPart } from './part.filter';

/** The list that shows the records behind a number. */
export interface RowsBehind {
  readonly resource: string;
  readonly filters: readonly ListFilter[];
}

/** The lists whose rows views are about. */
const LISTS: Readonly<Record<string, string>> = { deals: 'deals', stage_funnel: 'deals', accounts: 'accounts', contacts: 'contacts' };

/** The days of a range as conditions of a list; those of instants begin when the day does in the reporting zone. */
export function dayFilters(field: string, range: DayRange | null, zone = 'UTC'): ListFilter[] {
  if (range === null) return [];
  const first = (day: string): string => (field.endsWith('_at') ? startOfDay(day, zone) : day);
  return [{ field, operator: 'gte', value: first(range[0]) }, { field, operator: 'lt', value: first(addDays(range[1], 1)) }];
}

/** What a measure of deals says of their status; velocity is told of the open ones. */
function statusFilter(measure: string): ListFilter[] {
  const status = (value: string): ListFilter[] => [{ field: 'status', operator: value.includes(',') ? 'in' : 'eq', value }];
  const name = localOf(measure);
  if (name.includes('win_rate')) return status('won,lost');
  if (/won|sales_cycle/.test(name)) return status('won');
  if (name.startsWith('lost')) return status('lost');
  return /open|weighted|velocity|scored/.test(name) ? status('open') : [];
}

/** Fields of a list of records that a date of a view stands for; reaching a stage has no field of a deal, so that its creation stands in. */
const dateField = (date: string): string => (localOf(date) === 'reached_at' ? 'created_at' : localOf(date));

function plainFilter(resource: string, { member, operator, values = [] }: MemberFilter): ListFilter[] {
  const field = localOf(member);
  if (operator !== 'equals' || values.length === 0 || !listKnows(resource, field)) return [];
  return [values.length === 1 ? { field, operator: 'eq', value: values[0] ?? '' } : { field, operator: 'in', value: values.join(',') }];
}

/** The records behind a tile within its days and the parts chosen, or null where no list shows them. */
export function rowsBehind(tile: Tile, range: DayRange | null, parts: readonly Part[], common: readonly MemberFilter[] = [], zone = 'UTC'): RowsBehind | null {
  if (tile.kind === 'list') return LISTS[tile.resource] === undefined ? null : { resource: tile.resource, filters: listConditions(tile.filters, tile.resource, parts) };
  const measure = tile.kind === 'kpi' ? tile.measure : (tile.measures[0] ?? '');
  const resource = LISTS[viewOf(measure)];
  if (resource === undefined) return null;
  const found = new Map<string, ListFilter>();
  const set = (filters: readonly ListFilter[]): void => filters.forEach((filter) => found.set(`${filter.field} ${filter.operator === 'gte' || filter.operator === 'lt' ? filter.operator : ''}`, filter));
  if (viewOf(measure) === 'deals') set(statusFilter(measure));
  set([...common, ...(tile.filters ?? [])].flatMap((filter) => plainFilter(resource, filter)));
  if (tile.date) set(dayFilters(dateField(tile.date), timeOf(tile, parts) ?? range, zone));
  set(parts.filter((part) => rangeOfPart(part) === null && listKnows(resource, part.name)).map(listFilter));
  return { resource, filters: [...found.values()] };
}

function timeOf(tile: KpiTile | ChartTile, parts: readonly Part[]): DayRange | null {
  const part = parts.find(({ name }) => tile.date !== undefined && localOf(tile.date) === name);
  return part ? rangeOfPart(part) : null;
}

/** The conditions of a list tile together with the parts that its list knows. */
export function listConditions(filters: Readonly<Record<string, string>> | undefined, resource: string, parts: readonly Part[]): ListFilter[] {
  const chosen = parts.filter((part) => rangeOfPart(part) === null && listKnows(resource, part.name));
  const own = Object.entries(filters ?? {}).filter(([field]) => !chosen.some(({ name }) => name === field)).map(([field, value]): ListFilter => {
    const [, name = field, operator = ''] = /^(.*?)\[(\w+)\]$/.exec(field) ?? [];
    return { field: name, operator: (operator || (value.includes(',') ? 'in' : 'eq')) as ListFilter['operator'], value };
  });
  return [...own, ...chosen.map(listFilter)];
}
