import { Proof, Watermark } from '@core/analytics/cube.transport';
import { formatDate, formatDays, formatMoney, formatNumber, formatPercent, LocaleTag, MISSING } from '@core/format/format';
import { valueIn } from '@core/i18n/known.value';

/** A value of a dimension. */
export type CellValue = string | number | boolean | null;

/** Which number is meant: one of the measures of a query's answer, and of which cell. */
export interface NumberQuestion {
  /** Cube's query. */
  readonly query: Record<string, unknown>;
  /** `view.measure`; the first of the query where it is left out. */
  readonly measure?: string;
  /** The values of the query's dimensions, of time dimensions as `view.dimension.granularity`. */
  readonly point?: Readonly<Record<string, CellValue>>;
  /** What the reader saw it called. */
  readonly title: string;
}

/** The question for what is behind a number of a chart: of one point, else of the chart as a whole. */
export function behindPoint(query: Record<string, unknown>, measure: string, title: string, point?: { readonly label: string; readonly cell?: Readonly<Record<string, CellValue>> }): NumberQuestion {
  return { query, measure: measure || undefined, title: point?.cell ? `${title}: ${point.label}` : title, ...(point?.cell ? { point: point.cell } : {}) };
}

/** One part of a number: its records sum to it, to a side of its quotient, are the values that it is taken over, or sum to a basis of its formula. */
export interface NumberPart {
  readonly member: string;
  readonly title: string;
  readonly title_ar: string;
  readonly unit: string;
  readonly role: 'sum' | 'numerator' | 'denominator' | 'sample' | 'basis';
  readonly total: string | null;
}

/** One property shown of each record. */
export interface NumberColumn {
  readonly member: string;
  readonly member_ar: string | null;
  readonly title: string;
  readonly title_ar: string;
  readonly type: 'string' | 'number' | 'date' | 'time' | 'boolean';
}

/** One record behind a number. */
export interface NumberItem {
  readonly id: string | null;
  readonly resource: string | null;
  readonly record_id: string | null;
  readonly values: Readonly<Record<string, CellValue>>;
  readonly parts: Readonly<Record<string, string | null>>;
}

/** What the API answers for a number: its definition, how true it is, and a page of its records. */
export interface NumberRows {
  readonly measure: string;
  readonly value: string | null;
  /** Whether the parts make the number; else only its formula does. */
  readonly makes_number: boolean;
  readonly parts: readonly NumberPart[];
  readonly columns: readonly NumberColumn[];
  readonly items: readonly NumberItem[];
  readonly total_rows: number;
  readonly next_cursor: string | null;
  readonly moved: boolean;
  readonly watermark: Watermark;
  readonly proof: Proof | null;
  readonly definition: {
    readonly title: string; readonly title_ar: string; readonly description: string; readonly description_ar: string; readonly formula: string; readonly formula_ar: string;
    readonly unit: string; readonly owner: string; readonly version: number; readonly kpi: string | null;
  };
}

/** How numbers are written for a reader. */
export interface NumberReader {
  readonly tag: LocaleTag;
  readonly currency: string;
  /** Translates a key, for values that have words; without it they stay as they are. */
  readonly text?: (key: string) => string;
}

/** How a text in either language is set: which of the two it is in, and the direction of that one. */
export interface Script {
  readonly lang: 'en' | 'ar';
  readonly dir: 'ltr' | 'rtl';
}

/** The script of a formula. Its first letter does not tell: Σ is a Greek one, from left to right, also before Arabic words. */
export const scriptOf = (text: string): Script => (/\p{Script=Arabic}/u.test(text) ? { lang: 'ar', dir: 'rtl' } : { lang: 'en', dir: 'ltr' });

/** A number in its unit, exact. */
export function writeNumber(value: string | null | undefined, unit: string, { tag, currency }: NumberReader): string {
  if (value === null || value === undefined) return MISSING;
  if (unit.startsWith('money')) return formatMoney(value, currency, tag, 'full');
  if (unit === 'ratio') return formatPercent(value, tag, 2);
  if (unit === 'days') return formatDays(value, tag, 1);
  return formatNumber(value, tag, 2);
}

/** A property of a record as the reader sees it; empty where it has none. */
export function writeCell(item: NumberItem, column: NumberColumn, arabic: boolean, { tag, text }: NumberReader): string {
  const own = arabic && column.member_ar !== null ? item.values[column.member_ar] : null;
  const value = own ?? item.values[column.member];
  if (value === null || value === undefined || value === '') return MISSING;
  if (column.type === 'date') return formatDate(value, tag, 'date');
  if (column.type === 'time') return formatDate(value, tag, 'datetime');
  if (column.type === 'number') return formatNumber(value, tag, 2);
  return text ? valueIn(column.member, String(value), text) : String(value);
}
