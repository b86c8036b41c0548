import { day, dayOf, officeMoment, quarterOf, quarterStart, type OfficeHours } from './calendar.js';
import type { Random } from './random.js';
import { typicalStageDays, type SizeTier } from './truth.js';

/** A stay in an open stage, by position 1 … 5. */
export interface Visit {
  readonly stage: number;
  readonly enteredAt: number;
}

/** The way of a deal to its decision, which may lie in the future. */
export interface DealPath {
  readonly visits: readonly Visit[];
  readonly endsAt: number;
}

/** Where deals are decided: most late, some early. Independent of the outcome, so that the truth stays a plain logistic function. */
const decidedAt: readonly (readonly [stage: number, share: number])[] = [[1, 0.08], [2, 0.13], [3, 0.18], [4, 0.25], [5, 0.36]];

function order(random: Random): number[] {
  const last = random.weighted(decidedAt, (entry) => entry[1])[0];
  const stages: number[] = [];
  for (let stage = 1; stage <= last; stage += 1) {
    const skipped = stage < last && random.chance(stage === 1 ? 0.12 : 0.08);
    if (skipped) continue;
    stages.push(stage);
    // A step back: a new decider, a changed budget.
    const before = stages[stages.length - 2];
    if (before !== undefined && stage < last && random.chance(0.05)) stages.push(before, stage);
  }
  return stages;
}

/** Draws the stages a deal passes, with the days it stays, and when it is decided. Quarter ends attract decisions. */
export function drawPath(createdAt: number, tier: SizeTier, hours: OfficeHours, random: Random): DealPath {
  const visits: Visit[] = [];
  let at = createdAt;
  for (const stage of order(random)) {
    visits.push({ stage, enteredAt: at });
    const stay = typicalStageDays(stage, tier) * random.lognormal(0.75);
    at = Math.max(at + 300_000, officeMoment(dayOf(at + stay * day), hours, random));
  }
  const next = quarterStart(quarterOf(dayOf(at)) + 1);
  const entered = visits[visits.length - 1]?.enteredAt ?? createdAt;
  if (random.chance(0.35)) {
    const moved = next - random.int(1, 10);
    if (Math.abs(dayOf(at) - moved) < 32 && moved > dayOf(entered) + 2) at = officeMoment(moved, hours, random);
  }
  return { visits, endsAt: at };
}
