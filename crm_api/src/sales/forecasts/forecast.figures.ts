import type { Actor } from '../../kernel/context/actor.js';
import { analyticsDown } from '../../reporting/analytics/analytics.errors.js';
import type { AnalyticsService, Figures } from '../../reporting/analytics/analytics.service.js';
import type { Proof } from '../../reporting/analytics/proof.repository.js';
import type { Watermark } from '../../reporting/analytics/watermark.repository.js';
import type { Calendar } from '../../workspace/settings/calendar.model.js';
import { addDecimals } from './decimal.js';
import { dayBefore, type ForecastPeriod } from './forecast.period.js';
import { filtersOf, moneyMeasures, moneyNames, type ForecastFigures, type ForecastFilter, type ForecastGroup, type ForecastSplit } from './forecast.types.js';

type CubeRow = Figures['rows'][number];

/** A forecast with what its numbers were read at. */
export interface Forecast {
  readonly currency: string;
  readonly groups: readonly ForecastGroup[];
  readonly total: ForecastFigures;
  readonly watermark: Watermark;
  readonly proof: Proof | null;
}

// Two questions see two moments; rows written in between show as a sum that is not the total, so both are asked again. While rows are written
// without end, as when every deal is scored, the lines are one moment and their sum is its total.
const looks = 5;
const mostGroups = 10_000;

const dimensions: Readonly<Record<ForecastSplit, readonly string[]>> = {
  owner: ['owner_id', 'owner', 'owner_ar', 'team_id', 'team', 'team_ar'], team: ['team_id', 'team', 'team_ar'], region: ['region'],
};

/** The forecast of a period by group and in total, at one moment. */
export async function readForecast(analytics: AnalyticsService, actor: Actor, period: ForecastPeriod, calendar: Calendar, split: ForecastSplit | null, filter: ForecastFilter = {}): Promise<Forecast> {
  const query = questionOf(period, calendar, filter);
  for (let look = 0; look < looks; look += 1) {
    const [all, split_] = await Promise.all([
      analytics.load(actor, query), split === null ? null : analytics.load(actor, { ...query, dimensions: dimensions[split].map((name) => `forecast.${name}`), limit: mostGroups }),
    ]);
    const total = figuresOf(all.rows[0] ?? {});
    const groups = split_ === null || split === null ? [] : split_.rows.map((row) => groupOf(split, row));
    const adds = split === null || sumsTo(groups, total);
    if (!adds && look < looks - 1) continue;
    const answers = split_ === null ? [all] : [all, split_];
    return {
      currency: String(all.rows[0]?.['forecast.reporting_currency'] ?? 'USD'), total: adds ? total : totalOf(groups), groups: [...groups].sort((one, other) => Number(other.figures.forecast) - Number(one.figures.forecast)),
      watermark: answers.reduce((oldest, one) => (one.watermark.committed_at < oldest.committed_at ? one.watermark : oldest), all.watermark),
      proof: answers.map(({ proof }) => proof).sort((one, other) => rank(one) - rank(other))[0] ?? null,
    };
  }
  throw analyticsDown(new Error('Deals change faster than the forecast can be read'));
}

/** The worst of several proofs comes first: a difference, then what is not proven. */
const rank = (proof: Proof | null): number => (proof?.equal === false ? 0 : proof?.equal === true ? 2 : 1);

function questionOf(period: ForecastPeriod, calendar: Calendar, filter: ForecastFilter): object {
  return {
    measures: [...Object.values(moneyMeasures), 'count', 'quota_attainment', 'coverage', 'reporting_currency'].map((name) => `forecast.${name}`),
    timeDimensions: [{ dimension: 'forecast.close_date', dateRange: [period.start, dayBefore(period.end)] }], timezone: calendar.time_zone, filters: filtersOf('forecast', filter),
  };
}

const number = (value: string | number | null | undefined): number | null => (value === null || value === undefined ? null : Number(value));

function figuresOf(row: CubeRow): ForecastFigures {
  // Written alike whatever scale the sum came with.
  const money = Object.fromEntries(moneyNames.map((name) => [name, addDecimals(String(row[`forecast.${moneyMeasures[name]}`] ?? '0'))])) as Record<(typeof moneyNames)[number], string>;
  return { ...money, deals: number(row['forecast.count']) ?? 0, attainment: number(row['forecast.quota_attainment']), coverage: number(row['forecast.coverage']) };
}

function groupOf(split: ForecastSplit, row: CubeRow): ForecastGroup {
  const text = (name: string): string | null => { const value = row[`forecast.${name}`]; return value === null || value === undefined || value === '' ? null : String(value); };
  const teamId = split === 'region' ? null : text('team_id');
  const team = teamId === null ? null : { id: teamId, name: text('team') ?? '', name_ar: text('team_ar') ?? text('team') ?? '' };
  const figures = figuresOf(row);
  if (split === 'owner') return { id: text('owner_id'), name: text('owner'), name_ar: text('owner_ar'), team, figures };
  if (split === 'team') return { id: teamId, name: team?.name ?? null, name_ar: team?.name_ar ?? null, team, figures };
  return { id: text('region'), name: text('region'), name_ar: text('region'), team: null, figures };
}

/** The total of lines: sums of what is additive, and the quotients of these sums. */
function totalOf(groups: readonly ForecastGroup[]): ForecastFigures {
  const money = Object.fromEntries(moneyNames.map((name) => [name, addDecimals(...groups.map(({ figures }) => figures[name]))])) as Record<(typeof moneyNames)[number], string>;
  const quotient = (one: number, other: number): number | null => (other === 0 ? null : one / other);
  return {
    ...money, deals: groups.reduce((sum, { figures }) => sum + figures.deals, 0), attainment: quotient(Number(money.won), Number(money.quota)),
    coverage: Number(money.gap) > 0 ? quotient(Number(money.open), Number(money.gap)) : null,
  };
}

function sumsTo(groups: readonly ForecastGroup[], total: ForecastFigures): boolean {
  return moneyNames.every((name) => addDecimals(...groups.map(({ figures }) => figures[name])) === total[name]) && groups.reduce((sum, { figures }) => sum + figures.deals, 0) === total.deals;
}
