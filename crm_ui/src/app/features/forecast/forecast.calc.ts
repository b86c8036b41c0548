import { Figures, Forecast, Group, MONEY } from './forecast.model';

/** A part of the bar against the quota, in per cent of its length. */
export interface Part {
  readonly name: 'won' | 'commit' | 'best_case' | 'pipeline';
  readonly value: string;
  readonly share: number;
}

/** The bar of a line: its parts, and where the quota stands; null without one. */
export interface Bar {
  readonly parts: readonly Part[];
  readonly quota: number | null;
}

const PARTS = ['won', 'commit', 'best_case', 'pipeline'] as const;

/** The most that any bar has to hold, so that all have one scale. */
export function scaleOf(lines: readonly Figures[]): number {
  return Math.max(0, ...lines.map((line) => Math.max(Number(line.quota), PARTS.reduce((sum, name) => sum + Math.max(0, Number(line[name])), 0))));
}

/** The bar of a line on a scale. */
export function barOf(line: Figures, scale: number): Bar {
  const share = (value: string): number => (scale > 0 ? (Math.max(0, Number(value)) / scale) * 100 : 0);
  return { parts: PARTS.map((name) => ({ name, value: line[name], share: share(line[name]) })).filter((part) => part.share > 0), quota: Number(line.quota) > 0 ? share(line.quota) : null };
}

/** The person or team whose forecast a line is, for adjusting it. */
export const targetOf = (group: Group): string | null => group.id ?? group.team?.id ?? null;

/** Text of a cell that no spreadsheet takes for a formula. */
function cell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The forecast as CSV: first what it is of, then a line each with exact numbers, the total last. */
export function csvOf(forecast: Forecast, words: { readonly head: readonly (readonly [string, string])[]; readonly columns: readonly string[]; readonly name: (group: Group) => string; readonly total: string }): string {
  const line = (name: string, { attainment, coverage, ...figures }: Figures): string[] => [name, ...MONEY.map((one) => figures[one]), attainment === null ? '' : String(attainment), coverage === null ? '' : String(coverage)];
  const rows = [...words.head.map((pair) => [...pair]), [], [...words.columns], ...forecast.groups.map((group) => line(words.name(group), group.figures)), line(words.total, forecast.total)];
  // The mark lets spreadsheets read Arabic as what it is.
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
