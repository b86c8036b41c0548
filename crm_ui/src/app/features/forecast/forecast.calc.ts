import { ListFilter } from '@core/api/list.query';
import { Figures, Forecast, ForecastPeriod, Group, MONEY, MoneyName } from './forecast.model';

/** A period by quarter or by month. */
export type Step = 'quarter' | 'month';

const KEY = /^(\d{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))$/;

/** The period of a day. */
export function periodOf(day: Date, step: Step): string {
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
  return step === 'quarter' ? `${year}-Q${Math.floor(month / 3) + 1}` : `${year}-${String(month + 1).padStart(2, '0')}`;
}

/** True for a key that the page can show. */
export const isPeriod = (text: string | undefined): text is string => text !== undefined && KEY.test(text);
/** What a period goes by. */
export const stepOf = (key: string): Step => (key.includes('Q') ? 'quarter' : 'month');

/** The period some steps later, or earlier. */
export function moved(key: string, by: number): string {
  const [, year = '', quarter, month] = KEY.exec(key) ?? [];
  const size = quarter === undefined ? 12 : 4;
  const index = Number(year) * size + Number(quarter ?? month) - 1 + by;
  const [whole, part] = [Math.floor(index / size), (index % size) + 1];
  return quarter === undefined ? `${whole}-${String(part).padStart(2, '0')}` : `${whole}-Q${part}`;
}

/** The same time by the other step: a quarter's first month, a month's quarter; of the running quarter the running month. */
export function restepped(key: string, step: Step, today: Date): string {
  if (stepOf(key) === step) return key;
  const [, year = '', quarter, month] = KEY.exec(key) ?? [];
  if (step === 'quarter') return `${year}-Q${Math.floor((Number(month) - 1) / 3) + 1}`;
  return key === periodOf(today, 'quarter') ? periodOf(today, 'month') : `${year}-${String((Number(quarter) - 1) * 3 + 1).padStart(2, '0')}`;
}

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

/** Conditions of the list of deals behind a number of people; null where the list cannot be narrowed to it. */
export function dealsBehind(name: MoneyName, period: ForecastPeriod, owners: readonly (string | null)[] | null): ListFilter[] | null {
  if (name === 'quota' || name === 'adjustment' || name === 'adjusted' || name === 'gap') return null;
  const field = name === 'won' ? 'closed_at' : 'close_date';
  const whose: ListFilter[] = owners === null ? [] : owners.length === 1 && owners[0] === null ? [{ field: 'owner_id', operator: 'null', value: 'true' }]
    : [{ field: 'owner_id', operator: owners.length === 1 ? 'eq' : 'in', value: owners.filter((one) => one !== null).join(',') }];
  return [
    { field: 'status', operator: 'eq', value: name === 'won' ? 'won' : 'open' },
    { field, operator: 'gte', value: period.start }, { field, operator: 'lt', value: period.end }, ...whose, { field: 'is_test', operator: 'eq', value: 'false' },
  ];
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
