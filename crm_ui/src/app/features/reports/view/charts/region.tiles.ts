/** Where a region stands on the schematic map, in columns and rows from the north-west. A map is not mirrored: west stays west in every language. */
export interface RegionTile {
  readonly column: number;
  readonly row: number;
}

/** Regions by the key of their words (`values.region.…`). */
export const REGION_TILES: Readonly<Record<string, RegionTile>> = {
  north_america: { column: 1, row: 1 }, latin_america: { column: 1, row: 2 }, latam: { column: 1, row: 3 }, south_america: { column: 1, row: 4 }, americas: { column: 1, row: 5 },
  europe: { column: 2, row: 1 }, north_africa: { column: 2, row: 2 }, africa: { column: 2, row: 3 }, emea: { column: 2, row: 4 },
  levant: { column: 3, row: 1 }, gulf: { column: 3, row: 2 }, gcc: { column: 3, row: 3 }, middle_east: { column: 3, row: 4 }, mena: { column: 3, row: 5 },
  asia: { column: 4, row: 1 }, asia_pacific: { column: 4, row: 2 }, apac: { column: 4, row: 3 }, oceania: { column: 4, row: 4 },
};

/** The key of a region's words. */
export const regionKey = (value: unknown): string => String(value ?? '').trim().toLowerCase().replace(/[^a-z0-9]+/g, '_');

/** Only rows and columns of the map that have a region, so that a business in one part of the world has no empty map around it. */
export function placedTiles(keys: readonly string[]): Map<string, RegionTile> {
  const found = keys.flatMap((key) => (REGION_TILES[key] ? [[key, REGION_TILES[key]] as const] : []));
  const dense = (numbers: readonly number[]): Map<number, number> => new Map([...new Set(numbers)].sort((one, other) => one - other).map((number, index) => [number, index + 1]));
  const columns = dense(found.map(([, { column }]) => column));
  const rows = dense(found.map(([, { row }]) => row));
  return new Map(found.map(([key, tile]) => [key, { column: columns.get(tile.column) ?? 1, row: rows.get(tile.row) ?? 1 }]));
}
