/** Where a deal comes from. */
export type Source = 'website' | 'search' | 'social' | 'email' | 'event' | 'webinar' | 'partner' | 'referral' | 'outbound';
/** How large an account is. */
export type SizeTier = 'micro' | 'small' | 'medium' | 'large' | 'enterprise';

/** What can be known of a deal at the moment of its decision (or today, while it is open). */
export interface WinFeatures {
  /** The rep's skill in logits; visible only through the rep's record. */
  readonly repSkill: number;
  readonly source: Source;
  /** −1 … 1: how well the main product's family suits the industry, see {@link industryFit}. */
  readonly industryFit: number;
  readonly sizeTier: SizeTier;
  /** ln(amount in USD ÷ typical amount of the tier). */
  readonly relativeAmount: number;
  /** Activities of the deal in the last 30 days. */
  readonly activities30: number;
  /** Different contacts in the deal's activities. */
  readonly stakeholders: number;
  /** Share off the list price, 0 … 1. */
  readonly discount: number;
  /** Position of the stage the deal stands in, 1 … 5. */
  readonly stage: number;
  /** Days in that stage ÷ days typical for it and the tier, see {@link typicalStageDays}. */
  readonly stageAge: number;
  readonly existingCustomer: boolean;
  /** In the last fortnight of a quarter. */
  readonly quarterEnd: boolean;
  /** In August, or in Ramadan in an Arabic-speaking region. */
  readonly softSeason: boolean;
}

const bySource: Record<Source, number> = {
  referral: 0.75, partner: 0.45, event: 0.15, website: 0.1, webinar: 0, search: -0.05, email: -0.1, social: -0.4, outbound: -0.6,
};
const byTier: Record<SizeTier, number> = { micro: 0.2, small: 0.1, medium: 0, large: -0.15, enterprise: -0.3 };
const byStage = [-2.2, -1.4, -0.5, 0.4, 1.1] as const;

const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** The sample's true probability that a deal decided now is won: outcomes are drawn from it, so no model can beat it but by luck. */
export function trueWinProbability(deal: WinFeatures): number {
  return logistic(
    -1.5
      + deal.repSkill
      + bySource[deal.source]
      + 0.7 * deal.industryFit
      + byTier[deal.sizeTier]
      - 0.3 * deal.relativeAmount
      + 0.55 * Math.log1p(deal.activities30)
      + 0.45 * Math.log2(Math.max(1, deal.stakeholders))
      + 2.5 * Math.min(deal.discount, 0.2)
      + (byStage[deal.stage - 1] ?? 0)
      - 0.6 * Math.max(0, Math.log(Math.max(deal.stageAge, 0.01)))
      + (deal.existingCustomer ? 0.5 : 0)
      + (deal.quarterEnd ? 0.35 : 0)
      - (deal.softSeason ? 0.3 : 0),
  );
}

const fits: Record<string, Partial<Record<string, number>>> = {
  Software: { Platform: 0.6, Analytics: 0.9, Service: 0.5, Devices: -0.9, Suite: 0.6 },
  Finance: { Platform: 0.5, Analytics: 0.9, Service: 0.1, Devices: -0.7, Suite: 0.4 },
  Retail: { Platform: 0.2, Analytics: 0.3, Service: 0, Devices: 1, Suite: 0.2 },
  Manufacturing: { Platform: 0, Analytics: 0.2, Service: -0.3, Devices: 0.5, Suite: -0.2 },
  Healthcare: { Platform: 0.2, Analytics: -0.2, Service: 0.8, Devices: -0.1, Suite: 0.3 },
  Logistics: { Platform: 0.1, Analytics: 0.2, Service: 0.3, Devices: 0.9, Suite: 0 },
  Education: { Platform: -0.4, Analytics: -0.3, Service: 0.3, Devices: -0.5, Suite: -0.6 },
  Energy: { Platform: -0.1, Analytics: 0.6, Service: 0.2, Devices: -0.2, Suite: 0 },
  Construction: { Platform: -0.3, Analytics: -0.5, Service: 0, Devices: 0.2, Suite: -0.5 },
  Hospitality: { Platform: 0, Analytics: -0.2, Service: 0.6, Devices: 0.7, Suite: 0 },
  Telecommunications: { Platform: 0.7, Analytics: 0.7, Service: 0.8, Devices: -0.4, Suite: 0.9 },
  'Public Sector': { Platform: -0.6, Analytics: -0.2, Service: -0.1, Devices: -0.6, Suite: -0.8 },
};

/** How well a product family suits an industry, −1 … 1. */
export const industryFit = (industry: string, family: string): number => fits[industry]?.[family] ?? 0;

const stageDays = [11, 14, 18, 16, 17] as const;
/** Larger buyers decide more slowly. */
const tierPace: Record<SizeTier, number> = { micro: 0.6, small: 0.8, medium: 1, large: 1.4, enterprise: 1.9 };

/** Days that a deal of a tier typically stays in the open stage at a position 1 … 5. */
export const typicalStageDays = (stage: number, tier: SizeTier): number => (stageDays[stage - 1] ?? 15) * tierPace[tier];

/** Typical amount of a tier's deal in USD. */
export const typicalAmount: Record<SizeTier, number> = { micro: 4_000, small: 11_000, medium: 38_000, large: 150_000, enterprise: 620_000 };

/** What can be known of a subscription at the start of a month. */
export interface ChurnFeatures {
  /** Tickets of the account in the last 90 days. */
  readonly tickets90: number;
  /** Used share of what is paid for, 0 … 1.2; the account's custom field `usage_share` holds the last one. */
  readonly usage: number;
  readonly tenureMonths: number;
  /** `none` when billed by month; else whether the paid period has just ended (`renewal`) or goes on (`locked`). */
  readonly commitment: 'none' | 'renewal' | 'locked';
  /** Price level of the plan, 0 (entry) … 2 (top). */
  readonly plan: number;
}

const byCommitment = { none: 0.6, renewal: 2, locked: -1.1 } as const;

/** The sample's true probability that a subscription churns within the month. */
export function trueChurnProbability(subscription: ChurnFeatures): number {
  return logistic(
    -4.3
      + 0.35 * Math.min(subscription.tickets90, 6)
      - 2.4 * (subscription.usage - 0.75)
      - 0.035 * Math.min(subscription.tenureMonths, 24)
      + byCommitment[subscription.commitment]
      - 0.25 * subscription.plan,
  );
}
