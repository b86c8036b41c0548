import { columnOf, type Column, type Frame } from '../features/frame.model.js';
import { groupOf, quantileCuts } from './quantile.cutter.js';

/** How one source column becomes columns of a linear model; `offset` is its first column in the design. */
export type LinearTerm =
  | { kind: 'number'; name: string; offset: number; low: number; high: number; mean: number; scale: number; missing: boolean }
  | { kind: 'bins'; name: string; offset: number; cuts: number[]; missing: boolean }
  | { kind: 'category'; name: string; offset: number; levels: string[] };

/** A row-compressed sparse matrix: row i holds `columns/values[starts[i] … starts[i+1])`. */
export interface SparseDesign { rows: number; width: number; starts: Int32Array; columns: Int32Array; values: Float64Array }

/** `skewed` bins only numbers that a straight line fits badly; `all` bins every number. */
export type Binning = 'skewed' | 'all';

/** Levels with fewer rows share one bucket; ten is what held on real tables. */
const RARE_ROWS = 10;
/** Widest design: the Gram matrix is solved densely, at 400 columns in about 50 ms. */
const MAX_WIDTH = 400;
const BINS = 20;
/** Beyond this skewness a standardised number is ruled by its tail. */
const SKEWED = 1.5;

/** Turns a frame into the design of a linear model: learned from training rows only, serialisable, the same for every later row. */
export class LinearEncoder {
  private constructor(readonly terms: readonly LinearTerm[], readonly width: number) {}

  /** Learns cuts, means, scales and levels; unseen levels later fall into the rare bucket, missing values have their own column. */
  static fit(frame: Frame, binning: Binning): LinearEncoder {
    let rare = RARE_ROWS;
    for (;;) {
      const encoder = LinearEncoder.fitAt(frame, binning, rare);
      if (encoder.width <= MAX_WIDTH || rare > frame.rows) return encoder;
      rare = Math.ceil(rare * 1.5);
    }
  }

  private static fitAt(frame: Frame, binning: Binning, rare: number): LinearEncoder {
    const terms: LinearTerm[] = [];
    let offset = 0;
    for (const column of frame.columns) {
      const term = column.kind === 'category' ? categoryTerm(column, rare, offset) : numberTerm(column, binning, offset);
      terms.push(term);
      offset += widthOf(term);
    }
    return new LinearEncoder(terms, offset);
  }

  /** Encodes rows; at most two entries per source column, so that Gram matrices cost by the entries, not by the width. */
  transform(frame: Frame): SparseDesign {
    const starts = new Int32Array(frame.rows + 1);
    const capacity = frame.rows * this.terms.length;
    const columns = new Int32Array(capacity);
    const values = new Float64Array(capacity);
    const readers = this.terms.map((term) => readerOf(term, columnOf(frame, term.name)));
    let at = 0;
    const cell = { column: 0, value: 0 };
    for (let i = 0; i < frame.rows; i++) {
      for (const read of readers) {
        if (!read(i, cell)) continue;
        columns[at] = cell.column;
        values[at++] = cell.value;
      }
      starts[i + 1] = at;
    }
    return { rows: frame.rows, width: this.width, starts, columns: columns.subarray(0, at), values: values.subarray(0, at) };
  }

  /** Index into `terms` of each design column: contributions are summed back to source columns by it. */
  sources(): Int32Array {
    const out = new Int32Array(this.width);
    this.terms.forEach((term, t) => out.fill(t, term.offset, term.offset + widthOf(term)));
    return out;
  }

  /** Plain data for storage. */
  toJSON(): { terms: readonly LinearTerm[]; width: number } {
    return { terms: this.terms, width: this.width };
  }

  /** The encoder that `toJSON` described. */
  static fromJSON(json: { terms: readonly LinearTerm[]; width: number }): LinearEncoder {
    return new LinearEncoder(json.terms, json.width);
  }
}

function widthOf(term: LinearTerm): number {
  if (term.kind === 'number') return 1 + (term.missing ? 1 : 0);
  if (term.kind === 'bins') return term.cuts.length + 1 + (term.missing ? 1 : 0);
  return term.levels.length + 2;
}

function categoryTerm(column: Extract<Column, { kind: 'category' }>, rare: number, offset: number): LinearTerm {
  const counts = new Int32Array(column.levels.length);
  for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  const levels = column.levels.filter((_, code) => (counts[code] as number) >= rare);
  return { kind: 'category', name: column.name, offset, levels };
}

function numberTerm(column: Extract<Column, { kind: 'number' }>, binning: Binning, offset: number): LinearTerm {
  const present = column.values.filter((v) => Number.isFinite(v));
  const missing = present.length < column.values.length;
  const sorted = present.slice().sort();
  // Clipped far outside the bulk (not at it: a rare indicator must stay), so that one absurd value cannot flatten all the others.
  const bottom = sorted[Math.floor(0.001 * sorted.length)] ?? 0;
  const top = sorted[Math.floor(0.999 * (sorted.length - 1))] ?? 0;
  const reach = top > bottom ? 10 * (top - bottom) : Infinity;
  const low = Math.max(sorted[0] ?? 0, bottom - reach), high = Math.min(sorted[sorted.length - 1] ?? 0, top + reach);
  let mean = 0, m2 = 0, m3 = 0;
  for (const v of present) mean += Math.min(high, Math.max(low, v)) / present.length;
  for (const v of present) {
    const d = Math.min(high, Math.max(low, v)) - mean;
    m2 += (d * d) / present.length;
    m3 += (d * d * d) / present.length;
  }
  const scale = Math.sqrt(m2);
  const usable = Number.isFinite(scale) && scale > 0;
  const skewed = usable && Math.abs(m3 / (m2 * scale)) > SKEWED;
  if (usable && (binning === 'all' || skewed)) {
    return { kind: 'bins', name: column.name, offset, cuts: quantileCuts(column.values, BINS), missing };
  }
  // A column that does not vary, or varies beyond all measure, reads as zero everywhere.
  return usable ? { kind: 'number', name: column.name, offset, low, high, mean, scale, missing } : { kind: 'number', name: column.name, offset, low: 0, high: 0, mean: 0, scale: 1, missing };
}

type CellReader = (row: number, cell: { column: number; value: number }) => boolean;

function readerOf(term: LinearTerm, column: Column): CellReader {
  if (term.kind === 'category') {
    // A model may meet a number where it learned categories (and the reverse) when a file changes shape: both read as unseen.
    const codes = column.kind === 'category' ? column.codes : null;
    const known = new Map(term.levels.map((level, i) => [level, i]));
    const map = column.kind === 'category' ? column.levels.map((level) => known.get(level) ?? term.levels.length) : [];
    return (row, cell) => {
      const code = codes ? (codes[row] as number) : -1;
      cell.column = term.offset + (code < 0 ? term.levels.length + 1 : (map[code] as number));
      cell.value = 1;
      return true;
    };
  }
  const values = column.kind === 'number' ? column.values : null;
  return (row, cell) => {
    const v = values ? (values[row] as number) : NaN;
    if (!Number.isFinite(v)) {
      cell.column = term.offset + (term.kind === 'bins' ? term.cuts.length + 1 : 1);
      cell.value = 1;
      return term.missing;
    }
    if (term.kind === 'bins') {
      cell.column = term.offset + groupOf(term.cuts, v);
      cell.value = 1;
      return true;
    }
    cell.column = term.offset;
    cell.value = (Math.min(term.high, Math.max(term.low, v)) - term.mean) / term.scale;
    return true;
  };
}
