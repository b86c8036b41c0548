import { inOneTransaction, type Call } from '../../kernel/context/call.js';
import { withVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { Reply, route, type RouteSpec } from '../../kernel/route.js';
import type { AnalyticsService } from '../../reporting/analytics/analytics.service.js';
import { calendarOf } from '../../workspace/settings/calendar.service.js';
import { targetsInReach } from './adjustment.repository.js';
import { AdjustmentService, type AdjustmentInput, type AdjustmentStory } from './adjustment.service.js';
import { readForecast, type Forecast } from './forecast.figures.js';
import { readPeriod } from './forecast.period.js';
import { readAccuracy } from './accuracy.figures.js';
import { accuracyItem, accuracyQuery, adjustmentBody, adjustmentItem, adjustmentParams, forecastItem, forecastQuery, snapshotItem } from './forecast.schema.js';
import { SnapshotService } from './snapshot.service.js';
import type { AdjustmentRow, ForecastFilter, ForecastGroup, ForecastSplit } from './forecast.types.js';

const shared = { tag: 'forecasts', feature: 'crm_feature_forecasts' } as const;
const read = { resource: 'forecast', action: 'read' } as const;
const write = { resource: 'forecast', action: 'write' } as const;

const presentVersion = (row: AdjustmentRow): Record<string, unknown> => ({
  version: row.version, delta: row.delta, amount: row.target, currency: row.currency, reason: row.reason, author: row.author_id === null ? null : { id: row.author_id, name: row.author_name ?? '' }, created_at: row.created_at.toISOString(),
});

function presentStory({ target, period, versions, adjustable }: AdjustmentStory): object {
  const all = versions.map(presentVersion);
  return withVersion({ period, target, adjustable, current: all[0] ?? null, versions: all }, String(versions[0]?.version ?? 0));
}

/** The person or team that a line stands for; null for a region and for nobody. */
const targetOf = (by: ForecastSplit, group: ForecastGroup): string | null => (by === 'region' ? null : group.id ?? group.team?.id ?? null);

async function presentForecast(call: Call, by: ForecastSplit, { groups, ...rest }: Forecast): Promise<Record<string, unknown>> {
  const ids = groups.flatMap((group) => targetOf(by, group) ?? []);
  const adjustable = new Set(call.actor.permissions.forecast?.write === undefined || ids.length === 0 ? [] : (await targetsInReach(call.db, call, 'write', ids)).map(({ id }) => id));
  return { by, ...rest, groups: groups.map((group) => ({ ...group, adjustable: adjustable.has(targetOf(by, group) ?? '') })) };
}

/** `/forecasts`: the forecast of a period, and what managers adjust of it. */
export function forecastRoutes(analytics: AnalyticsService): RouteSpec[] {
  const adjustments = new AdjustmentService(analytics);
  const snapshots = new SnapshotService(analytics);
  return [
    route({
      ...shared, method: 'GET', path: '/forecasts', id: 'getForecast', summary: 'The forecast of a period by owner, team or region, in the reporting currency', access: read, query: forecastQuery, problems: [400, 403, 422, 502, 503], responses: { 200: forecastItem },
      async handle(call, { query }) {
        const { period: key, by, ...filter } = query as unknown as { period: string; by: ForecastSplit } & ForecastFilter;
        const calendar = await calendarOf(call);
        const period = readPeriod(key, calendar);
        return { period, ...await presentForecast(call, by, await readForecast(analytics, call.actor, period, calendar, by, filter)) };
      },
    }),
    route({
      ...shared, method: 'GET', path: '/forecasts/accuracy', id: 'getForecastAccuracy', summary: 'How near earlier forecasts of reps, managers and the model came, by age', access: read, query: accuracyQuery, problems: [400, 403, 422, 502, 503], responses: { 200: accuracyItem },
      handle: async (call, { query }) => readAccuracy(analytics, call.actor, await calendarOf(call), query as ForecastFilter),
    }),
    route({
      ...shared, method: 'POST', path: '/forecasts/snapshots', id: 'createForecastSnapshot', summary: 'Keep what is forecast now of everybody whom you may adjust', access: write, problems: [422, 502, 503], responses: { 201: snapshotItem },
      handle: (call) => inOneTransaction(call, async (trx) => {
        const at = new Date();
        const taken = await snapshots.take(trx, call.actor, { at, daily: false, calendar: await calendarOf(call), reach: async (ids) => new Set((await targetsInReach(trx, call, 'write', ids)).map(({ id }) => id)) });
        await audit(trx, call, { action: 'create', entity: 'forecast_snapshots', entityId: null, after: { taken_at: at.toISOString(), people: taken.people, numbers: taken.numbers } });
        return new Reply(201, { taken_at: at.toISOString(), ...taken });
      }),
    }),
    route({
      ...shared, method: 'GET', path: '/forecasts/{period}/adjustments/{id}', id: 'getForecastAdjustment', summary: 'What was adjusted of one person\'s or team\'s forecast, every version', access: read, params: adjustmentParams,
      problems: [400, 404], responses: { 200: adjustmentItem },
      handle: async (call, { params }) => presentStory(await adjustments.story(call.db, call, params['period'] ?? '', params['id'] ?? '')),
    }),
    route({
      ...shared, method: 'PUT', path: '/forecasts/{period}/adjustments/{id}', id: 'putForecastAdjustment', summary: 'Adjust one person\'s or team\'s forecast; earlier versions stay', access: write, params: adjustmentParams, body: adjustmentBody,
      problems: [400, 404, 412, 422, 502, 503], responses: { 200: adjustmentItem },
      handle: (call, { params, body }) => inOneTransaction(call, async (trx) => presentStory(await adjustments.adjust(trx, call, params['period'] ?? '', params['id'] ?? '', body as AdjustmentInput))),
    }),
  ];
}
