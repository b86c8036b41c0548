import type { CellKind, MailLocale } from '../../delivery/delivery.types.js';
import type { Meanings } from '../../analytics/member.meanings.js';
import type { ReportAnswer, ReportDefinition } from '../definition/report.types.js';

/** The kinds of files that a report can be exported as. */
export const exportFormats = ['csv', 'xlsx', 'pdf', 'png'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Everything that a file of a report is made from. */
export interface ExportRequest {
  readonly definition: ReportDefinition;
  readonly answer: ReportAnswer;
  /** What the members are called in both languages. */
  readonly meanings: Meanings;
  readonly locale: MailLocale;
  /** The report's name as people call it. */
  readonly name: string;
  /** Who asked, as the audit log names them. */
  readonly askedBy: string;
  readonly madeAt: Date;
}

/** A column of an exported table: the words above it, from the outermost split to the value. */
export interface ExportColumn {
  readonly heads: readonly string[];
  readonly kind: CellKind;
  /** Null in front of the values, where the splits are; else the value's unit in the semantic layer. */
  readonly unit: string | null;
}

/** A cell as it is kept, `text`: a value of the books, a day as `YYYY-MM-DD`, a number as exact decimal text, null for nothing; and as people read it. */
export interface ExportCell {
  readonly text: string | null;
  readonly shown: string;
}

/** A row of an exported table. */
export interface ExportRow {
  /** 0 is the total, the number of splits a leaf. */
  readonly level: number;
  readonly total: boolean;
  readonly cells: readonly ExportCell[];
  /** By column: rows or columns of the table whose cells sum to this one, to the last digit; null where it is not a sum. */
  readonly sums: readonly (Sum | null)[];
}

/** The cells that a total is the sum of: of other rows in its column, or of other columns in its row. */
export interface Sum {
  readonly of: 'rows' | 'columns';
  /** Places in the table, from 0, ascending. */
  readonly at: readonly number[];
}

/** A report as one table, whatever file it becomes. Totals stand behind what they are of. */
export interface ExportTable {
  readonly columns: readonly ExportColumn[];
  readonly rows: readonly ExportRow[];
}

/** A line of the stamp: what it is, its name in the file's language, and its text. */
export interface StampLine {
  readonly key: StampKey;
  readonly label: string;
  readonly text: string;
}

/** What a stamp can say. */
export const stampKeys = ['report', 'view', 'split', 'conditions', 'period', 'compared', 'asked', 'made', 'watermark', 'moved', 'definitions', 'currency', 'proof', 'cut', 'definition', 'note'] as const;
export type StampKey = (typeof stampKeys)[number];

/** A file as it is sent. */
export interface ExportFile {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
  readonly rows: number;
  /** SHA-256 of the content in canonical text, as the file itself says it. */
  readonly hash: string;
}
