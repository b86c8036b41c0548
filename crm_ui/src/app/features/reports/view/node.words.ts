import { fiscalLabel } from '@core/format/fiscal';
import { formatDate, LocaleTag } from '@core/format/format';
import { ReportNode, Split } from '@core/reports/report.model';
import { Reader } from '@shared/format/reader';
import { valueWords } from '../../home/measure.write';

/** What the words of a report need. */
export interface ReportReader extends Reader {
  /** The month in which the fiscal year begins. */
  readonly fiscalStart: number;
}

/** The part of a member behind its view. */
const localOf = (member: string): string => member.slice(member.indexOf('.') + 1);

/** The step of time that begins on a day, in words. */
export function stepWords(day: string, grain: NonNullable<Split['grain']>, { tag, fiscalStart }: Pick<ReportReader, 'tag' | 'fiscalStart'>): string {
  switch (grain) {
    case 'day': case 'week': return formatDate(day, tag);
    case 'month': return formatDate(day, tag, 'monthShort');
    case 'quarter': return formatDate(day, tag, 'quarter');
    case 'year': return yearWords(day, tag);
    case 'fiscal_quarter': case 'fiscal_year': return fiscalLabel(day, grain, fiscalStart, tag);
  }
}

const yearWords = (day: string, tag: LocaleTag): string => new Intl.DateTimeFormat(tag, { year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** The name of a row or column by its last split, in the reader's language. */
export function nodeWords({ level, value, value_ar, others }: ReportNode, splits: readonly Split[], reader: ReportReader): string {
  if (level === 0) return reader.text('report.total');
  if (others) return reader.text('report.others');
  if (value === null || value === '') return reader.text('home.charts.none');
  if (typeof value === 'boolean') return reader.text(value ? 'report.yes' : 'report.no');
  const split = splits[level - 1];
  if (split?.grain && /^\d{4}-\d{2}-\d{2}/.test(String(value))) return stepWords(String(value).slice(0, 10), split.grain, reader);
  if (reader.arabic && value_ar) return value_ar;
  return typeof value === 'string' && split ? valueWords(localOf(split.member), value, reader.text) : String(value);
}

/** All names from the outermost group to the row itself. */
export function pathWords(nodes: readonly ReportNode[], index: number, splits: readonly Split[], reader: ReportReader): string {
  const names: string[] = [];
  for (let at: number | null = index; at !== null && (nodes[at]?.level ?? 0) > 0; at = nodes[at]?.parent ?? null) names.unshift(nodeWords(nodes[at] as ReportNode, splits, reader));
  return names.length === 0 ? reader.text('report.total') : names.join(' · ');
}

/** A member's name where nobody has told a better one: `deals.closed_at` is "Closed at". */
export function plainName(member: string): string {
  const words = localOf(member).replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
