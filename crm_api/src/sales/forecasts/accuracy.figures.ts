import type { Actor } from '../../kernel/context/actor.js';
import type { AnalyticsService, Figures } from '../../reporting/analytics/analytics.service.js';
import type { Calendar } from '../../workspace/settings/calendar.model.js';
import { addDecimals } from './decimal.js';
import { filtersOf, type ForecastFilter } from './forecast.types.js';

/** Who forecasts. */
export const forecasters = ['rep', 'manager', 'stage', 'model'] as const;

const view = 'forecast_accuracy';
const looks = 5;
const measures = ['count', 'actual_amount', ...forecasters.flatMap((who) => [`${who}_forecast_amount`, `${who}_error_amount`, `${who}_accuracy`]), 'reporting_currency'].map((name) => `${view}.${name}`);

/** How near the forecasts of ended periods came, by whole weeks to the end of the period, and over all of them. */
export async function readAccuracy(analytics: AnalyticsService, actor: Actor, { time_zone: timezone }: Calendar, filter: ForecastFilter): Promise<Record<string, unknown>> {
  const filters = filtersOf(view, filter);
  const ask = (): Promise<[Figures, Figures]> => Promise.all([
    analytics.load(actor, { measures, filters, timezone }), analytics.load(actor, { measures, filters, timezone, dimensions: [`${view}.weeks_left`], order: { [`${view}.weeks_left`]: 'asc' }, limit: 500 }),
  ]);
  let [all, byAge] = await ask();
  // Two questions see two moments; snapshots kept in between show as ages that do not come to the total, so both are asked again.
  for (let look = 1; look < looks && snapshotsIn(byAge.rows) !== snapshotsIn(all.rows); look += 1) [all, byAge] = await ask();
  const older = byAge.watermark.committed_at < all.watermark.committed_at ? byAge : all;
  return {
    currency: String(all.rows[0]?.[`${view}.reporting_currency`] ?? 'USD'), ages: byAge.rows.map((row) => ({ weeks_left: Number(row[`${view}.weeks_left`]), ...figuresOf(row) })), total: figuresOf(all.rows[0] ?? {}),
    watermark: older.watermark, proof: older.proof,
  };
}

const snapshotsIn = (rows: Figures['rows']): number => rows.reduce((sum, row) => sum + Number(row[`${view}.count`] ?? 0), 0);

function figuresOf(row: Figures['rows'][number]): Record<string, unknown> {
  const money = (name: string): string => addDecimals(String(row[`${view}.${name}`] ?? '0'));
  const share = (name: string): number | null => { const value = row[`${view}.${name}`]; return value === null || value === undefined ? null : Number(value); };
  return {
    snapshots: Number(row[`${view}.count`] ?? 0), actual: money('actual_amount'),
    ...Object.fromEntries(forecasters.map((who) => [who, { forecast: money(`${who}_forecast_amount`), error: money(`${who}_error_amount`), accuracy: share(`${who}_accuracy`) }])),
  };
}
