import { Query } from '@cubejs-client/core';
import { Row } from '@core/analytics/analytics.client';
import { formatMoney, formatNumber, formatPercent, formatSigned, MISSING, toNumber } from '@core/format/format';
import { approximate, exact } from '@shared/format/exact';
import { Reader, signedMoney } from '@shared/format/reader';

/** What is told of a moment, in the order shown. */
export const MOMENT = [
  { key: 'open_amount', kind: 'money' }, { key: 'weighted_amount', kind: 'money' }, { key: 'open_count', kind: 'number' }, { key: 'win_rate', kind: 'percent' },
] as const;
type Kind = (typeof MOMENT)[number]['kind'];

/** The pipeline as it was at an instant. */
export function momentQuery(instant: string, has: (member: string) => boolean): Query {
  return { measures: MOMENT.map(({ key }) => `deals_asof.${key}`).filter(has), filters: [{ member: 'deals_asof.as_of', operator: 'equals', values: [instant] }] };
}

/** One measure at both moments with what lies between them. */
export interface MomentLine {
  readonly key: string;
  readonly then: string;
  readonly now: string;
  readonly difference: string;
  readonly direction: 'up' | 'down' | 'same';
}

/** Puts a moment beside now; a difference needs both numbers, and money is subtracted exactly. */
export function momentLines(then: Row | undefined, now: Row | undefined, reader: Reader): MomentLine[] {
  return MOMENT.map(({ key, kind }) => {
    const [before, after] = [then?.[`deals_asof.${key}`], now?.[`deals_asof.${key}`]];
    const known = toNumber(before) !== null && toNumber(after) !== null;
    const change = known ? approximate(exact(after) - exact(before)) : 0;
    return { key, then: write(before, kind, reader), now: write(after, kind, reader), difference: known ? writeChange(change, kind, reader) : MISSING, direction: change > 0 ? 'up' : change < 0 ? 'down' : 'same' };
  });
}

function write(value: unknown, kind: Kind, { tag, currency }: Reader): string {
  return kind === 'money' ? formatMoney(value, currency, tag) : kind === 'percent' ? formatPercent(value, tag, 2) : formatNumber(value, tag);
}

function writeChange(change: number, kind: Kind, reader: Reader): string {
  if (kind === 'money') return signedMoney(change, reader);
  if (kind === 'number') return formatSigned(change, reader.tag);
  return reader.text('pipeline.asof.points', { points: formatSigned(change * 100, reader.tag, { maximumFractionDigits: 2 }) });
}
