import { centsOf } from '../simulation/deal.list.js';
import { probabilityOf, type ListedDeal } from '../simulation/simulation.types.js';
import type { SimulatedDeal } from '../simulation/simulate.js';
import type { ForecastPeriod } from '../forecast.period.js';
import type { ScenarioChanges, WinRateChange } from './scenario.types.js';

/** The deals of a period as a scenario supposes them; money in cents. */
export interface Supposed {
  readonly wonCents: number;
  /** Won + Σ amount × probability of the stage, as the weighted forecast. */
  readonly weightedCents: number;
  readonly deals: readonly SimulatedDeal[];
  /** Changes of single deals that found no open deal in reach. */
  readonly missing: number;
}

const dayMs = 86_400_000;
const moved = (day: string, by: number): string => (by === 0 ? day : new Date(Date.parse(`${day}T00:00:00Z`) + by * dayMs).toISOString().slice(0, 10));

/** Days whose open deals a scenario can bring into its period or take out of it. */
export function rangeOf({ start, end }: ForecastPeriod, { shift_days: shift = 0 }: ScenarioChanges): { readonly start: string; readonly end: string } {
  const [from, until] = [moved(start, -shift), moved(end, -shift)];
  return { start: from < start ? from : start, end: until > end ? until : end };
}

const factorOf = (changes: readonly WinRateChange[], stageId: string | null): number => (changes.find(({ stage_id: id }) => id !== null && id === stageId) ?? changes.find(({ stage_id: id }) => id === null))?.factor ?? 1;

/**
 * Supposes the changes of a list of open deals. A deal said to be won counts in the period unless it is given a day outside of it; a lost
 * one counts nothing. A chance times its factor is at most 1. What is said of the amount or the day of a single deal takes the place of the general change.
 */
export function suppose(list: { readonly wonCents: number; readonly deals: readonly ListedDeal[] }, period: ForecastPeriod, changes: ScenarioChanges): Supposed {
  const { win_rates: rates = [], amount_percent: percent = 0, shift_days: shift = 0, deals: singles = [], new_business: added = '0' } = changes;
  const byId = new Map(singles.map((one) => [one.id, one]));
  const inside = (day: string): boolean => day >= period.start && day < period.end;
  let wonCents = list.wonCents + centsOf(added);
  let weightedCents = 0;
  const deals: SimulatedDeal[] = [];
  for (const deal of list.deals) {
    const single = byId.get(deal.id);
    const cents = single?.amount === undefined ? Math.round((deal.cents * (100 + percent)) / 100) : centsOf(single.amount);
    if (single?.outcome === 'lost') continue;
    if (single?.outcome === 'won') {
      if (single.close_date === undefined || inside(single.close_date)) wonCents += cents;
      continue;
    }
    if (!inside(single?.close_date ?? moved(deal.closeDate, shift))) continue;
    const factor = factorOf(rates, deal.stageId);
    deals.push({ id: deal.id, cents, probability: Math.min(1, probabilityOf(deal) * factor) });
    weightedCents += cents * Math.min(1, deal.stageProbability * factor);
  }
  const known = new Set(list.deals.map(({ id }) => id));
  return { wonCents, weightedCents: wonCents + weightedCents, deals, missing: singles.filter(({ id }) => !known.has(id)).length };
}
