import type { Knex } from 'knex';
import type { Actor } from '../../kernel/context/actor.js';
import type { AnalyticsService } from '../../reporting/analytics/analytics.service.js';
import { dayIn } from '../../kernel/zone.time.js';
import type { Calendar } from '../../workspace/settings/calendar.model.js';
import { addDecimals, toCents } from './decimal.js';
import { readForecast } from './forecast.figures.js';
import { quartersFrom, type ForecastPeriod } from './forecast.period.js';
import type { ForecastGroup } from './forecast.types.js';
import { insertSnapshots, lockSnapshots, readReasons, type SnapshotRow } from './snapshot.repository.js';

/** A snapshot that is to be taken. */
export interface SnapshotOrder {
  readonly at: Date;
  /** The worker's own, one by day. */
  readonly daily: boolean;
  /** By which days and quarters are counted. */
  readonly calendar: Calendar;
  /** Only these people and teams; null: all. */
  readonly reach: ((ids: readonly string[]) => Promise<ReadonlySet<string>>) | null;
}

/** What a snapshot holds. */
export interface SnapshotResult {
  readonly periods: readonly ForecastPeriod[];
  readonly people: number;
  /** Numbers that were added. */
  readonly numbers: number;
}

// The running quarter and the next one: what managers forecast.
const quarters = 2;

/** Keeps what is forecast now, by person and period, so that it can be compared with what comes of it. */
export class SnapshotService {
  constructor(private readonly analytics: AnalyticsService) {}

  /** Takes one with the eyes of `actor`; a daily one that is there already changes nothing. */
  async take(trx: Knex.Transaction, actor: Actor, { at, daily, calendar, reach }: SnapshotOrder): Promise<SnapshotResult> {
    await lockSnapshots(trx);
    const day = dayIn(calendar.time_zone, at);
    const periods = quartersFrom(at, quarters, calendar);
    const people = new Set<string>();
    let numbers = 0;
    for (const period of periods) {
      const { groups, currency } = await readForecast(this.analytics, actor, period, calendar, 'owner');
      const allowed = reach === null ? null : await reach(groups.flatMap(({ id, team }) => [id, team?.id].filter((one): one is string => typeof one === 'string')));
      const reasons = await readReasons(trx, period);
      const mine = groups.filter(({ id }) => id !== null && (allowed === null || allowed.has(id)));
      for (const { id } of mine) if (id !== null) people.add(id);
      const teams = [...new Set(groups.flatMap(({ team }) => team?.id ?? []))].filter((id) => allowed === null || allowed.has(id));
      const rows = [...mine.flatMap((group) => ofPerson(group, reasons)), ...teams.map((id) => ofTeam(id, groups, reasons))];
      numbers += await insertSnapshots(trx, { taken_at: at, taken_on: daily ? day : null, currency, period }, rows);
    }
    return { periods, people: people.size, numbers };
  }
}

function ofPerson({ id, team, figures }: ForecastGroup, reasons: ReadonlyMap<string, string>): SnapshotRow[] {
  const row = (source: SnapshotRow['source'], category: SnapshotRow['category'], amount: string, adjusted: string | null = null): SnapshotRow => ({
    user_id: id, team_id: team?.id ?? null, source, category, amount: toCents(amount), adjusted_amount: adjusted === null ? null : toCents(adjusted), adjustment_reason: adjusted === null ? null : reasons.get(id ?? '') ?? null,
  });
  // Open deals without a single score: the model has not spoken, and its silence is no forecast.
  const silent = Number(figures.open) !== 0 && Number(figures.model_weighted_open) === 0;
  return [
    row('rep', 'closed', figures.won), row('rep', 'commit', figures.commit), row('rep', 'best_case', figures.best_case), row('rep', 'pipeline', figures.pipeline), row('stage', 'weighted', figures.forecast),
    row('manager', 'weighted', figures.forecast, Number(figures.adjustment) === 0 ? null : figures.adjusted), ...(silent ? [] : [row('model', 'weighted', figures.model_forecast)]),
  ];
}

/** A team as a whole: its people together, with what was adjusted for the team. */
function ofTeam(id: string, groups: readonly ForecastGroup[], reasons: ReadonlyMap<string, string>): SnapshotRow {
  const own = groups.filter(({ team }) => team?.id === id).map(({ figures }) => figures);
  const adjusted = toCents(addDecimals(...own.map((one) => one.adjusted)));
  const amount = toCents(addDecimals(...own.map((one) => one.forecast)));
  return { user_id: null, team_id: id, source: 'manager', category: 'weighted', amount, adjusted_amount: adjusted === amount ? null : adjusted, adjustment_reason: reasons.get(id) ?? null };
}
