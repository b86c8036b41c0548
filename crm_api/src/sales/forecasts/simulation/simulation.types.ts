import type { Proof } from '../../../reporting/analytics/proof.repository.js';
import type { Watermark } from '../../../reporting/analytics/watermark.repository.js';

/** An open deal of the list that is simulated; money in cents of the reporting currency. */
export interface ListedDeal {
  readonly id: string;
  readonly cents: number;
  /** Of its stage, 0–1. */
  readonly stageProbability: number;
  /** Of the win model; null where it has no score. */
  readonly score: number | null;
  readonly stageId: string | null;
  /** `2026-11-30`. */
  readonly closeDate: string;
}

/** What was won in a period, and deals that are open; complete up to the watermark. */
export interface DealList {
  readonly wonCents: number;
  readonly currency: string;
  readonly deals: readonly ListedDeal[];
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}

/** The probability that counts: the model's, or the stage's where there is no score. */
export const probabilityOf = ({ score, stageProbability }: Pick<ListedDeal, 'score' | 'stageProbability'>): number => score ?? stageProbability;
