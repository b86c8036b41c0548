import { inject, Injectable } from '@angular/core';
import { FormField, FormValues } from '@shared/record/form.model';
import { RecordPanelService } from '@shared/record/panel.service';
import { ChartKind, CHARTS, ChartTile, Grain, GRAINS, KpiTile, Tile, viewOf } from '../dashboard.model';
import { meaningOf, Meanings, Reader } from '../measure.write';
import { titleOf } from '../tile.view';
import { datesOf, splitsOf } from './tile.make';

const LONGEST_LIMIT = 50;

/** The settings of a tile with what a person changed in the form; a field that was emptied goes. */
export function withSettings(tile: Tile, changes: Readonly<Record<string, unknown>>): Tile {
  const merged: Record<string, unknown> = { ...tile, ...changes };
  if ('click' in changes) merged['click'] = changes['click'] === true ? 'records' : null;
  if ('compare' in changes) merged['compare'] = changes['compare'] !== false;
  if (typeof changes['target'] === 'number') merged['target'] = String(changes['target']);
  if (typeof changes['limit'] === 'number') merged['limit'] = Math.max(1, Math.min(LONGEST_LIMIT, Math.round(changes['limit'])));
  for (const [key, value] of Object.entries(merged)) if (value === null || value === '') delete merged[key];
  // Steps of time need a date to step along.
  if (tile.kind === 'chart' && !merged['date']) delete merged['grain'];
  return merged as unknown as Tile;
}

/** Title, target, chart, split and date of a tile in a panel. */
@Injectable({ providedIn: 'root' })
export class TileForm {
  private readonly panel = inject(RecordPanelService);

  /** The tile as the person left it, or undefined. */
  edit(tile: Tile, meanings: Meanings, reader: Reader): Promise<Tile | undefined> {
    const { text } = reader;
    const fields: FormField[] = [
      { name: 'title', label: text('home.edit.titleEn'), kind: 'text', dir: 'ltr', hint: titleOf({ ...tile, title: undefined, title_ar: undefined } as Tile, meanings, reader) },
      { name: 'title_ar', label: text('home.edit.titleAr'), kind: 'text', dir: 'rtl' },
      ...(tile.kind === 'kpi' ? this.kpiFields(tile, meanings, reader) : tile.kind === 'chart' ? this.chartFields(tile, meanings, reader) : []),
      ...(tile.kind === 'kpi' ? [] : [{ name: 'limit', label: text('home.edit.limit'), kind: 'number', half: true } as const]),
    ];
    const source = tile as unknown as Record<string, unknown>;
    const values: FormValues = Object.fromEntries(fields.map(({ name, kind }) => [name, kind === 'yesno' ? String(name === 'click' ? source[name] === 'records' : source[name] !== false) : source[name] === undefined ? null : String(source[name])]));
    return this.panel.open<Tile>({ title: text('home.edit.settings'), action: text('shared.apply'), fields, values, save: (changes) => Promise.resolve(withSettings(tile, changes)) });
  }

  private kpiFields({ measure }: KpiTile, meanings: Meanings, reader: Reader): FormField[] {
    const { text } = reader;
    const { unit } = meaningOf(measure, meanings, reader);
    return [
      { name: 'target', label: text('home.edit.target'), kind: 'money', hint: text(unit === 'ratio' ? 'home.edit.targetRatio' : 'home.edit.targetHint') },
      { name: 'date', label: text('home.edit.date'), kind: 'select', options: this.names(datesOf(viewOf(measure), meanings), meanings, reader), hint: text('home.edit.dateHint') },
      { name: 'compare', label: text('home.edit.compare'), kind: 'yesno' },
    ];
  }

  private chartFields({ measures: [measure = ''] }: ChartTile, meanings: Meanings, reader: Reader): FormField[] {
    const { text } = reader;
    return [
      { name: 'chart', label: text('home.edit.chart'), kind: 'select', required: true, options: CHARTS.map((value: ChartKind) => ({ value, label: text(`home.chartKinds.${value}`) })) },
      { name: 'dimension', label: text('home.edit.dimension'), kind: 'select', options: this.names(splitsOf(viewOf(measure), meanings), meanings, reader) },
      { name: 'date', label: text('home.edit.date'), kind: 'select', half: true, options: this.names(datesOf(viewOf(measure), meanings), meanings, reader) },
      { name: 'grain', label: text('home.edit.grain'), kind: 'select', half: true, options: GRAINS.map((value: Grain) => ({ value, label: text(`home.grains.${value}`) })) },
      { name: 'click', label: text('home.edit.click'), kind: 'yesno', hint: text('home.edit.clickHint') },
    ];
  }

  private names(members: readonly string[], meanings: Meanings, reader: Reader): { readonly value: string; readonly label: string }[] {
    return members.map((value) => ({ value, label: meaningOf(value, meanings, reader).title }));
  }
}
