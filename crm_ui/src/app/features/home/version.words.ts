import { formatNumber, MISSING } from '@core/format/format';
import { isolated } from '@shared/format/reader';
import { DashboardChange, membersOf, Tile } from './dashboard.model';
import { meaningOf, Meanings, Reader } from './measure.write';
import { Drawing, titleOf } from './tile.view';

/** One change between two versions of a dashboard in words. */
export function changeText({ what, action, measure, from, to }: DashboardChange, { meanings, reader }: Pick<Drawing, 'meanings' | 'reader'>): string {
  const { text, tag } = reader;
  switch (what) {
    case 'tile': return text(`home.versions.${action}`, { tile: isolated(titleOf((to ?? from) as Tile, meanings, reader)) });
    case 'pin': return text('home.versions.pin', { field: isolated(meaningOf(measure ?? '', meanings, reader).title), from: from === null ? MISSING : formatNumber(from, tag), to: to === null ? MISSING : formatNumber(to, tag) });
    case 'period': return text('home.versions.period', { from: isolated(periodName(from, reader)), to: isolated(periodName(to, reader)) });
    case 'filters': return text('home.versions.filters');
  }
}

const periodName = (period: unknown, { text }: Reader): string => (typeof period === 'string' ? text(`home.periods.${period}`) : text('home.versions.ownPeriod'));

/** The numbers of a dashboard that count by another definition than when it was saved, in words; empty where there are none. */
export function movedText(pins: Readonly<Record<string, number>>, tiles: readonly Tile[], meanings: Meanings, reader: Reader): string {
  const names = [...new Set(tiles.flatMap(membersOf))].flatMap((member) => {
    const [from, to] = [pins[member], meanings.get(member)?.version];
    return from === undefined || to === undefined || from === to ? [] : [reader.text('home.versions.counted', { field: isolated(meaningOf(member, meanings, reader).title), from: formatNumber(from, reader.tag), to: formatNumber(to, reader.tag) })];
  });
  return names.length === 0 ? '' : reader.text('home.versions.countedText', { fields: new Intl.ListFormat(reader.tag).format(names) });
}
