import { ScoreReason, DealScore } from '@shared/record/record.model';

/** How the value behind a reason is written. */
export type ValueStyle = 'share' | 'money' | 'number' | 'words';

/** A reason with the length of its bar. */
export interface WeighedReason {
  readonly reason: ScoreReason;
  /** 0–1, against the strongest reason shown. */
  readonly weight: number;
}

/** The reasons as they are shown: for, against, notes without a direction, and the rest as one. */
export interface ReasonGroups {
  readonly up: readonly WeighedReason[];
  readonly down: readonly WeighedReason[];
  readonly notes: readonly ScoreReason[];
  readonly rest: ScoreReason | null;
}

const REST = 'other';

/** Splits reasons by direction, the strongest first; bars of both sides share one scale. */
export function reasonGroups(reasons: readonly ScoreReason[], shown = 3): ReasonGroups {
  const strong = (direction: 'up' | 'down'): ScoreReason[] =>
    reasons.filter((reason) => reason.direction === direction && reason.feature !== REST).sort((one, two) => Math.abs(two.contribution) - Math.abs(one.contribution)).slice(0, shown);
  const [up, down] = [strong('up'), strong('down')];
  const most = Math.max(0, ...[...up, ...down].map(({ contribution }) => Math.abs(contribution)));
  const weigh = (reason: ScoreReason): WeighedReason => ({ reason, weight: most === 0 ? 0 : Math.abs(reason.contribution) / most });
  return { up: up.map(weigh), down: down.map(weigh), notes: reasons.filter(({ direction }) => direction === 'none'), rest: reasons.find(({ feature }) => feature === REST) ?? null };
}

/** How the value of a feature is written: rates and progress are shares, the amount is money. */
export function styleOf({ feature, value }: Pick<ScoreReason, 'feature' | 'value'>): ValueStyle {
  if (typeof value === 'string') return 'words';
  if (feature.endsWith('_rate') || feature === 'stage_progress') return 'share';
  return feature === 'amount' ? 'money' : 'number';
}

/** Why there is no probability: the model's state, or that the deal is closed, or that it waits for the next run; null where there is one. */
export function absence(score: DealScore | null | undefined, status: string): 'off' | 'closed' | 'insufficient_data' | 'none' | 'training' | 'failed' | 'waiting' | null {
  if (score === undefined || score === null) return 'off';
  if (status !== 'open') return 'closed';
  if (score.probability !== null) return null;
  const { state } = score.model;
  if (state === 'insufficient_data' || state === 'none' || state === 'training') return state;
  return state === 'failed' || state === 'rejected' ? 'failed' : 'waiting';
}
