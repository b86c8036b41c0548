import type { PartRole } from '../model/measure.parts.js';
import type { Unit } from '../model/model.types.js';

/** A value of a dimension as Cube answers it. */
export type CellValue = string | number | boolean | null;

/** Which number is meant, and which of the records behind it. */
export interface RowsRequest {
  /** The query whose answer has the number. */
  readonly query: Readonly<Record<string, unknown>>;
  /** `view.measure`. */
  readonly measure: string;
  /** The cell: `view.dimension` or `view.dimension.granularity` → its value there. Dimensions that are left out are summed over. */
  readonly point: Readonly<Record<string, CellValue>>;
  /** Records of a page, 1 to 200. */
  readonly limit: number;
  readonly cursor: string | null;
}

/** What of a number comes from its rows. Totals are decimal text, of a sample the count of its values. */
export interface RowsPart {
  readonly member: string;
  readonly title: string;
  readonly title_ar: string;
  readonly unit: Unit;
  readonly role: PartRole;
  readonly total: string | null;
}

/** A property that is shown of each record; `member_ar` has the Arabic name where there is one. */
export interface RowsColumn {
  readonly member: string;
  readonly member_ar: string | null;
  readonly title: string;
  readonly title_ar: string;
  readonly type: 'string' | 'number' | 'date' | 'time' | 'boolean';
  readonly unit: Unit | null;
}

/** One record behind a number. */
export interface RowsItem {
  /** Key of the row; null where the rows are those whose key is unknown. */
  readonly id: string | null;
  /** Where it opens: the REST resource and the id there; null where it opens nowhere. */
  readonly resource: string | null;
  readonly record_id: string | null;
  readonly values: Readonly<Record<string, CellValue>>;
  /** What it gives to each part, as decimal text; null where it has no part in it. */
  readonly parts: Readonly<Record<string, string | null>>;
}

/** The definition of a number as its owner answers for it. */
export interface RowsDefinition {
  readonly title: string;
  readonly title_ar: string;
  readonly description: string;
  readonly description_ar: string;
  readonly formula: string;
  readonly formula_ar: string;
  readonly unit: Unit;
  readonly owner: string;
  readonly version: number;
  readonly kpi: string | null;
}

/** A number with the records that make it. */
export interface RowsAnswer {
  readonly measure: string;
  /** The number as decimal text; null without a value. */
  readonly value: string | null;
  /** Whether the parts make the number; else its formula computes it from them, or, where there are none, it comes from no records. */
  readonly makes_number: boolean;
  readonly parts: readonly RowsPart[];
  readonly columns: readonly RowsColumn[];
  readonly items: readonly RowsItem[];
  readonly total_rows: number;
  readonly next_cursor: string | null;
  /** True on a further page when the data has changed since the page before: begin anew for pages that sum to the number. */
  readonly moved: boolean;
  readonly definition: RowsDefinition;
}

/** A request that cannot be answered, with the status that says whose fault it is. */
export class RowsError extends Error {
  override readonly name = 'RowsError';
  constructor(readonly status: number, message: string) {
    super(message);
  }
}
