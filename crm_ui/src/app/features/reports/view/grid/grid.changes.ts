import { linkedSignal, signal, WritableSignal } from '@angular/core';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { localRank, LocalSort, sortableHere } from '../local.sort';
import { ReportSort } from '../report.cell';
import { GridModel } from './grid.model';

const NONE: ReadonlySet<string> = new Set();

/** What a reader has changed in a table: groups that are folded, which stay so when the answer comes anew, and an order of this answer's rows. */
export class GridChanges {
  readonly foldedRows = signal(NONE);
  readonly foldedColumns = signal(NONE);
  readonly sort: WritableSignal<LocalSort | null>;
  readonly rank: WritableSignal<readonly number[] | null>;

  constructor(answer: () => ReportAnswer) {
    this.sort = linkedSignal<ReportAnswer, LocalSort | null>({ source: answer, computation: () => null });
    this.rank = linkedSignal<ReportAnswer, readonly number[] | null>({ source: answer, computation: () => null });
  }

  /** Folds a group, or unfolds it. */
  toggle(side: 'rows' | 'columns', key: string): void {
    (side === 'rows' ? this.foldedRows : this.foldedColumns).update((before) => (before.has(key) ? new Set([...before].filter((one) => one !== key)) : new Set([...before, key])));
  }

  /** Folds these groups of rows; none to unfold all. */
  foldRows(keys: readonly string[]): void {
    this.foldedRows.set(keys.length === 0 ? NONE : new Set(keys));
  }

  /** By one column the rows that are all here are ordered here. By a value over all columns, or where rows are missing, the order to ask for is returned. */
  async order(model: GridModel, column: number, sort: ReportDefinition['sort']): Promise<ReportSort | null> {
    const value = model.answer.values[model.columns[column]?.value ?? 0]?.key ?? '';
    const own = model.ownColumn(column);
    if (own === null || !sortableHere(model.answer)) return { by: value, order: sort?.by === value && sort.order === 'desc' ? 'asc' : 'desc' };
    const held = this.sort();
    const next: LocalSort = { column: own, value, order: held?.column === own && held.value === value && held.order === 'desc' ? 'asc' : 'desc' };
    this.sort.set(next);
    const rank = await localRank(model.answer, model.rows, next);
    // Another order, or another answer, may have come meanwhile.
    if (this.sort() === next) this.rank.set(rank);
    return null;
  }
}
