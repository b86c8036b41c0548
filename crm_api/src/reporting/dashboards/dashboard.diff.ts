import { isDeepStrictEqual } from 'node:util';
import { pinChanges, type PinChange } from '../analytics/definition.pins.js';
import { measuresOfLayout, type Shown, type Tile } from './dashboard.types.js';

/** One thing that differs between two versions of a dashboard. */
export type DashboardDifference =
  | { readonly what: 'tile'; readonly action: 'added' | 'removed' | 'moved' | 'changed'; readonly from: Tile | null; readonly to: Tile | null }
  | { readonly what: 'period' | 'filters'; readonly action: 'changed'; readonly from: unknown; readonly to: unknown }
  | PinChange;

/** What differs from one version to another: tiles by their id, the period, the conditions and the definitions that numbers count by. Nothing: both show the same. */
export function dashboardDiff(a: Shown, b: Shown): DashboardDifference[] {
  const [before, after] = [a, b].map(({ layout }) => new Map(layout.tiles.map((tile) => [tile.id, tile]))) as [Map<string, Tile>, Map<string, Tile>];
  const both = measuresOfLayout(a.layout).filter((measure) => measuresOfLayout(b.layout).includes(measure));
  return [
    ...[...before.values()].filter(({ id }) => !after.has(id)).map((from) => ({ what: 'tile', action: 'removed', from, to: null }) as const),
    ...[...after.values()].flatMap((to): DashboardDifference[] => {
      const from = before.get(to.id);
      if (from === undefined) return [{ what: 'tile', action: 'added', from: null, to }];
      if (isDeepStrictEqual(from, to)) return [];
      // What it shows weighs more than where.
      return [{ what: 'tile', action: isDeepStrictEqual(placeless(from), placeless(to)) ? 'moved' : 'changed', from, to }];
    }),
    ...(['period', 'filters'] as const).flatMap((what): DashboardDifference[] => (isDeepStrictEqual(a[what], b[what]) ? [] : [{ what, action: 'changed', from: a[what], to: b[what] }])),
    ...pinChanges(a.pins, b.pins, both),
  ];
}

const placeless = ({ x: _x, y: _y, w: _w, h: _h, ...rest }: Tile): object => rest;
