import { ModelError } from '../model.errors.js';

/** A numeric column; a missing value is NaN, and infinite values never occur. */
export interface NumberColumn { readonly kind: 'number'; readonly name: string; readonly values: Float64Array }

/** A column of categories: `codes` index `levels`, a missing value is −1. */
export interface CategoryColumn { readonly kind: 'category'; readonly name: string; readonly codes: Int32Array; readonly levels: readonly string[] }

/** One column of a frame. */
export type Column = NumberColumn | CategoryColumn;

/** A typed table of features without the target; all columns have `rows` values. */
export interface Frame { readonly rows: number; readonly columns: readonly Column[] }

/** Examples with a known outcome: target 1 is the positive class; time is any increasing number; group codes mark rows that belong together. */
export interface Dataset {
  readonly frame: Frame;
  readonly target: Uint8Array;
  readonly time?: Float64Array;
  readonly group?: Int32Array;
}

/** Makes a numeric column; null, undefined and non-finite numbers become missing. */
export function numberColumn(name: string, values: ArrayLike<number | null | undefined>): NumberColumn {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = values[i];
    out[i] = typeof value === 'number' && Number.isFinite(value) ? value : NaN;
  }
  return { kind: 'number', name, values: out };
}

/** Makes a category column; null, undefined and the empty text become missing; levels are in order of first occurrence. */
export function categoryColumn(name: string, values: ArrayLike<string | null | undefined>): CategoryColumn {
  const codes = new Int32Array(values.length);
  const levels: string[] = [];
  const known = new Map<string, number>();
  for (let i = 0; i < codes.length; i++) {
    const value = values[i];
    if (value === null || value === undefined || value === '') { codes[i] = -1; continue; }
    let code = known.get(value);
    if (code === undefined) {
      code = levels.length;
      known.set(value, code);
      levels.push(value);
    }
    codes[i] = code;
  }
  return { kind: 'category', name, codes, levels };
}

/** The frame restricted to the given rows, in their order; levels are kept as they are. */
export function takeFrame(frame: Frame, rows: Int32Array): Frame {
  return {
    rows: rows.length,
    columns: frame.columns.map((column): Column => {
      if (column.kind === 'number') {
        const values = new Float64Array(rows.length);
        for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i] as number] as number;
        return { ...column, values };
      }
      const codes = new Int32Array(rows.length);
      for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i] as number] as number;
      return { ...column, codes };
    }),
  };
}

/** The data set restricted to the given rows. */
export function takeDataset(data: Dataset, rows: Int32Array): Dataset {
  const pick = <T extends Uint8Array | Float64Array | Int32Array>(from: T, into: T): T => {
    for (let i = 0; i < rows.length; i++) into[i] = from[rows[i] as number] as number;
    return into;
  };
  return {
    frame: takeFrame(data.frame, rows),
    target: pick(data.target, new Uint8Array(rows.length)),
    time: data.time && pick(data.time, new Float64Array(rows.length)),
    group: data.group && pick(data.group, new Int32Array(rows.length)),
  };
}

/** The column of that name; a frame without it is refused, because a score over missing columns would be silently wrong. */
export function columnOf(frame: Frame, name: string): Column {
  const column = frame.columns.find((c) => c.name === name);
  if (!column) throw new ModelError('missing_column', `The table has no column "${name}" that the model was trained on; add it or train again.`);
  return column;
}

/** Share of positive targets; NaN never leaves here: an empty target is refused. */
export function baseRate(target: Uint8Array): number {
  if (target.length === 0) throw new ModelError('too_few_rows', 'There are no rows with a known outcome.');
  let positives = 0;
  for (const y of target) positives += y;
  return positives / target.length;
}
