import { Row } from '@core/analytics/analytics.client';
import { changeOf, Change } from '@core/analytics/change';
import { formatMoney, formatNumber, formatPercent, toNumber } from '@core/format/format';
import { ChartPoint } from '@shared/chart/chart-card.component';
import { ChartLine } from '@shared/chart/line-chart.component';
import { monthText, Reader } from '@shared/format/reader';
import { TrendKey, TRENDS } from './revenue.questions';

const MONEY: readonly TrendKey[] = ['mrr', 'arr', 'arpa'];
const MONTH = 'mrr_bridge.month.month';

/** A number of a trend as the reader sees it. */
export function writeTrend(key: TrendKey, value: unknown, { currency, tag }: Pick<Reader, 'currency' | 'tag'>, short = false): string {
  if (key === 'accounts') return formatNumber(value, tag, short ? 0 : 2);
  return MONEY.includes(key) ? formatMoney(value, currency, tag, short ? 'compact' : 'full') : formatPercent(value, tag, short ? 1 : 2);
}

/** One number with what it was before. */
export interface TrendTile {
  readonly key: TrendKey;
  readonly value: string;
  readonly full: string;
  readonly change: Change | null;
  readonly before: string;
  readonly line: readonly (number | null)[];
}

/** A tile from the answers about the period, the one before it, and the months. */
export function tileOf(key: TrendKey, now: Row | null, before: Row | null, months: readonly Row[], reader: Reader): TrendTile {
  const { member, better } = TRENDS[key];
  return {
    key, value: writeTrend(key, now?.[member], reader, true), full: writeTrend(key, now?.[member], reader), change: changeOf(now?.[member], before?.[member], MONEY.includes(key) || key === 'accounts' ? 'relative' : 'points', better),
    before: before === null ? '' : writeTrend(key, before[member], reader), line: months.map((row) => toNumber(row[member])),
  };
}

/** A month on the axis: the year stands at its first month alone, so that twelve have room on a phone. */
function axisText(month: string, { tag }: Pick<Reader, 'tag'>): string {
  return new Intl.DateTimeFormat(tag, { month: 'short', timeZone: 'UTC', ...(month.endsWith('-01') ? { year: '2-digit' } : {}) }).format(new Date(`${month}-01T00:00:00Z`));
}

/** The steps of a trend and its lines: the months, and the same months a year earlier where they are known. */
export interface Trend {
  readonly points: readonly ChartPoint[];
  readonly lines: readonly ChartLine[];
}

const yearOn = (month: string): string => `${Number(month.slice(0, 4)) + 1}${month.slice(4)}`;

/** Sets each month beside the same one of the year before. */
export function trendOf(key: TrendKey, months: readonly Row[], earlier: readonly Row[] | null, title: string, reader: Reader): Trend {
  const { member } = TRENDS[key];
  const monthOf = (row: Row): string => String(row[MONTH] ?? row['mrr_bridge.month'] ?? '').slice(0, 7);
  const past = new Map((earlier ?? []).map((row) => [yearOn(monthOf(row)), row[member] ?? null]));
  const points = months.map((row): ChartPoint => {
    const month = monthOf(row);
    const before = past.get(month);
    return {
      key: month, label: monthText(`${month}-01`, reader), axis: axisText(month, reader), value: toNumber(row[member]) ?? 0, text: writeTrend(key, row[member], reader),
      ...(before === undefined || before === null ? {} : { detail: reader.text('revenue.yearBefore', { value: writeTrend(key, before, reader) }) }),
    };
  });
  const lines = [{ label: title, values: months.map((row) => toNumber(row[member])) }];
  const told = months.map((row) => toNumber(past.get(monthOf(row))));
  return { points, lines: told.some((value) => value !== null) ? [...lines, { label: reader.text('revenue.aYearBefore'), values: told }] : lines };
}

