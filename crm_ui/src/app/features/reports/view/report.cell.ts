import { ReportAnswer } from '@core/reports/report.model';

/** A place in the answer: the numbers of a row and a column in its lists, and the key of a value. */
export interface ReportCell {
  readonly row: number;
  readonly column: number;
  readonly value: string;
}

/** Rows of the table shall be in the order of a value. */
export interface ReportSort {
  readonly by: string;
  readonly order: 'asc' | 'desc';
}

/** The number of a cell as the answer has it; null where there is nothing. */
export function cellOf({ cells, columns }: Pick<ReportAnswer, 'cells' | 'columns'>, { row, column, value }: ReportCell): string | null {
  return cells[value]?.[row * columns.length + column] ?? null;
}

/** The same of the period that is compared with. */
export function beforeOf({ before, columns }: Pick<ReportAnswer, 'before' | 'columns'>, { row, column, value }: ReportCell): string | null {
  return before?.[value]?.[row * columns.length + column] ?? null;
}
