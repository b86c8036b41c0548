import type { ReportDefinition } from './report.types.js';

/** The measures of a report, each once. */
export const measuresOf = ({ values }: ReportDefinition): string[] => [...new Set(values.flatMap((value) => ('measure' in value ? [value.measure] : [])))];
