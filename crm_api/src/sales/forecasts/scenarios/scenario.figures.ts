import type { Actor } from '../../../kernel/context/actor.js';
import type { AnalyticsService } from '../../../reporting/analytics/analytics.service.js';
import type { Proof } from '../../../reporting/analytics/proof.repository.js';
import type { Watermark } from '../../../reporting/analytics/watermark.repository.js';
import { readForecast } from '../forecast.figures.js';
import type { ForecastPeriod } from '../forecast.period.js';
import type { Calendar } from '../../../workspace/settings/calendar.model.js';
import type { ForecastFilter } from '../forecast.types.js';
import type { CommonFactor } from '../simulation/common.factor.js';
import { centsOf, readDeals } from '../simulation/deal.list.js';
import { seedOf, type SimulationService } from '../simulation/simulation.service.js';
import { quantile, shareFrom } from '../simulation/simulate.js';
import { rangeOf, suppose, type Supposed } from './apply.changes.js';
import type { ScenarioChanges } from './scenario.types.js';

/** The figures of a period, as it is or as a scenario supposes it; cents of the reporting currency. */
export interface ScenarioFigures {
  readonly won: number;
  readonly weighted: number;
  readonly expected: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly quota: number;
  /** Quota − won, as on the page of the forecast; and what the middle closing figure leaves of it. */
  readonly gap: number;
  readonly gapP50: number;
  readonly quotaProbability: number | null;
  readonly deals: number;
}

/** A scenario beside what is, both of the same deals at the same moment and with the same luck. */
export interface ScenarioResult {
  readonly currency: string;
  readonly base: ScenarioFigures;
  readonly scenario: ScenarioFigures;
  readonly missing: number;
  readonly seed: number;
  readonly factor: CommonFactor;
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}

/** What is supposed, for whom. */
export interface ScenarioQuestion {
  readonly actor: Actor;
  readonly period: ForecastPeriod;
  readonly calendar: Calendar;
  readonly filter: ForecastFilter;
  readonly changes: ScenarioChanges;
  readonly now: Date;
}

/** Computes a scenario on the deals of now, as the caller may see them. @throws CrmError 403, 422, 502, 503 as figures do. */
export async function readScenarioFigures(analytics: AnalyticsService, simulations: SimulationService, { actor, period, calendar, filter, changes, now }: ScenarioQuestion): Promise<ScenarioResult> {
  const [list, forecast, factor] = await Promise.all([
    readDeals(analytics, actor, { period, calendar, filter, range: rangeOf(period, changes), named: (changes.deals ?? []).map(({ id }) => id) }),
    readForecast(analytics, actor, period, calendar, null, filter), simulations.factor(period, calendar, now),
  ]);
  const chance = { correlation: factor.correlation, seed: seedOf(period), quota: centsOf(forecast.total.quota) };
  const supposed = suppose(list, period, changes);
  const figures = (of: Supposed): Promise<ScenarioFigures> => figuresOf(simulations, of, chance);
  return { currency: list.currency, base: await figures(suppose(list, period, {})), scenario: await figures(supposed), missing: supposed.missing, seed: chance.seed, factor, watermark: list.watermark, proof: list.proof };
}

async function figuresOf(simulations: SimulationService, { wonCents, weightedCents, deals }: Supposed, { correlation, seed, quota }: { readonly correlation: number; readonly seed: number; readonly quota: number }): Promise<ScenarioFigures> {
  const { sorted, expectedCents } = await simulations.draw({ wonCents, deals, correlation, seed });
  const [p10, p50, p90] = [0.1, 0.5, 0.9].map((q) => quantile(sorted, q)) as [number, number, number];
  return { won: wonCents, weighted: weightedCents, expected: expectedCents, p10, p50, p90, quota, gap: quota - wonCents, gapP50: quota - p50, quotaProbability: quota > 0 ? shareFrom(sorted, quota) : null, deals: deals.length };
}
