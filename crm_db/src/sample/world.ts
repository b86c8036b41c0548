import { addMonths, dateText, dayOf, isRamadan, partsOf, timeText } from './calendar.js';
import type { Region } from './places.js';
import { Random, uuidV7 } from './random.js';
import type { Sink } from './sink.js';
import type { SizeTier, WinFeatures } from './truth.js';

/** How much is made. */
export type SampleSize = 'small' | 'medium' | 'full';

/** The volume of a sample. */
export interface Volume {
  readonly accounts: number;
  readonly contacts: number;
  readonly deals: number;
  readonly activities: number;
  /** Activities of a typical deal in 30 days. */
  readonly pace: number;
  readonly teamsPerRegion: number;
  readonly repsPerTeam: number;
  readonly agents: number;
  /** Leads that come to nothing, per deal. */
  readonly strayLeads: number;
  /** Pairs of near-duplicates to find. */
  readonly duplicates: number;
}

/** Volumes by size. */
export const volumes: Readonly<Record<SampleSize, Volume>> = {
  small: { accounts: 400, contacts: 2_000, deals: 1_500, activities: 15_000, pace: 1.7, teamsPerRegion: 1, repsPerTeam: 4, agents: 5, strayLeads: 1.5, duplicates: 6 },
  medium: { accounts: 15_000, contacts: 100_000, deals: 20_000, activities: 1_000_000, pace: 5, teamsPerRegion: 2, repsPerTeam: 8, agents: 25, strayLeads: 2, duplicates: 60 },
  full: { accounts: 100_000, contacts: 1_000_000, deals: 200_000, activities: 10_000_000, pace: 5, teamsPerRegion: 3, repsPerTeam: 14, agents: 120, strayLeads: 2, duplicates: 300 },
};

/** A stage of the default pipeline. */
export interface StageAnchor {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly category: string;
  readonly probability: number;
}

/** Rows that exist before the sample and that it refers to. */
export interface Anchors {
  readonly pipelineId: string;
  /** Open stages in order, then the won and the lost one. */
  readonly openStages: readonly StageAnchor[];
  readonly wonStage: StageAnchor;
  readonly lostStage: StageAnchor;
  /** Ids of the demo users by e-mail; empty outside the demo profile. */
  readonly users: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, string>;
}

/** The truth behind a deal that has been decided. */
export interface DealTruth {
  readonly id: string;
  readonly closedAt: number;
  readonly won: boolean;
  /** {@link trueWinProbability} of the features at the decision. */
  readonly probability: number;
  readonly features: WinFeatures;
}

/** The numbers that a new business document gets: its kind, its day and a counter of that day. */
export class Numbers {
  private readonly used = new Map<string, number>();

  next(kind: string, at: number): string {
    const key = `${kind}-${dateText(dayOf(at)).replaceAll('-', '').slice(2)}`;
    const count = (this.used.get(key) ?? 0) + 1;
    this.used.set(key, count);
    return `${key}-${String(count).padStart(3, '0')}`;
  }
}

/** Daily weights of business with their running sum, for drawing dates that follow growth and season. */
class Density {
  private readonly sums: Float64Array;

  constructor(private readonly from: number, to: number, arabic: boolean) {
    this.sums = new Float64Array(to - from + 1);
    for (let number = from; number < to; number += 1) {
      const { month, date } = partsOf(number);
      let weight = 1 + (0.45 * (number - from)) / (to - from);
      if (month === 8) weight *= 0.65;
      if (month === 12 && date > 20) weight *= 0.4;
      if (month % 3 === 0 && date > 15) weight *= 1.15;
      if (arabic && isRamadan(number)) weight *= 0.7;
      this.sums[number - from + 1] = (this.sums[number - from] ?? 0) + weight;
    }
  }

  /** A day in [from, to). */
  draw(from: number, to: number, random: Random): number {
    const low = this.sums[Math.max(0, from - this.from)] ?? 0;
    const high = this.sums[Math.min(this.sums.length - 1, to - this.from)] ?? 0;
    const wanted = low + (high - low) * random.next();
    let left = 0;
    let right = this.sums.length - 1;
    while (right - left > 1) {
      const middle = (left + right) >> 1;
      if ((this.sums[middle] ?? 0) <= wanted) left = middle;
      else right = middle;
    }
    return this.from + left;
  }
}

/** What every part of the generator shares. */
export class World {
  readonly random: Random;
  /** The day the sample is made for: everything that happened lies before it. */
  readonly today: number;
  /** Its first moment, in milliseconds. */
  readonly now: number;
  /** First day of the history, three years ago. */
  readonly start: number;
  readonly numbers = new Numbers();
  /** Activities written so far: quieter ones fill the sample up to its exact volume. */
  activities = 0;
  private readonly densities: readonly [Density, Density];

  constructor(readonly sink: Sink, readonly anchors: Anchors, readonly volume: Volume, seed: number, today: Date, readonly onTruth?: (truth: DealTruth) => void) {
    this.random = new Random(`crm/${seed}`);
    this.today = dayOf(today.getTime());
    this.now = this.today * 86_400_000;
    this.start = addMonths(this.today, -36);
    this.densities = [new Density(this.start - 60, this.today, false), new Density(this.start - 60, this.today, true)];
  }

  /** A day of [from, to) by the region's growth and season. */
  drawDay(region: Region, from: number, to: number, random: Random): number {
    return this.densities[region.arabic ? 1 : 0].draw(from, to, random);
  }

  /** The moment itself, or one shortly before today where that would lie in the future. */
  past(at: number): number {
    return at < this.now ? at : this.now - 1000 - (Math.floor(at) % 3_600_000);
  }
}

/** The columns that every row has. The row counts as last changed at `updated`. */
export function stamp(random: Random, created: number, updated = created): { readonly id: string; readonly created_at: string; readonly updated_at: string } {
  const text = timeText(created);
  return { id: uuidV7(created, random), created_at: text, updated_at: updated > created ? timeText(updated) : text };
}

/** Size tiers with their share of accounts, weight in contacts and in deals, and seats bought. */
export const tiers: readonly { readonly tier: SizeTier; readonly share: number; readonly contacts: number; readonly deals: number; readonly employees: readonly [number, number] }[] = [
  { tier: 'micro', share: 0.22, contacts: 0.35, deals: 0.5, employees: [2, 9] },
  { tier: 'small', share: 0.33, contacts: 0.7, deals: 0.8, employees: [10, 49] },
  { tier: 'medium', share: 0.27, contacts: 1.2, deals: 1.2, employees: [50, 249] },
  { tier: 'large', share: 0.13, contacts: 2, deals: 1.7, employees: [250, 999] },
  { tier: 'enterprise', share: 0.05, contacts: 3.6, deals: 2.5, employees: [1000, 12000] },
];

/** Spreads `total` over records by weight so that the parts sum to it exactly. */
export class Allotment {
  private given = 0;
  private seen = 0;

  constructor(private readonly total: number, private readonly weight: number) {}

  /** The part of the next record. */
  take(weight: number): number {
    this.seen += weight;
    const due = Math.min(this.total, Math.round((this.total * this.seen) / this.weight));
    const part = due - this.given;
    this.given = due;
    return part;
  }
}
