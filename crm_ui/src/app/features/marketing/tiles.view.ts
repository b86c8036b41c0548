import { Row } from '@core/analytics/analytics.client';
import { Change, changeOf } from '@core/analytics/change';
import { formatMoney, formatNumber } from '@core/format/format';
import { Reader } from '@shared/format/reader';
import { costMembers, TILES, TileKey } from './marketing.questions';

/** One number with what it was before. */
export interface MarketingTile {
  readonly key: TileKey;
  readonly member: string;
  readonly answer: 'unit' | 'observed';
  readonly value: string;
  readonly full: string;
  readonly change: Change | null;
  readonly before: string;
  /** Whether records stand behind it. */
  readonly rows: boolean;
}

/** A number as the reader sees it. */
export function writeTile(key: TileKey, value: unknown, { currency, tag, text }: Reader, short = false): string {
  if (key === 'count') return formatNumber(value, tag);
  if (key === 'ratio') return formatNumber(value, tag, short ? 1 : 2);
  if (key === 'payback') return value === null || value === undefined ? formatNumber(null, tag) : text('marketing.inMonths', { months: formatNumber(value, tag, 1) });
  return formatMoney(value, currency, tag, short ? 'compact' : 'full');
}

/** A tile from the answers about the period and the one before; the cost of a customer is the one that the switch says. */
export function marketingTile(key: TileKey, now: Row | null, before: Row | null, lag: boolean, reader: Reader): MarketingTile {
  const { better, rows } = TILES[key];
  const member = key === 'cac' ? `unit_economics.${costMembers(lag).cac}` : TILES[key].member;
  return {
    key, member, answer: key === 'observed' ? 'observed' : 'unit', rows, value: writeTile(key, now?.[member], reader, true), full: writeTile(key, now?.[member], reader), change: changeOf(now?.[member], before?.[member], 'relative', better),
    before: before === null ? '' : writeTile(key, before[member], reader),
  };
}
