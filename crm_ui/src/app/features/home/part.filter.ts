import { DayRange, isDay } from '@core/analytics/period';
import { ListFilter } from '@core/api/list.query';
import { ChartTile, KpiTile, localOf, MemberFilter, viewOf } from './dashboard.model';

/** Key of the part whose rows have no value. */
export const NONE = '∅';

/** One part of a chart that the whole page is narrowed to: `name` is a member without its view, so that every view that knows it follows; a stretch of time has `2026-07-01..2026-07-31` as value. */
export interface Part {
  readonly name: string;
  readonly value: string;
}

/** Parts from the address, as `owner_id~…`; what cannot be read is left out. */
export function partsFrom(raw: string | readonly string[] | undefined): Part[] {
  return [raw ?? []].flat().flatMap((text) => {
    const cut = text.indexOf('~');
    const [name, value] = [text.slice(0, cut), text.slice(cut + 1)];
    return cut > 0 && /^\w+$/.test(name) && value !== '' ? [{ name, value }] : [];
  });
}

/** Parts for the address; null for none, which takes the parameter away. */
export const partsTo = (parts: readonly Part[]): string[] | null => (parts.length === 0 ? null : parts.map(({ name, value }) => `${name}~${value}`));

/** Chooses a part in place of another one of its dimension; the chosen one again lets go of it. */
export function togglePart(parts: readonly Part[], part: Part): Part[] {
  const others = parts.filter(({ name }) => name !== part.name);
  return parts.some(({ name, value }) => name === part.name && value === part.value) ? others : [...others, part];
}

/** The days of a part of time, or null for any other. */
export function rangeOfPart({ value }: Part): DayRange | null {
  const [from, to, more] = value.split('..');
  return more === undefined && isDay(from) && isDay(to) ? [from, to] : null;
}

/** The dimension by which parts of a chart are told apart: its id where there is one, so that two people of one name stay two. */
export function partName(dimension: string, has: (member: string) => boolean): string {
  return localOf(has(`${dimension}_id`) ? `${dimension}_id` : dimension);
}

/** True where a tile is the one that shows the parts: it stays whole, with the chosen part marked, so that another one can be chosen. */
export function shows(tile: KpiTile | ChartTile, part: Part, has: (member: string) => boolean): boolean {
  if (tile.kind === 'kpi') return false;
  if (tile.grain && tile.date) return localOf(tile.date) === part.name;
  return !!tile.dimension && partName(tile.dimension, has) === part.name;
}

/** The parts as conditions of one tile's question: those that its view knows and that it does not show itself. */
export function partFilters(tile: KpiTile | ChartTile, parts: readonly Part[], has: (member: string) => boolean): MemberFilter[] {
  const view = viewOf(tile.kind === 'kpi' ? tile.measure : (tile.measures[0] ?? ''));
  return parts.filter((part) => rangeOfPart(part) === null && has(`${view}.${part.name}`) && !shows(tile, part, has)).map(({ name, value }) => (value === NONE
    ? { member: `${view}.${name}`, operator: 'notSet', values: [] }
    : { member: `${view}.${name}`, operator: 'equals', values: [value] }));
}

/** The stretch of time that a tile is narrowed to; only one that counts by the same date follows. */
export function partRange(tile: KpiTile | ChartTile, parts: readonly Part[], has: (member: string) => boolean): DayRange | null {
  const part = parts.find((one) => tile.date !== undefined && localOf(tile.date) === one.name && rangeOfPart(one) !== null);
  return part && !shows(tile, part, has) ? rangeOfPart(part) : null;
}

/** Fields of the API's lists that bear the name of a dimension. */
const LIST_FIELDS: Readonly<Record<string, readonly string[]>> = {
  deals: ['owner_id', 'stage_id', 'source', 'product_id', 'status', 'account_id', 'lost_reason', 'forecast_category'],
  accounts: ['owner_id', 'region', 'industry'],
  contacts: ['owner_id', 'account_id'],
};

/** True where a list can be narrowed to such a part. */
export const listKnows = (resource: string, name: string): boolean => (LIST_FIELDS[resource] ?? []).includes(name);

/** The condition of one part in a list; a part without a value is the rows that have none. */
export const listFilter = ({ name, value }: Part): ListFilter => (value === NONE ? { field: name, operator: 'null', value: 'true' } : { field: name, operator: 'eq', value });
