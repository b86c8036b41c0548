import type { RecordBase } from '@core/api/api.client';

/** A text in both languages. */
export interface Label {
  readonly en: string;
  readonly ar: string;
}

/** One thing a column can be mapped to. */
export interface CatalogueField {
  readonly key: string;
  readonly label: Label;
  readonly type: string;
  readonly required: boolean;
  readonly choices?: readonly string[];
  readonly reference?: string;
  readonly can_create?: boolean;
  /** True for custom fields. */
  readonly custom?: boolean;
  /** Rows that make records need a value; others do not. */
  readonly required_for_new?: boolean;
}

/** What can be imported. */
export interface CatalogueEntity {
  readonly entity: string;
  readonly label: Label;
  readonly fields: readonly CatalogueField[];
}

/** Everything the wizard needs to know of the API. */
export interface Catalogue {
  readonly entities: readonly CatalogueEntity[];
  readonly presets: readonly { readonly name: string; readonly label: Label }[];
  readonly encodings: readonly string[];
}

/** How one column is read; see the API's ImportMapping. */
export interface ColumnMapping {
  readonly field: string;
  readonly aliases?: Readonly<Record<string, string>>;
  readonly date_order?: 'dmy' | 'mdy';
  readonly multiply?: number;
  readonly on_invalid?: 'error' | 'empty';
}

/** How a file becomes records. */
export interface ImportMapping {
  readonly columns: Readonly<Record<string, string | ColumnMapping | null>>;
  readonly constants?: Readonly<Record<string, string>>;
  readonly templates?: Readonly<Record<string, string>>;
  readonly on_missing?: Readonly<Record<string, MissingReference>>;
  readonly skip_when?: Readonly<Record<string, readonly string[]>>;
  readonly source?: string;
  readonly encoding?: string;
}

/** What happens to a reference that points at nothing. */
export type MissingReference = 'error' | 'create' | 'empty';

/** What a file looks like. */
export interface Preview {
  readonly file_name: string;
  readonly format: 'csv' | 'xlsx';
  readonly columns: readonly { readonly name: string; readonly samples: readonly string[]; readonly field: string | null }[];
  readonly entity: string | null;
  readonly mapping: ImportMapping | null;
  readonly preset: { readonly name: string; readonly label: Label } | null;
  readonly holds_records: boolean;
}

/** State of an import. */
export type ImportStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** One import as lists show it. */
export interface ImportJob extends RecordBase {
  readonly entity: string;
  readonly file_name: string;
  readonly dry_run: boolean;
  readonly status: ImportStatus;
  readonly total_rows: number | null;
  readonly processed_rows: number;
  readonly counts: { readonly created: number; readonly updated: number; readonly unchanged: number; readonly skipped: number; readonly errors: number };
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** What is wrong with a cell or a row. */
export interface RowProblem {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly value?: string;
  readonly suggestion?: string;
}

/** The same problem in many rows. */
export interface ProblemGroup {
  readonly field: string | null;
  readonly code: string;
  readonly value: string | null;
  readonly message: string;
  readonly suggestion: string | null;
  readonly count: number;
}

/** One import with its problems. */
export interface ImportDetail extends ImportJob {
  readonly mapping: ImportMapping;
  readonly problem_groups: readonly ProblemGroup[];
  readonly errors: readonly { readonly row: number; readonly outcome: 'error' | 'warning'; readonly problems: readonly RowProblem[]; readonly raw: Readonly<Record<string, string>> }[];
}

/** A mapping saved under a name. */
export interface SavedMapping extends RecordBase {
  readonly name: string;
  readonly entity: string;
  readonly mapping: ImportMapping;
  readonly outdated: readonly OutdatedField[];
}

/** A field that a saved mapping fills and an import cannot fill any more. */
export interface OutdatedField {
  readonly field: string;
  readonly code: string;
  readonly label: Label | null;
}

/** True while the server still works on the import. */
export function isWorking(job: Pick<ImportJob, 'status'>): boolean {
  return job.status === 'queued' || job.status === 'running';
}

/** Share of the rows that are done, 0–1; null until their number is known. */
export function progressOf(job: Pick<ImportJob, 'total_rows' | 'processed_rows' | 'status'>): number | null {
  if (job.status === 'done') return 1;
  if (job.total_rows === null || job.total_rows === 0) return null;
  return job.processed_rows / job.total_rows;
}
