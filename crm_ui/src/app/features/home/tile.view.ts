import { AnalyticsAnswer } from '@core/analytics/analytics.client';
import { Change, changeOf } from '@core/analytics/change';
import { DayRange, trendRange } from '@core/analytics/period';
import { formatPercent, MISSING, toDate, toNumber } from '@core/format/format';
import { KpiTile, Tile } from './dashboard.model';
import { addsUp, betterWay, changeKind, currencyOf, meaningOf, Meanings, Reader, writeMeasure } from './measure.write';
import { timeline } from './timeline';
import { PageQuestion, rangesOf } from './tile.question';

/** All that drawing a tile needs beside its answers. */
export interface Drawing {
  readonly reader: Reader;
  readonly meanings: Meanings;
  readonly page: PageQuestion;
}

/** The answers of a tile's questions. */
export interface Answers {
  readonly main?: AnalyticsAnswer;
  readonly before?: AnalyticsAnswer;
  readonly trend?: AnalyticsAnswer;
}

/** What is to be reached, and how far it is. */
export interface TargetView {
  /** "72 % of $1M". */
  readonly text: string;
  /** 0–1, for the bar. */
  readonly share: number;
  readonly reached: boolean;
}

/** One number, ready to draw. */
export interface KpiView {
  readonly value: string;
  readonly full: string;
  readonly unit: string;
  readonly description: string;
  readonly formula: string;
  readonly change: Change | null;
  readonly versusTitle: string;
  readonly note: string;
  readonly trend: readonly (number | null)[];
  readonly target: TargetView | null;
}

/** The title of a tile: its own in the reader's language, else the words of the semantic layer. */
export function titleOf(tile: Tile, meanings: Meanings, reader: Reader): string {
  const own = (reader.arabic ? tile.title_ar : '') || tile.title || tile.title_ar;
  if (own) return own;
  if (tile.kind === 'list') return reader.text(`home.lists.${tile.resource}`);
  if (tile.kind === 'kpi') return meaningOf(tile.measure, meanings, reader).title;
  const measure = meaningOf(tile.measures[0] ?? '', meanings, reader).title;
  // Measures side by side are no part of one of them: the view is what they have in common.
  if (!tile.dimension && !tile.grain && tile.measures.length > 1) return viewTitle(tile.measures[0] ?? '', meanings, reader) || measure;
  const part = tile.dimension ? meaningOf(tile.dimension, meanings, reader).title : tile.grain ? reader.text(`home.grains.${tile.grain}`) : '';
  return part ? reader.text('home.by', { measure, part }) : measure;
}

const viewTitle = (member: string, meanings: Meanings, { arabic }: Reader): string => { const view = meanings.get(member)?.view; return (arabic && view?.titleAr) || view?.title || ''; };

/** A number of one moment or of the period, with its change, course and target. */
export function kpiView(tile: KpiTile, answers: Answers, { reader, meanings, page }: Drawing): KpiView {
  const { measure, date } = tile;
  const { unit, description, formula } = meaningOf(measure, meanings, reader);
  const row = answers.main?.rows[0];
  const currency = currencyOf(row, measure, reader.currency);
  const write = (value: unknown, exact = false): string => writeMeasure(value, unit, currency, reader.tag, exact);
  const [value, before] = [row?.[measure], answers.before?.rows[0]?.[measure]];
  const { range, previous } = rangesOf(tile, page);
  return {
    value: write(value), full: write(value, true), description, formula,
    unit: toNumber(value) === null ? '' : unit === 'money_per_day' ? reader.text('home.kpi.perDay') : '',
    change: before === undefined ? null : changeOf(value, before, changeKind(unit), betterWay(measure)),
    versusTitle: before === undefined || !previous ? '' : reader.text('home.versusValue', { value: write(before, true), period: rangeText(previous, reader) }),
    note: reader.text(date ? 'home.noComparison' : 'home.now'),
    trend: date && answers.trend ? timeline(answers.trend?.rows ?? [], date, 'month', trendRange({ ...page.period, range })).map((step) => toNumber(step.row?.[measure]) ?? (addsUp(unit) ? 0 : null)) : [],
    target: targetOf(tile, value, write, reader),
  };
}

/** Attainment of a target: value ÷ target, and target ÷ value where less is better. */
export function targetOf(tile: KpiTile, value: unknown, write: (value: unknown) => string, reader: Reader): TargetView | null {
  const [aim, now] = [toNumber(tile.target), toNumber(value)];
  if (aim === null || aim <= 0) return null;
  const less = betterWay(tile.measure) === 'down';
  const attained = now === null ? null : less ? (now <= 0 ? 1 : aim / now) : now / aim;
  const share = attained === null ? MISSING : formatPercent(attained, reader.tag, 0);
  return { text: reader.text(less ? 'home.targetAtMost' : 'home.targetOf', { share, target: write(aim) }), share: Math.max(0, Math.min(1, attained ?? 0)), reached: attained !== null && attained >= 1 };
}

/** A range in the reader's words. */
export function rangeText([from, to]: DayRange, reader: Pick<Reader, 'tag'>): string {
  const [start, end] = [toDate(from), toDate(to)];
  if (!start || !end) return '';
  return new Intl.DateTimeFormat(reader.tag, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).formatRange(start, end);
}
