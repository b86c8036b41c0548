import { Row } from '@core/analytics/analytics.client';
import { formatMoney, formatNumber, toNumber } from '@core/format/format';
import { knownValue } from '@core/i18n/known.value';
import { Reader } from '@shared/format/reader';
import { costMembers } from './marketing.questions';

/** One channel, or all of them together. */
export interface ChannelLine {
  /** The channel as the answer has it; null for customers that came without a won deal, and for all together. */
  readonly channel: string | null;
  readonly name: string;
  readonly customers: string;
  readonly cost: string;
  /** A dash where the channel won nobody. */
  readonly cac: string;
  readonly known: { readonly customers: boolean; readonly cost: boolean; readonly cac: boolean };
}

function line(row: Row, name: string, channel: string | null, lag: boolean, { currency, tag }: Reader): ChannelLine {
  const members = costMembers(lag);
  const [customers, cost, cac] = [row['acquisition.count'], row[`acquisition.${members.cost}`], row[`acquisition.${members.cac}`]];
  return {
    channel, name, customers: formatNumber(customers, tag), cost: formatMoney(cost, currency, tag, 'whole'), cac: formatMoney(cac, currency, tag, 'whole'),
    known: { customers: (toNumber(customers) ?? 0) !== 0, cost: (toNumber(cost) ?? 0) !== 0, cac: toNumber(cac) !== null },
  };
}

/** The channels, the most customers first; one that neither cost nor won anything is left out. */
export function channelLines(rows: readonly Row[], lag: boolean, reader: Reader): ChannelLine[] {
  const cost = `acquisition.${costMembers(lag).cost}`;
  const size = (row: Row): number => toNumber(row['acquisition.count']) ?? 0;
  return rows
    .filter((row) => size(row) !== 0 || (toNumber(row[cost]) ?? 0) !== 0)
    .sort((one, two) => size(two) - size(one) || (toNumber(two[cost]) ?? 0) - (toNumber(one[cost]) ?? 0))
    .map((row) => {
      const channel = row['acquisition.channel'] === null || row['acquisition.channel'] === undefined || row['acquisition.channel'] === '' ? null : String(row['acquisition.channel']);
      return line(row, channel === null ? reader.text('marketing.noChannel') : channelName(channel, reader), channel, lag, reader);
    });
}

/** All channels together. */
export const blendedLine = (row: Row, lag: boolean, reader: Reader): ChannelLine => line(row, reader.text('marketing.blended'), null, lag, reader);

/** A channel in words; one that nobody has words for stays as it is. */
export const channelName = (channel: string, { text }: Pick<Reader, 'text'>): string => knownValue('source', channel, (key) => text(key));
