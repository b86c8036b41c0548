import { Period } from '@core/analytics/period';
import { partLabel } from './chart.view';
import { Snapshot } from './dashboard.asking';
import { Dashboard, Tile } from './dashboard.model';
import { meaningOf, Reader } from './measure.write';
import { PartChip } from './part-chips.component';
import { NONE, Part, partName, rangeOfPart } from './part.filter';
import { Drawing, rangeText } from './tile.view';

/** The name of a dashboard in the reader's language. */
export const dashboardName = ({ name, name_ar }: Pick<Dashboard, 'name' | 'name_ar'>, { arabic }: Pick<Reader, 'arabic'>): string => (arabic && name_ar) || name;

/** What the period is compared with, in the reader's words. */
export function versusText(period: Period | null, reader: Reader): string {
  return period?.previous ? reader.text(`home.versusBy.${period.key}`) : '';
}

/** A part in words: its name comes from the chart that shows it, in the reader's language; a bare value stands where none does. */
export function partChip(part: Part, tiles: readonly Tile[], snapshot: Snapshot | null, { meanings, reader, page }: Drawing): PartChip {
  const range = rangeOfPart(part);
  const member = [...meanings.keys()].find((name) => name.endsWith(`.${part.name.replace(/_id$/, '')}`) || name.endsWith(`.${part.name}`));
  const name = member ? meaningOf(member, meanings, reader).title : part.name;
  if (range) return { part, name, value: rangeText(range, reader) };
  if (part.value === NONE) return { part, name, value: reader.text('home.charts.none') };
  for (const tile of tiles) {
    if (tile.kind !== 'chart' || !tile.dimension || partName(tile.dimension, page.has) !== part.name) continue;
    const { dimension } = tile;
    const row = snapshot?.tiles[tile.id]?.main?.rows.find((one) => String(one[`${dimension}_id`] ?? one[dimension]) === part.value);
    if (row) return { part, name, value: partLabel(row, dimension, reader) };
  }
  return { part, name, value: member && !part.name.endsWith('_id') ? partLabel({ [member]: part.value }, member, reader) : part.value };
}
