/** The parts of the business a model belongs to; also the folders. */
export type BusinessUnit = 'shared' | 'sales' | 'customers' | 'engagement' | 'billing' | 'service';

/** What a number counts or measures; the reader's words for it are the UI's. */
export type Unit =
  | 'count' | 'number' | 'money' | 'money_per_month' | 'money_per_year' | 'money_per_day' | 'ratio' | 'months' | 'days' | 'hours' | 'minutes' | 'text' | 'date' | 'score';

/** A name and an explanation in both languages. */
export interface Bilingual {
  readonly title: string;
  readonly titleAr: string;
  readonly description: string;
  readonly descriptionAr: string;
}

/** A number of a cube. SQL refers to `{CUBE}`, to other members as `{member}` and to joined cubes as `{cube.member}`. */
export interface Measure extends Bilingual {
  readonly type: 'count' | 'number' | 'string';
  readonly sql?: string;
  /** Condition that a row must meet to be counted; for `count` only. */
  readonly where?: string;
  readonly format?: 'percent' | 'currency';
  readonly unit: Unit;
  /** The name in the KPI dictionary, when it is a KPI. */
  readonly kpi?: string;
  /** The definition in words and symbols, for the dictionary and the tile's tooltip. */
  readonly formula?: string;
  /** The same in Arabic, with the words of the Arabic titles; the mathematical signs stay. */
  readonly formulaAr?: string;
  /** Whether the parts of a split sum to the whole. */
  readonly additive?: boolean;
  /** Of use to the rows behind other measures: may be asked for by name, but is offered nowhere. */
  readonly internal?: boolean;
  /** What it is made of, for one that does not add up: measures of the cube joined by `*` and `/`, such as `won_count / closed_count`; `median(x)`, `mean(x)` and `p90(x)` take the values of the rows. Where no sum, quotient or middle of rows makes the number, what it is computed from: `of(x)` a sum, `each(x)` the values of the rows. Null where it has no rows, such as a setting. */
  readonly parts?: string | null;
  /** The dimension whose values are the rows behind it, where they are not those of the cube. */
  readonly per?: 'account_id' | 'deal_id';
  readonly version?: number;
}

/** A property to split and filter by. */
export interface Dimension extends Bilingual {
  readonly type: 'string' | 'number' | 'time' | 'boolean';
  readonly sql: string;
  readonly primaryKey?: boolean;
  /** The question gives its value by one filter `equals`; the cube's SQL reads it as `{asked.<name>}`, that of a cube it joins as `{asked.<cube>.<name>}`. An instant is UTC, a date `YYYY-MM-DD`. */
  readonly asked?: 'instant' | 'date';
  /** Internal members are of use to measures and policies only. */
  readonly internal?: boolean;
  /** The names of its values, where they are few and chosen by an administrator. */
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly label_ar: string }[];
}

/** A private cube: rows, how they join and what is measured on them. */
export interface Cube {
  readonly name: string;
  readonly unit: BusinessUnit;
  readonly description: string;
  readonly sql: string;
  /** Its rows cost more to work out than to read: they are kept for as long as their tables stay as they are. Only where the SQL reads no `{asked.…}` and the rows are few enough for memory. */
  readonly kept?: boolean;
  /** Cube → condition. Every join is to one row at most, so that no measure fans out. */
  readonly joins: Readonly<Record<string, string>>;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly dimensions: Readonly<Record<string, Dimension>>;
  /** Columns of a derived table → the fields of the role matrix they tell of (`deals.expected_value`); others are the field of their name. */
  readonly lineage?: Readonly<Record<string, readonly `${string}.${string}`[]>>;
  /** Dimensions that a click on a number shows. */
  readonly drill?: readonly string[];
  /** The resource in which a row opens, by the dimension `opens_id`, where it is not a record of the view's own resource. */
  readonly opens?: string;
}

/** A public view of one cube: what people may ask for, and whose rows they get. */
export interface View extends Bilingual {
  readonly name: string;
  readonly unit: BusinessUnit;
  readonly cube: string;
  /** The resource of the role matrix whose scope decides the rows. */
  readonly resource: string;
  /** Who answers for these definitions. */
  readonly owner: string;
  /** True where rows belong to nobody, so that only the scope "all" sees any. */
  readonly companyWide?: boolean;
  /** Members to leave out of the cube's public ones. */
  readonly excludes?: readonly string[];
}

/** The order of keys in every definition: names first, then meaning, then how it is computed. */
export const keyOrder = {
  measure: ['title', 'titleAr', 'description', 'descriptionAr', 'type', 'sql', 'where', 'format', 'unit', 'kpi', 'formula', 'formulaAr', 'additive', 'internal', 'parts', 'per', 'version'],
  dimension: ['title', 'titleAr', 'description', 'descriptionAr', 'type', 'sql', 'primaryKey', 'asked', 'internal', 'choices'],
  cube: ['name', 'unit', 'description', 'sql', 'kept', 'joins', 'lineage', 'measures', 'dimensions', 'drill', 'opens'],
  view: ['name', 'unit', 'title', 'titleAr', 'description', 'descriptionAr', 'cube', 'resource', 'companyWide', 'owner', 'excludes'],
} as const;
