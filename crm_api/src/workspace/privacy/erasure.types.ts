/** Who can be erased. */
export const subjectTypes = ['contact', 'lead', 'user', 'account'] as const;
export type SubjectType = (typeof subjectTypes)[number];

/** The grounds of Art. 17 GDPR; a code and no text, so that the record of an erasure holds nothing personal. */
export const erasureReasons = ['request', 'consent_withdrawn', 'objection', 'no_longer_needed', 'unlawful', 'legal_obligation'] as const;
export type ErasureReason = (typeof erasureReasons)[number];

/** Ids of the rows that are the person, and of what was written about them. */
export type PersonSets = Readonly<Record<'contacts' | 'leads' | 'users' | 'accounts' | 'activities' | 'tickets', readonly string[]>>;

/** The person as found: rows, and the strings by which they can be recognised. */
export interface Person {
  readonly sets: PersonSets;
  /** Names, e-mail addresses and numbers; never stored. */
  readonly identifiers: readonly string[];
}

/** How an identifier is taken out of a column of other rows. */
export type ScrubMode = 'text' | 'json' | 'null' | 'unique';

/** What becomes of one table when a person is erased. Every column that can hold text is in `set`, `scrub` or `kept`. */
export interface TablePlan {
  /** Rows that belong to the person: SQL over the row and the sets, such as `contact_id = ANY(@contacts)`. */
  readonly owned?: string;
  /** `delete` removes those rows, `anonymise` overwrites their columns in `set`. */
  readonly action?: 'delete' | 'anonymise';
  /** `rewrite` keeps the earlier versions of owned rows downstream without those columns: for amounts whose history is needed. */
  readonly downstream?: 'rewrite';
  /** Column → SQL of its new value. */
  readonly set?: Readonly<Record<string, string>>;
  /** Columns of all other rows in which the identifiers are replaced. */
  readonly scrub?: Readonly<Record<string, ScrubMode>>;
  /** Rows with an identifier in one of these columns are deleted as a whole. */
  readonly purge?: readonly string[];
  /** Columns that hold no person, or must be kept; generated ones follow those they come from. */
  readonly kept?: readonly string[];
  /** Generated columns, overwritten downstream together with what they come from. */
  readonly derived?: readonly string[];
  /** For the audit log and consents, which only a function of their owner may change: which of the two. */
  readonly sealed?: 'audit' | 'consent';
  /** False for tables that never leave Postgres. */
  readonly published?: false;
  /** Why, where it is not plain. */
  readonly because?: string;
}

/** What the stream removes: by table, ids and what becomes of their earlier versions. */
export interface ScopeEntry {
  readonly table: string;
  readonly action: 'delete' | 'anonymise' | 'rewrite';
  readonly keys: readonly string[];
  readonly columns?: readonly string[];
}
