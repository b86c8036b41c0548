/** How two sides may differ: not at all, or, for quotients and medians that a float carries, by 1e-9 of the value. */
export type Tolerance = 'exact' | 'ratio';

/** One KPI recomputed: an aggregate of Postgres over the rows of its view. */
export interface MeasureProof {
  readonly sql: string;
  readonly tolerance: Tolerance;
  /** The words of the definition that the SQL follows, or of the choice made where they leave one. */
  readonly formula: string;
}

/** A property to split and filter by, as an expression over the rows `r`. */
export interface DimensionProof {
  readonly sql: string;
  /** `instant` is a timestamptz, cut in the time zone of the question; `date` is a calendar day, the same in every zone. */
  readonly kind: 'text' | 'number' | 'instant' | 'date';
}

/** The KPIs of one public view over one set of rows, written by hand from the definitions and not from the model. */
export interface ViewProof {
  readonly view: string;
  /** SELECT over `crm_core`, one row per thing counted; may use the tables of `ledgerPrelude`. */
  readonly rows: string;
  readonly measures: Readonly<Record<string, MeasureProof>>;
  /** Measures that Postgres cannot recompute → why, and what proves them instead. */
  readonly beyondLedger?: Readonly<Record<string, string>>;
  /** Filters of every question to the semantic layer, where the rows above are only those that the ledger knows. */
  readonly given?: readonly ProofFilter[];
  readonly dimensions: Readonly<Record<string, DimensionProof>>;
  readonly cases: readonly ProofCase[];
}

/** Filters of a question: equal to one of the values (null: nothing is there), or with `not` to none of them; what is empty is unequal to every value. */
export interface ProofFilter {
  readonly dimension: string;
  readonly values: readonly (string | null)[];
  readonly not?: boolean;
}

/** A period by whole days, both included, and the step to split it by. */
export interface ProofPeriod {
  readonly dimension: string;
  readonly from?: string;
  readonly to?: string;
  readonly step?: 'day' | 'week' | 'month' | 'quarter' | 'year' | 'fiscal_quarter' | 'fiscal_year';
}

/** One question about all KPIs of a view. */
export interface ProofCase {
  /** How it splits, for the record: `all`, `owner_id`, `closed_at by month`. */
  readonly name: string;
  readonly dimensions?: readonly string[];
  readonly period?: ProofPeriod;
  readonly filters?: readonly ProofFilter[];
  readonly timeZone?: string;
  /** Only these measures; default all of the view. */
  readonly measures?: readonly string[];
}

/** Shorthand for a number that must be the same to its last digit. */
export function exact(sql: string, formula: string): MeasureProof {
  return { sql, tolerance: 'exact', formula };
}

/** Shorthand for a quotient or a median. */
export function ratio(sql: string, formula: string): MeasureProof {
  return { sql, tolerance: 'ratio', formula };
}

/** Dimensions that are read straight from columns of the rows. */
export function columns(kind: DimensionProof['kind'], ...names: readonly string[]): Record<string, DimensionProof> {
  return Object.fromEntries(names.map((name) => [name, { sql: `r.${name}`, kind }]));
}
