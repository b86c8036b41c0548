import type { ImportMapping } from '../import.types.js';

/** One file of an export and how it comes in. */
export interface PresetFile {
  /** Matches the file's name. */
  readonly file: RegExp;
  readonly entity: string;
  readonly mapping: ImportMapping;
}

/** A known export: its files in the order that lets each find what it points at. */
export interface ImportPreset {
  readonly name: string;
  readonly label: { readonly en: string; readonly ar: string };
  readonly files: readonly PresetFile[];
  /** Files that belong to the export but hold no records. */
  readonly ignored: readonly RegExp[];
}
