import type { CustomField } from '../../kernel/custom/custom.types.js';

/** How the text of a cell becomes a value. */
export type FieldType =
  | 'text' | 'integer' | 'decimal' | 'money' | 'ratio' | 'date' | 'timestamp' | 'boolean' | 'email' | 'phone' | 'currency' | 'country' | 'choice' | 'reference';

/** What a cell can point at by name, e-mail or external id. */
export type ReferenceKind = 'users' | 'teams' | 'accounts' | 'contacts' | 'leads' | 'products' | 'pipelines' | 'stages' | 'deals' | 'campaigns';

/** One thing a column of a file can be mapped to. */
export interface FieldDefinition {
  readonly key: string;
  /** Column of the table; the key when absent. */
  readonly column?: string;
  readonly label: { readonly en: string; readonly ar: string };
  readonly type: FieldType;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  readonly reference?: ReferenceKind;
  /** Headers that mean this field, in lower case without punctuation. */
  readonly synonyms?: readonly string[];
  /** The definition of a custom field: its rules judge the value. */
  readonly custom?: CustomField;
  /** Names of tags that the record gets. */
  readonly tags?: true;
}

/** A target that exists and cannot be filled now; the message says the cure. */
export interface ClosedTarget {
  readonly code: string;
  readonly message: string;
  /** Its name; null where the person is not shown it. */
  readonly label: FieldDefinition['label'] | null;
}

/** A value ready for the database, as JSON: money and numbers are strings, so that no digit is lost. Custom fields have the form that the API takes. */
export type CellValue = string | number | boolean | readonly string[] | null;

/** What went wrong with a cell or a row. `field` is the field of the mapping, `value` what the file said. */
export interface RowProblem {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly value?: string;
  /** What was probably meant, when something close exists. */
  readonly suggestion?: string;
}

/** A row on its way in. `values` holds one entry for each mapped field that the row has. */
export interface DraftRow {
  readonly rowNumber: number;
  readonly raw: Readonly<Record<string, string>>;
  readonly values: Record<string, CellValue>;
  /** Fields that are to be emptied; other empty cells leave what is stored. */
  readonly clears: Set<string>;
  readonly problems: RowProblem[];
  readonly warnings: RowProblem[];
  /** The row is about a record that was merged: it is known by its survivor and changes nothing there. */
  mergedAway?: boolean;
}

/** What happens to a reference that points at nothing. */
export type MissingReference = 'error' | 'create' | 'empty';

/** How one column is read. */
export interface ColumnMapping {
  readonly field: string;
  /** Replaces what the file says by what we call it. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Order of day and month where the file does not use ISO dates. */
  readonly date_order?: 'dmy' | 'mdy';
  /** Factor for numbers kept in thousands or millions. */
  readonly multiply?: number;
  /** `empty` keeps the row and drops a value that makes no sense, with a warning. */
  readonly on_invalid?: 'error' | 'empty';
}

/** How a file becomes records. Saved by name, and sent with each import. */
export interface ImportMapping {
  /** Column header → field; columns that are not named are not imported. */
  readonly columns: Readonly<Record<string, string | ColumnMapping | null>>;
  /** Values that are the same for each row. */
  readonly constants?: Readonly<Record<string, string>>;
  /** Fields made from others: `{account} – {product}`; an empty part leaves out the text before it. */
  readonly templates?: Readonly<Record<string, string>>;
  readonly on_missing?: Readonly<Partial<Record<string, MissingReference>>>;
  /** Rows whose column has one of these values are left out, e.g. `{"is_deleted": ["true"]}`. */
  readonly skip_when?: Readonly<Record<string, readonly string[]>>;
  /** Name of the system the file came from: together with the external id it identifies a record. */
  readonly source?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  /** Sheet of a workbook; the first when absent. */
  readonly sheet?: string;
}

/** Everything the writer knows about an entity. */
export interface EntityDefinition {
  readonly entity: string;
  readonly table: string;
  readonly label: { readonly en: string; readonly ar: string };
  readonly fields: readonly FieldDefinition[];
  /** Whether its records have custom fields, and these are switched on. */
  readonly custom?: boolean;
  /** Targets by key that cannot be filled now. */
  readonly closed?: ReadonlyMap<string, ClosedTarget>;
  /** Fields that find an existing record when the row has no external id, tried in this order. */
  readonly naturalKeys: readonly NaturalKey[];
  /** Fills in what follows from other fields and checks what only the whole row can tell. */
  readonly prepare?: (row: DraftRow, lookup: ReferenceLookup, context: PrepareContext) => void;
}

/** How a field is compared when looking for an existing record. */
export interface NaturalKey {
  readonly field: string;
  /** SQL over `t.<column>` and over the file's value `k.value`; equal results mean the same record. */
  readonly sql: (operand: string) => string;
  readonly where?: string;
  /** True when the database allows the value once: a second row with it is an error even when the rows have ids. */
  readonly unique?: boolean;
}

/** Facts of the installation that rows may need. */
export interface PrepareContext {
  readonly reportingCurrency: string;
}

/** A record that a reference points at, with the columns rows need of it. */
export interface ReferenceTarget {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string | null>>;
}

/** Finds what a reference of this batch was resolved to. */
export interface ReferenceLookup {
  get(kind: ReferenceKind, text: string): ReferenceTarget | undefined;
  first(kind: ReferenceKind, attribute: string, value: string): ReferenceTarget | undefined;
  byId(kind: ReferenceKind, id: string): ReferenceTarget | undefined;
}
