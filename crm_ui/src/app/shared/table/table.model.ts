/**
 * How a column is filtered: `text` contains, `select` equals one of the options, `number`, `date` and `timestamp` from–to; a
 * timestamp's last day counts whole.
 */
export interface ColumnFilter {
  /** The field as the API's list names it. */
  readonly field: string;
  readonly kind: 'text' | 'select' | 'number' | 'date' | 'timestamp';
  /** For `select`; labels are already translated. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

/** One column of a table. Its cells are drawn by `<ng-template crmCell="key">`, or by `text`. */
export interface TableColumn<T> {
  readonly key: string;
  /** Translation key of the heading. */
  readonly label: string;
  /** Track of the CSS grid, such as `minmax(180px, 2fr)` or `120px`. */
  readonly width?: string;
  /** Numbers stand at the end. */
  readonly align?: 'start' | 'end';
  /** The field to sort by, if it can be. */
  readonly sort?: string;
  readonly filter?: ColumnFilter;
  /** Plain text of a cell without a template. */
  readonly text?: (row: T) => string;
  /** Where the cell stands on a phone's card: the head, beside it, in the list of facts (the usual), or not at all. */
  readonly card?: 'title' | 'aside' | 'fact' | 'none';
}

/** Height of the rows. */
export type Density = 'comfortable' | 'compact';
/** Pixels of a row; the same as the tokens `--crm-row` and `--crm-row-compact`. */
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { comfortable: 36, compact: 28 };
