import { route, type RouteSpec } from '../../../kernel/route.js';
import { dayIn } from '../../../kernel/zone.time.js';
import { calendarOf } from '../../../workspace/settings/calendar.service.js';
import { readPeriod, type ForecastPeriod } from '../forecast.period.js';
import type { ForecastFilter } from '../forecast.types.js';
import { decimalOf } from './deal.list.js';
import { coverageItem, coverageQuery, simulationItem, simulationQuery } from './simulation.schema.js';
import type { Coverage, Simulation, SimulationService } from './simulation.service.js';
import { drawsOfOne, histogram, quantile, shareFrom } from './simulate.js';

const shared = { tag: 'forecasts', feature: 'crm_feature_forecast_simulation', access: { resource: 'forecast', action: 'read' }, problems: [400, 403, 422, 502, 503] } as const;
type Question = { readonly period: string; readonly seed?: number } & ForecastFilter;

/** `/forecasts/simulation`: how sure the forecast of a period is, and how sure such figures have been. */
export function simulationRoutes(service: SimulationService): RouteSpec[] {
  return [
    route({
      ...shared, method: 'GET', path: '/forecasts/simulation', id: 'getForecastSimulation', summary: 'P10, P50 and P90 of a period\'s closing figure, by simulation of its open deals', query: simulationQuery, responses: { 200: simulationItem },
      async handle(call, { query }) {
        const { period: key, seed, ...filter } = query as unknown as Question;
        const calendar = await calendarOf(call);
        const period = readPeriod(key, calendar);
        const now = new Date();
        return presentSimulation({ period, today: dayIn(calendar.time_zone, now) }, await service.simulate({ actor: call.actor, period, calendar, filter, seed, now }));
      },
    }),
    route({
      ...shared, method: 'GET', path: '/forecasts/simulation/coverage', id: 'getForecastCoverage', summary: 'How often the actual of past periods lay between P10 and P90 as they were known then', query: coverageQuery, responses: { 200: coverageItem },
      async handle(call, { query }) {
        const { period: key, ...filter } = query as unknown as Question;
        const calendar = await calendarOf(call);
        return presentCoverage(await service.coverage({ actor: call.actor, period: readPeriod(key, calendar), calendar, filter, now: new Date() }));
      },
    }),
  ];
}

function presentSimulation({ period, today }: { readonly period: ForecastPeriod; readonly today: string }, { list, drawn, factor, seed, quotaCents }: Simulation): Record<string, unknown> {
  const { sorted, meanCents, expectedCents } = drawn;
  const [p10, p50, p90] = [0.1, 0.5, 0.9].map((q) => decimalOf(quantile(sorted, q)));
  return {
    period, currency: list.currency, won: decimalOf(list.wonCents), p10, p50, p90, mean: decimalOf(meanCents), expected: decimalOf(expectedCents), best: decimalOf(list.deals.reduce((sum, { cents }) => sum + cents, list.wonCents)),
    quota: decimalOf(quotaCents), quota_probability: quotaCents > 0 ? shareFrom(sorted, quotaCents) : null, histogram: histogram(sorted).map(({ from, to, count }) => ({ from: decimalOf(from), to: decimalOf(to), count })),
    draws: drawsOfOne, seed, quantiles: 'nearest_rank', deals: list.deals.length, unscored: list.deals.filter(({ score }) => score === null).length,
    overdue: list.deals.filter(({ closeDate }) => closeDate < today).length, common_factor: factor, watermark: list.watermark, proof: list.proof,
  };
}

function presentCoverage(coverage: Coverage | null): Record<string, unknown> {
  const fixed = { nominal: 0.8 };
  if (coverage === null) return { ...fixed, probabilities: 'stage', days_left: 0, asked: 0, known: 0, covered: 0, interval: null, periods: [] };
  const { days, asked, periods, covered, interval, probabilities } = coverage;
  return {
    ...fixed, probabilities, days_left: days, asked, known: periods.length, covered, interval,
    periods: periods.map(({ asOf, p10, p50, p90, actual, ...one }) => ({ ...one, as_of: asOf, p10: decimalOf(p10), p50: decimalOf(p50), p90: decimalOf(p90), actual: decimalOf(actual) })),
  };
}
