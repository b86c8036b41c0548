/**
 * How a column is filtered: `text` contains (and, where `exact`, equals), `select` equals one of the options, `many` is one of several of them, `number`,
 * `date` and `timestamp` from–to; a timestamp's last day counts whole.
 */
export interface ColumnFilter {
  /** The field as the API's list names it. */
  readonly field: string;
  readonly kind: 'text' | 'select' | 'many' | 'number' | 'date' | 'timestamp';
  /** For `select` and `many`; labels are already translated. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** For `text`: the reader chooses between "contains" and "is". */
  readonly exact?: boolean;
  /** For `number`: the API takes whole numbers only. */
  readonly whole?: boolean;
}

/** A mark in a cell; the colour stands beside its words. */
export interface CellChip {
  readonly name: string;
  readonly color: string | null;
}

/** One column of a table. Its cells are drawn by `<ng-template crmCell="key">`, or by `text`, `href` and `chips`. */
export interface TableColumn<T> {
  readonly key: string;
  /** Translation key of the heading. */
  readonly label: string;
  /** The heading itself, in the reader's language, where the business named the column; goes before `label`. */
  readonly name?: string;
  /** Track of the CSS grid, such as `minmax(180px, 2fr)` or `120px`. */
  readonly width?: string;
  /** Numbers stand at the end. */
  readonly align?: 'start' | 'end';
  /** The field to sort by, if it can be. */
  readonly sort?: string;
  readonly filter?: ColumnFilter;
  /** Plain text of a cell without a template. */
  readonly text?: (row: T) => string;
  /** Where the text leads; null for nowhere. */
  readonly href?: (row: T) => string | null;
  /** Marks instead of a text. */
  readonly chips?: (row: T) => readonly CellChip[];
  /** Where the cell stands on a phone's card: the head, beside it, in the list of facts (the usual), or not at all. */
  readonly card?: 'title' | 'aside' | 'fact' | 'none';
}

/** The track of a column. */
export const trackOf = ({ width }: Pick<TableColumn<never>, 'width'>): string => width ?? 'minmax(120px, 1fr)';
/** The pixels that a track has at least. */
export const leastOf = (track: string): number => Number(/\d+(?=px)/.exec(track)?.[0] ?? 0);

/** Height of the rows. */
export type Density = 'comfortable' | 'compact';
/** Pixels of a row; the same as the tokens `--crm-row` and `--crm-row-compact`. */
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { comfortable: 36, compact: 28 };
