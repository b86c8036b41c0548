import { ChartTile, KpiTile, localOf, Tile, viewOf } from '../dashboard.model';
import { Meanings, Reader } from '../measure.write';

/** Something that can be chosen from the catalogue. */
export interface CatalogueEntry {
  readonly member: string;
  readonly title: string;
  readonly description: string;
  readonly view: string;
}

/** A member of a view that stands beside a dimension and is no choice of its own. */
const isHelper = (name: string): boolean => /(_ar|_id|_position)$/.test(name) || name === 'id' || name === 'tags';

/** The measures to choose from whose words, in either language, contain every word that was typed. */
export function catalogue(meanings: Meanings, typed: string, { arabic }: Pick<Reader, 'arabic'>): CatalogueEntry[] {
  const words = typed.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found: CatalogueEntry[] = [];
  for (const [member, meaning] of meanings) {
    if (meaning.kind !== 'measure' || meaning.unit === 'text') continue;
    const text = [member, meaning.title, meaning.titleAr, meaning.description, meaning.descriptionAr, meaning.view.title, meaning.view.titleAr].join(' ').toLocaleLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    found.push({ member, title: (arabic && meaning.titleAr) || meaning.title, description: (arabic && meaning.descriptionAr) || meaning.description, view: (arabic && meaning.view.titleAr) || meaning.view.title });
  }
  return found;
}

/** Dimensions of a view to split by. */
export function splitsOf(view: string, meanings: Meanings): string[] {
  return [...meanings].filter(([member, { kind, type }]) => viewOf(member) === view && kind === 'dimension' && type !== 'time' && type !== 'number' && !isHelper(localOf(member)) && localOf(member) !== 'name').map(([member]) => member);
}

/** Dates of a view. */
export const datesOf = (view: string, meanings: Meanings): string[] => [...meanings].filter(([member, { type }]) => viewOf(member) === view && type === 'time').map(([member]) => member);

/** The date that most people mean: of a deal its closing, unless the number is about now or about what was created; elsewhere that of creation, else the first. */
export function usualDate(measure: string, meanings: Meanings): string | undefined {
  const dates = datesOf(viewOf(measure), meanings);
  const name = localOf(measure);
  if (viewOf(measure) === 'deals') {
    const date = /^(won|lost|win_rate|value_win|average|median|sales_cycle)/.test(name) ? 'deals.closed_at' : name === 'count' ? 'deals.created_at' : undefined;
    return dates.find((one) => one === date);
  }
  if (/^(open|active|current|mrr|arr|overdue|backlog)/.test(name)) return undefined;
  return dates.find((one) => localOf(one) === 'created_at') ?? dates[0];
}

/** A new tile of one measure: the number, or a chart by its usual split. */
export function tileOf(measure: string, kind: 'kpi' | 'chart', meanings: Meanings, id: string): Tile {
  const date = usualDate(measure, meanings);
  const place = { id, x: 0, y: 0 };
  if (kind === 'kpi') return { ...place, kind, measure, compare: true, w: 3, h: 2, ...(date ? { date } : {}) } satisfies KpiTile;
  const splits = splitsOf(viewOf(measure), meanings);
  const dimension = ['owner', 'stage', 'channel', 'priority', 'status', 'region'].map((name) => `${viewOf(measure)}.${name}`).find((name) => splits.includes(name)) ?? splits[0];
  const common = { ...place, kind, measures: [measure], w: 6, h: 4, ...(date ? { date } : {}) };
  const tile: ChartTile = dimension && !date ? { ...common, chart: 'hbar', dimension, limit: 8 } : date ? { ...common, chart: 'bar', grain: 'month' } : { ...common, chart: 'table' };
  return tile;
}
