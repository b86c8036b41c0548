import { Row } from '@core/analytics/analytics.client';
import { formatMoney, formatNumber, formatPercent } from '@core/format/format';
import { approximate, exact, Exact, sameCent, sumExact } from '@shared/format/exact';
import { nameIn, Reader } from '@shared/format/reader';
import { channelName } from './channels.view';
import { Split } from './marketing.address';
import { creditOf, Model, MODELS } from './marketing.questions';

/** What one channel or campaign is credited with by one model. */
export interface Credit {
  readonly model: Model;
  readonly text: string;
  readonly full: string;
  /** 0 to 1, of all by this model. */
  readonly share: number;
  readonly percent: string;
  readonly some: boolean;
}

/** One channel or campaign. */
export interface CreditLine {
  readonly key: string;
  readonly name: string;
  /** The channel of a campaign. */
  readonly under: string;
  readonly deals: string;
  readonly credits: readonly Credit[];
  /** The cell as a question about rows names it. */
  readonly point: Readonly<Record<string, string | null>>;
}

/** Whether the credits of all lines come to the revenue in every model, to the cent. */
export interface CreditCheck {
  readonly whole: boolean;
  readonly revenue: Exact;
  /** By model what the lines come to. */
  readonly sums: ReadonlyMap<Model, Exact>;
  /** The models that do not come to it. */
  readonly broken: readonly Model[];
}

/** Adds up what is shown, line by line, without rounding, and holds it against the revenue of the won deals. */
export function checkCredits(rows: readonly Row[], revenue: unknown): CreditCheck {
  const won = exact(revenue);
  const sums = new Map(MODELS.map((model) => [model, sumExact(rows.map((row) => row[creditOf(model)]))]));
  const broken = MODELS.filter((model) => !sameCent(sums.get(model) ?? 0n, won));
  return { whole: broken.length === 0, revenue: won, sums, broken };
}

/** The lines in the order of the answer, with the share of each model's sum. */
export function creditLines(rows: readonly Row[], by: Split, { sums }: CreditCheck, reader: Reader): CreditLine[] {
  const { currency, tag, text } = reader;
  return rows.map((row) => {
    const dimensions = by === 'channel' ? ['channel'] : ['campaign', 'campaign_ar', 'channel'];
    const point = Object.fromEntries(dimensions.map((name): [string, string | null] => { const value = row[`attribution.${name}`]; return [`attribution.${name}`, value === null || value === undefined ? null : String(value)]; }));
    const channel = channelName(point['attribution.channel'] ?? '', reader);
    return {
      key: JSON.stringify(point), name: by === 'channel' ? channel : point['attribution.campaign'] === null ? text('marketing.noCampaign') : nameIn(row, 'attribution.campaign', reader), under: by === 'channel' ? '' : channel, point,
      deals: formatNumber(row['attribution.deal_count'], tag),
      credits: MODELS.map((model): Credit => {
        const amount = approximate(exact(row[creditOf(model)]));
        const all = approximate(sums.get(model) ?? 0n);
        const share = all === 0 ? 0 : amount / all;
        return { model, text: formatMoney(amount, currency, tag, 'compact'), full: formatMoney(amount, currency, tag), share, percent: formatPercent(share, tag), some: amount !== 0 };
      }),
    };
  });
}
