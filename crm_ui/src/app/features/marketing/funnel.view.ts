import { Row } from '@core/analytics/analytics.client';
import { formatNumber, formatPercent, toNumber } from '@core/format/format';
import { ChartPoint } from '@shared/chart/chart-card.component';
import { Reader } from '@shared/format/reader';
import { Step, STEPS } from './marketing.questions';

/** One rate between two steps. */
export interface FunnelRate {
  readonly key: Step;
  readonly member: string;
  readonly title: string;
  readonly value: string;
  readonly before: string;
}

/** The steps of the funnel, with the rate that led to each. */
export function funnelPoints(row: Row, { tag, text }: Reader): (ChartPoint & { readonly key: Step })[] {
  return STEPS.map(({ key, count, rate }) => ({
    key, label: text(`marketing.steps.${key}`), value: toNumber(row[count]) ?? 0, text: formatNumber(row[count], tag), ...(rate === null ? {} : { detail: text('marketing.rate', { rate: formatPercent(row[rate], tag) }) }),
  }));
}

/** The rates between the steps, of the period and of the one before. */
export function funnelRates(row: Row, before: Row | null, { tag, text }: Reader): FunnelRate[] {
  return STEPS.flatMap(({ key, rate }) => (rate === null ? [] : [{ key, member: rate, title: text(`marketing.rates.${key}`), value: formatPercent(row[rate], tag), before: before === null ? '' : formatPercent(before[rate], tag) }]));
}
