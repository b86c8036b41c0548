import { formatMoney, formatNumber, formatPercent } from '@core/format/format';
import { monthText, Reader } from '@shared/format/reader';
import { CohortCell, CohortLine, GridMetric } from './cohort.grid';

/** What a cell shows: its number and, for accounts, how many of how many. */
export function cellText(metric: GridMetric, { value, part, whole }: CohortCell, { currency, tag }: Reader): { readonly value: string; readonly small: string } {
  if (metric === 'ltv') return { value: formatMoney(value, currency, tag, 'compact'), small: '' };
  return { value: formatPercent(value, tag, 0), small: metric === 'accounts' ? `${formatNumber(part, tag)}/${formatNumber(whole, tag)}` : '' };
}

/** A cell in a sentence, for tooltips and screen readers. */
export function cellWords(metric: GridMetric, { key }: Pick<CohortLine, 'key'>, cell: CohortCell, reader: Reader): string {
  const { text, tag, currency } = reader;
  const place = text('revenue.cohorts.place', { cohort: monthText(`${key}-01`, reader), month: formatNumber(cell.since, tag) });
  if (cell.state !== 'known') return `${place}: ${text(`revenue.cohorts.${cell.state}`)}`;
  const number = (value: number | null): string => (metric === 'accounts' ? formatNumber(value, tag) : formatMoney(value, currency, tag));
  if (metric === 'ltv') return `${place}: ${text('revenue.cohorts.brought', { value: formatMoney(cell.value, currency, tag), customers: formatNumber(cell.whole, tag) })}`;
  return `${place}: ${formatPercent(cell.value, tag, 1)}, ${text('revenue.cohorts.of', { part: number(cell.part), whole: number(cell.whole) })}`;
}
