import { hubspotPreset } from './hubspot.preset.js';
import { mavenPreset } from './maven.preset.js';
import type { ImportPreset, PresetFile } from './preset.types.js';
import { salesforcePreset } from './salesforce.preset.js';

export type { ImportPreset, PresetFile } from './preset.types.js';

/** Exports that come in without mapping by hand. */
export const importPresets: readonly ImportPreset[] = [mavenPreset, salesforcePreset, hubspotPreset];

/** The preset of that name. */
export function findPreset(name: string): ImportPreset | undefined {
  return importPresets.find((preset) => preset.name === name);
}

/** What a preset knows of a file: how it comes in, that it holds no records, or nothing. */
export function matchPresetFile(fileName: string, columns: readonly string[]): { readonly preset: ImportPreset; readonly file: PresetFile } | 'ignored' | undefined {
  for (const preset of importPresets) {
    // The name alone is not enough: accounts.csv may come from anywhere. All mapped columns must be there.
    const file = preset.files.find((candidate) => candidate.file.test(fileName) && Object.keys(candidate.mapping.columns).every((column) => columns.includes(column)));
    if (file !== undefined) return { preset, file };
    if (preset.ignored.some((pattern) => pattern.test(fileName))) return 'ignored';
  }
  return undefined;
}
