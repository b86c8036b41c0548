import { systemActor, type Actor } from '../../../kernel/context/actor.js';
import { dayIn } from '../../../kernel/zone.time.js';
import { readForecast } from '../forecast.figures.js';
import type { ForecastPeriod } from '../forecast.period.js';
import type { Calendar } from '../../../workspace/settings/calendar.model.js';
import type { ForecastFilter } from '../forecast.types.js';
import type { AnalyticsService } from '../../../reporting/analytics/analytics.service.js';
import { commonFactor, type CommonFactor } from './common.factor.js';
import { centsOf, readDeals } from './deal.list.js';
import { daysLeft, endedBefore, readPast, type PastPeriod } from './past.periods.js';
import { hashOf } from './random.js';
import { drawsOfOne, quantile, type Simulated, type SimulationOrder } from './simulate.js';
import { simulationThread } from './simulation.thread.js';
import { probabilityOf, type DealList } from './simulation.types.js';
import { wilson } from './wilson.js';

/** What is simulated, for whom. */
export interface SimulationQuestion {
  readonly actor: Actor;
  readonly period: ForecastPeriod;
  readonly calendar: Calendar;
  readonly filter: ForecastFilter;
  readonly seed?: number | undefined;
  readonly now: Date;
}

/** A simulation with what it was made of. */
export interface Simulation {
  readonly list: DealList;
  readonly drawn: Simulated;
  readonly factor: CommonFactor;
  readonly seed: number;
  readonly quotaCents: number;
}

/** A past period beside the band that would have been told of it. */
export interface Backtest {
  readonly period: ForecastPeriod;
  readonly asOf: string;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly actual: number;
  readonly inside: boolean;
  /** Open deals with an amount that had a score of the win model at that instant, and those that have the probability of their stage. */
  readonly scored: number;
  readonly unscored: number;
}

/** By what the deals of the past periods were judged: all by scores of the win model, all by their stages, or some by either. */
export type Probabilities = 'model' | 'stage' | 'mixed';

/** How often the actual lay in the band; the interval is Wilson's of 95 %. */
export interface Coverage {
  readonly days: number;
  readonly asked: number;
  readonly periods: readonly Backtest[];
  readonly covered: number;
  readonly interval: readonly [number, number] | null;
  readonly probabilities: Probabilities;
}

// Two years of quarters are looked back at; what deals have in common is learned from up to three.
const tested = 8;
const learned = 12;
const kept = 50;

/** Sees every deal: how much deals have in common is the business's, not that of the few that one person may see. */
const eyes = systemActor('forecast simulation', { deals: { read: 'all' } });

/** The closing figure of a period as a distribution, and how such distributions have held. */
export class SimulationService {
  /** The past of the whole business by kind of period and day; it changes with the day only. */
  private readonly pasts = new Map<string, Promise<PastPeriod[]>>();

  constructor(private readonly analytics: AnalyticsService, private readonly thread = simulationThread) {}

  /** Draws on the thread of the simulations; the figures are shared, so read them only. */
  draw(order: Omit<SimulationOrder, 'draws'>): Promise<Simulated> {
    return this.thread.draw({ ...order, draws: drawsOfOne });
  }

  /** Draws the closing figure. @throws CrmError 403, 422, 502, 503 as figures do. */
  async simulate({ actor, period, calendar, filter, seed, now }: SimulationQuestion): Promise<Simulation> {
    const [list, forecast, factor] = await Promise.all([readDeals(this.analytics, actor, { period, calendar, filter }), readForecast(this.analytics, actor, period, calendar, null, filter), this.factor(period, calendar, now)]);
    const sown = seed ?? seedOf(period);
    const drawn = await this.draw({ wonCents: list.wonCents, deals: list.deals.map((deal) => ({ id: deal.id, cents: deal.cents, probability: probabilityOf(deal) })), correlation: factor.correlation, seed: sown });
    return { list, drawn, factor, seed: sown, quotaCents: centsOf(forecast.total.quota) };
  }

  /** How much deals of such periods have in common, from those that had ended by now. */
  async factor(period: ForecastPeriod, calendar: Calendar, now: Date): Promise<CommonFactor> {
    return learn(await this.past(period, calendar, now), dayIn(calendar.time_zone, now));
  }

  /** For periods that have ended: the band as it would have been told as many days before their end as are left now, and whether the actual lay in it; null once the period has ended itself. */
  async coverage({ actor, period, calendar, filter, now }: SimulationQuestion): Promise<Coverage | null> {
    const days = daysLeft(period, dayIn(calendar.time_zone, now));
    if (days <= 0) return null;
    const ended = endedBefore(period, tested, dayIn(calendar.time_zone, now), calendar);
    const all = await this.past(period, calendar, now);
    // History begins at the same time for everybody, so that it is not asked for what it does not know.
    const own = await readPast(this.analytics, { actor, filter, calendar, days }, ended.filter(({ key }) => all.some((past) => past.period.key === key)));
    const periods: Backtest[] = [];
    // One after the other, so that the simulations of others come between them.
    for (const past of own) periods.push(await this.backtest(past, all));
    const covered = periods.filter(({ inside }) => inside).length;
    return { days, asked: ended.length, periods, covered, interval: wilson(covered, periods.length), probabilities: judgedBy(periods) };
  }

  private async backtest(past: PastPeriod, all: readonly PastPeriod[]): Promise<Backtest> {
    // Only from what had ended when the band would have been told.
    const { correlation } = learn(all, past.day);
    const { sorted } = await this.draw({ wonCents: past.wonCents, deals: past.deals, correlation, seed: seedOf(past.period) });
    const [p10, p50, p90] = [0.1, 0.5, 0.9].map((q) => quantile(sorted, q)) as [number, number, number];
    return { period: past.period, asOf: past.asOf, p10, p50, p90, actual: past.actualCents, inside: past.actualCents >= p10 && past.actualCents <= p90, scored: past.scored, unscored: past.deals.length - past.scored };
  }

  private past(period: ForecastPeriod, calendar: Calendar, now: Date): Promise<PastPeriod[]> {
    const today = dayIn(calendar.time_zone, now);
    const days = Math.max(1, daysLeft(period, today));
    const key = [period.kind, days, today, calendar.fiscal_year_start_month, calendar.time_zone].join(' ');
    const known = this.pasts.get(key);
    if (known) return known;
    const reading = readPast(this.analytics, { actor: eyes, filter: {}, calendar, days }, endedBefore(period, tested + learned, today, calendar));
    // What failed is asked again by the next one.
    reading.catch(() => this.pasts.delete(key));
    for (const old of [...this.pasts.keys()].slice(0, Math.max(0, this.pasts.size + 1 - kept))) this.pasts.delete(old);
    this.pasts.set(key, reading);
    return reading;
  }
}

function judgedBy(periods: readonly Backtest[]): Probabilities {
  if (periods.every(({ scored }) => scored === 0)) return 'stage';
  return periods.every(({ unscored }) => unscored === 0) ? 'model' : 'mixed';
}

/** The seed of a period where none is given: the same question has the same answer for as long as its deals stay as they are. */
export const seedOf = ({ key }: ForecastPeriod): number => hashOf(key) >>> 1;

const learn = (past: readonly PastPeriod[], day: string): CommonFactor =>
  commonFactor(past.filter(({ period }) => period.end <= day).slice(0, learned).map(({ deals, wonDeals }) => ({ probabilities: deals.map(({ probability }) => probability), won: wonDeals })));
