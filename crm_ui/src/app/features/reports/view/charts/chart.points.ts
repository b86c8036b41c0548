import { formatPercent, LocaleTag } from '@core/format/format';
import { ChartPoint } from '@shared/chart/chart-card.component';
import { ChartLine } from '@shared/chart/line-chart.component';
import { WaterfallStep } from '@shared/chart/waterfall.layout';
import { approximate, exact, exactText } from '@shared/format/exact';
import { Reader } from '@shared/format/reader';
import { beforeOf, cellOf } from '../report.cell';
import { Category, ChartModel, Series } from './report.series';

/** Bars: one for each category, or a group of one for each series. What has no number has no height and is called a dash. `short` labels have the exact number as their detail. */
export function barPoints(model: ChartModel, short = false): ChartPoint[] {
  return model.categories.map((category) => {
    const bars = model.series.map((series) => {
      const { number, full } = model.at(category, series);
      return { key: series.key, label: series.label, value: number ?? 0, text: full };
    });
    const [first] = bars;
    const named = { key: category.key, label: category.label, axis: category.axis, value: first?.value ?? 0, text: first?.text ?? '' };
    if (bars.length > 1) return { ...named, bars };
    return short && model.series[0] ? { ...named, text: model.at(category, model.series[0]).short, detail: named.text } : named;
  });
}

/** Steps under lines; each tells the exact numbers of all lines. */
export function stepPoints(model: ChartModel): ChartPoint[] {
  return model.categories.map((category) => {
    const numbers = model.series.map((series) => ({ series, ...model.at(category, series) }));
    const text = numbers.length === 1 ? (numbers[0]?.full ?? '') : numbers.map(({ series, full }) => `\u2068${series.label}\u2069 ${full}`).join(' · ');
    return { key: category.key, label: category.label, axis: category.axis, value: numbers[0]?.number ?? 0, text };
  });
}

/** The lines over the steps; what is not known leaves a gap. */
export const chartLines = (model: ChartModel): ChartLine[] => model.series.map((series) => ({ label: series.label, values: model.categories.map((category) => model.at(category, series).number) }));

/** Steps of a funnel with their share of the one before and, where there is room, of the first. */
export function funnelPoints(model: ChartModel, { tag, text }: Pick<Reader, 'tag' | 'text'>, narrow = false): ChartPoint[] {
  const [series] = model.series;
  if (!series) return [];
  const numbers = model.categories.map((category) => model.at(category, series));
  return model.categories.map((category, index) => {
    const [first, before, own] = [numbers[0]?.number, numbers[index - 1]?.number, numbers[index]];
    const shares = index === 0 ? [] : [['step', before] as const, ['first', first] as const].filter(([key, of]) => of && !(key === 'first' && (narrow || index === 1))).map(([key, of]) => text(`report.funnel.${key}`, { share: share(own?.number, of, tag) }));
    return { key: category.key, label: category.label, value: own?.number ?? 0, text: own?.full ?? '', ...(shares.length > 0 ? { detail: shares.join(' · ') } : {}) };
  });
}

const share = (part: number | null | undefined, whole: number | null | undefined, tag: LocaleTag): string => formatPercent(part === null || part === undefined || !whole ? null : part / whole, tag, 1);

/**
 * From nothing, or from the period before, to the total of the answer. What the parts shown do not come to (because not all are shown, or because the value
 * does not add up) is a step of its own, so that the bars never claim more than they are.
 */
export function waterfallSteps(model: ChartModel, { text, arabic }: Pick<Reader, 'text' | 'arabic'>): WaterfallStep[] {
  const [series] = model.series;
  if (!series) return [];
  const { answer } = model;
  const total = { row: 0, column: series.at, value: answer.values[series.value]?.key ?? '' };
  const [now, before] = [cellOf(answer, total), answer.before === null ? null : beforeOf(answer, total)];
  const compared = before !== null;
  const made = (key: string, label: string, amount: bigint, level: boolean): WaterfallStep => {
    const size = amount < 0n ? -amount : amount;
    const signed = (words: string): string => (amount < 0n ? withSign('\u2212', words, arabic) : level || amount === 0n ? words : withSign('+', words, arabic));
    return { key, label, value: approximate(amount), text: signed(model.axis(series.value)(approximate(size))), full: signed(model.write(series.value, exactText(size))), total: level };
  };
  let gone = compared ? exact(before) : 0n;
  const steps = model.categories.flatMap((category) => {
    const { cell } = model.at(category, series);
    const amount = exact(cellOf(answer, cell)) - (compared ? exact(beforeOf(answer, cell)) : 0n);
    gone += amount;
    return amount === 0n ? [] : [made(category.key, category.label, amount, false)];
  });
  const rest = exact(now) - gone;
  return [
    ...(compared ? [made('before', text('report.waterfall.before'), exact(before), true)] : []), ...steps,
    ...(rest === 0n ? [] : [made('rest', text('report.waterfall.rest'), rest, false)]), made('total', text(compared ? 'report.waterfall.now' : 'report.total'), exact(now), true),
  ];
}

/** The marks keep an Arabic line right-to-left and the sign before the digits in it, as `Intl` does it for plain numbers. */
const withSign = (sign: string, words: string, arabic: boolean): string => (arabic ? `\u200f\u200e${sign}${words.replace(/^\u200f/, '')}` : `${sign}${words}`);

/** The same numbers as a table: a line for each category, a column for each series. */
export function tableOf(model: ChartModel, categories: readonly Category[] = model.categories, series: readonly Series[] = model.series): { readonly heads: readonly string[]; readonly lines: readonly { readonly key: string; readonly name: string; readonly cells: readonly string[] }[] } {
  return { heads: series.map(({ label }) => label), lines: categories.map((category) => ({ key: category.key, name: category.label, cells: series.map((one) => model.at(category, one).full) })) };
}
