import type { Actor } from '../../../kernel/context/actor.js';
import { CrmError } from '../../../kernel/errors/crm.error.js';
import { instantOf } from '../../../kernel/zone.time.js';
import { dayBefore, quartersOf, readPeriod, type ForecastPeriod } from '../forecast.period.js';
import type { Calendar } from '../../../workspace/settings/calendar.model.js';
import { filtersOf, type ForecastFilter } from '../forecast.types.js';
import { centsOf, mostDeals, requireWhole, weighed, weighing, within, type Loader } from './deal.list.js';
import type { SimulatedDeal } from './simulate.js';
import { probabilityOf } from './simulation.types.js';

/** A period that has ended: the deals as they were some days before its end, and what came of them. Nothing of `deals` and `wonCents` was learned later. */
export interface PastPeriod {
  readonly period: ForecastPeriod;
  /** The day that it is looked at from, and the instant at which that day begins. */
  readonly day: string;
  readonly asOf: string;
  readonly wonCents: number;
  readonly deals: readonly SimulatedDeal[];
  /** Of these deals, how many had a score of the win model at that instant; the others have the probability of their stage. */
  readonly scored: number;
  /** Of these deals, how many were won in the period. */
  readonly wonDeals: number;
  /** What was won in the period in the end, also with deals that came later. */
  readonly actualCents: number;
}

const dayMs = 86_400_000;
// So many periods are asked for at a time: each is three questions.
const atOnce = 4;

/** The period of the same kind that ends where one begins. */
export function before({ kind, start }: ForecastPeriod, calendar: Calendar): ForecastPeriod {
  const last = dayBefore(start);
  if (kind === 'month') return readPeriod(last.slice(0, 7), calendar);
  const quarter = quartersOf(last, 1, calendar)[0] as ForecastPeriod;
  return kind === 'quarter' ? quarter : readPeriod(quarter.key.slice(0, 4), calendar);
}

/** Periods of the same kind that had ended on a day, the latest first. */
export function endedBefore(period: ForecastPeriod, count: number, today: string, calendar: Calendar): ForecastPeriod[] {
  const ended: ForecastPeriod[] = [];
  for (let one = before(period, calendar); ended.length < count; one = before(one, calendar)) if (one.end <= today) ended.push(one);
  return ended;
}

/** Whole days from a day to the end of a period. */
export const daysLeft = ({ end }: ForecastPeriod, today: string): number => Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / dayMs);

/** The day so many days before the end of a period. */
const backFrom = ({ end }: ForecastPeriod, days: number): string => new Date(Date.parse(`${end}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);

/** The instant at which the day so many days before the end of a period begins where the business is. */
export const instantBefore = (period: ForecastPeriod, days: number, { time_zone: zone }: Calendar): string => instantOf(backFrom(period, days), 0, zone).toISOString();

/** Whose past: what an actor may see of it, narrowed, so many days before the end of each period. */
export interface PastQuestion {
  readonly actor: Actor;
  readonly filter: ForecastFilter;
  readonly calendar: Calendar;
  readonly days: number;
}

/** Those of the periods that history knows; it is asked no further back than it reaches. */
export async function readPast(analytics: Loader, question: PastQuestion, periods: readonly ForecastPeriod[]): Promise<PastPeriod[]> {
  const known: PastPeriod[] = [];
  // The latest first and alone: where history is young, one refusal says so.
  for (let from = 0, until = 1; from < periods.length; from = until, until += atOnce) {
    const some = await Promise.all(periods.slice(from, until).map((period) => readOne(analytics, question, period)));
    known.push(...some.filter((one) => one !== null));
    if (some.some((one) => one === null)) break;
  }
  return known;
}

async function readOne(analytics: Loader, { actor, filter, calendar, days }: PastQuestion, period: ForecastPeriod): Promise<PastPeriod | null> {
  const asOf = instantBefore(period, days, calendar);
  const conditions = [...filtersOf('deals_asof', filter), { member: 'deals_asof.as_of', operator: 'equals', values: [asOf] }];
  const is = (view: string, status: string): object => ({ member: `${view}.status`, operator: 'equals', values: [status] });
  const shared = { timezone: calendar.time_zone, limit: mostDeals };
  try {
    const open = await analytics.load(actor, { ...shared, measures: weighing('deals_asof'), dimensions: ['deals_asof.id'], filters: [...conditions, is('deals_asof', 'open')], timeDimensions: within('deals_asof.close_date', period) });
    const [wonThen, wonAtLast] = await Promise.all([
      analytics.load(actor, { ...shared, measures: ['deals_asof.won_amount'], filters: [...conditions, is('deals_asof', 'won')], timeDimensions: within('deals_asof.closed_at', period) }),
      analytics.load(actor, { ...shared, measures: ['deals.won_amount'], dimensions: ['deals.id'], filters: [...filtersOf('deals', filter), is('deals', 'won')], timeDimensions: within('deals.closed_at', period) }),
    ]);
    const brought = new Set(requireWhole(wonAtLast.rows).map((row) => String(row['deals.id'])));
    const listed = requireWhole(open.rows).filter((row) => Number(row['deals_asof.open_amount'] ?? 0) !== 0).map((row) => weighed(row, 'deals_asof'));
    const deals = listed.map((deal) => ({ id: deal.id, cents: deal.cents, probability: probabilityOf(deal) }));
    return {
      period, day: backFrom(period, days), asOf, wonCents: centsOf(wonThen.rows[0]?.['deals_asof.won_amount']), deals, scored: listed.filter(({ score }) => score !== null).length,
      wonDeals: deals.filter(({ id }) => brought.has(id)).length,
      actualCents: wonAtLast.rows.reduce((sum, row) => sum + centsOf(row['deals.won_amount']), 0),
    };
  } catch (error) {
    // History begins later: what is not known is left out, never guessed.
    if (error instanceof CrmError && error.code === 'figure_impossible' && error.message.includes('does not reach back')) return null;
    throw error;
  }
}
