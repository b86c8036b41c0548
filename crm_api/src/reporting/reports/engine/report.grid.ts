import type { ReportValue } from '../definition/report.types.js';
import { calculate, keysOf } from './calculation.js';
import type { Catalogue } from './report.catalogue.js';
import { totalKey } from './report.tree.js';

type Decimals = Readonly<Record<string, string | null>>;

/** Where a cell lies: the keys of its row and column, and of the group its row is in. */
export interface CellPlace {
  readonly row: string;
  readonly column: string;
  readonly parent: string;
}

/** The figures of a report by the keys of row and column: measures as they were answered, calculations worked out from them. */
export class ReportGrid {
  private readonly cells = new Map<string, Map<string, Decimals>>();
  private readonly byKey: ReadonlyMap<string, ReportValue>;

  constructor(values: readonly ReportValue[], private readonly catalogue: Catalogue) {
    this.byKey = new Map(values.map((value) => [value.key, value]));
  }

  /** Puts the measures of a row of an answer. */
  put(row: string, column: string, measures: Decimals): void {
    const cells = this.cells.get(row) ?? new Map<string, Decimals>();
    if (cells.size === 0) this.cells.set(row, cells);
    cells.set(column, measures);
  }

  /** A value in exact decimal text; null where there is nothing. */
  get(key: string, place: CellPlace): string | null {
    const value = this.byKey.get(key);
    if (!value) return null;
    if ('measure' in value) return this.cells.get(place.row)?.get(place.column)?.[value.measure] ?? null;
    const found = (name: string, of: Parameters<Parameters<typeof calculate>[1]>[1]): string | null => this.get(name, of === 'cell' ? place : this.totalOf(place, of));
    // What has no rows at all has no result; beside something else, a sum without rows is zero.
    if (keysOf(value.calculation).every((name) => this.get(name, place) === null)) return null;
    return calculate(value.calculation, (name, of) => found(name, of) ?? (this.isSum(name) ? '0' : null));
  }

  private totalOf({ row, column, parent }: CellPlace, of: 'grand' | 'row' | 'column' | 'parent'): CellPlace {
    const total = { parent: totalKey };
    switch (of) {
      case 'grand': return { ...total, row: totalKey, column: totalKey };
      case 'row': return { row, column: totalKey, parent };
      case 'column': return { ...total, row: totalKey, column };
      case 'parent': return { ...total, row: parent, column };
    }
  }

  private isSum(key: string): boolean {
    const value = this.byKey.get(key);
    return value !== undefined && 'measure' in value && (this.catalogue.get(value.measure)?.additive ?? false);
  }
}
