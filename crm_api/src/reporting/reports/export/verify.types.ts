import type { ContentHash } from './export.content.js';
import type { ExportFormat } from './export.types.js';

/** What a file says of itself, read back without belief. */
export interface ReadFile {
  readonly format: ExportFormat;
  /** The content, hashed as it stands there now; null where it cannot be read. */
  readonly content: ReturnType<ContentHash['digest']> & { readonly rows: number } | null;
  readonly stamp: readonly (readonly [label: string, text: string])[];
  /** What stands in front of a row, to name it by; only of files with a mark for each row. */
  readonly names: readonly string[];
  /** The rows, where there are few enough to compare. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** The hash that the file shows to its reader. */
  readonly told: string | null;
  readonly seal: string | null;
  /** SHA-256 of the bytes in front of the seal, of PDF and PNG. */
  readonly bytes?: string;
  /** What is wrong in itself, whatever the seal says. */
  readonly faults: readonly string[];
}

/** What came of the verification of a file. */
export interface Verdict {
  readonly file: string;
  readonly format: string;
  readonly report: string | null;
  readonly watermark: string | null;
  /** True only where nothing differs and the seal is of a known key. */
  readonly unchanged: boolean;
  /** `unproven`: nothing differs, but nobody here knows the key that it was sealed with. */
  readonly state: 'unchanged' | 'changed' | 'unproven';
  readonly differences: readonly string[];
  readonly hash: string | null;
  readonly rows: number | null;
  /** What the product said when it was asked again, where it was. */
  readonly again?: readonly string[];
}
