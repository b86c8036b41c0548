import { scopeOf } from '../../../kernel/context/actor.js';
import type { Call } from '../../../kernel/context/call.js';
import { withVersion } from '../../../kernel/contract/record.version.js';
import { idParams, jsonTypes } from '../../../kernel/crud/crud.routes.js';
import { Reply, route, type RouteSpec } from '../../../kernel/route.js';
import type { AnalyticsService } from '../../../reporting/analytics/analytics.service.js';
import { calendarOf } from '../../../workspace/settings/calendar.service.js';
import { readPeriod } from '../forecast.period.js';
import type { ForecastFilter } from '../forecast.types.js';
import { decimalOf } from '../simulation/deal.list.js';
import type { SimulationService } from '../simulation/simulation.service.js';
import { readScenarioFigures, type ScenarioFigures } from './scenario.figures.js';
import { scenarioCreate, scenarioItem, scenarioPage, scenarioPatch, scenarioQuery, scenarioResult, scenarioTrial } from './scenario.schema.js';
import { ScenarioService, type ScenarioInput } from './scenario.service.js';
import type { ScenarioChange, ScenarioChanges, ScenarioRow } from './scenario.types.js';

const shared = { tag: 'forecasts', feature: 'crm_feature_forecast_scenarios' } as const;
const read = { resource: 'scenarios', action: 'read' } as const;
const write = { resource: 'scenarios', action: 'write' } as const;
const figureProblems = [400, 403, 422, 502, 503] as const;
const base = '/forecasts/scenarios';

/** `/forecasts/scenarios`: what the forecast would be if. */
export function scenarioRoutes(analytics: AnalyticsService, simulations: SimulationService): RouteSpec[] {
  const service = new ScenarioService();
  const compute = async (call: Call, asked: { readonly period: string; readonly filter: ForecastFilter; readonly changes: ScenarioChanges }): Promise<object> => {
    const calendar = await calendarOf(call);
    const period = readPeriod(asked.period, calendar);
    const { base: before, scenario, missing, factor, ...rest } = await readScenarioFigures(analytics, simulations, { actor: call.actor, period, calendar, filter: asked.filter, changes: asked.changes, now: new Date() });
    return { period, ...rest, base: presentFigures(before), scenario: presentFigures(scenario), missing_deals: missing, correlation: factor.correlation };
  };
  return [
    route({
      ...shared, method: 'GET', path: base, id: 'listForecastScenarios', summary: 'What-if scenarios: one\'s own, and those shared with one\'s roles and teams', access: read, query: scenarioQuery, responses: { 200: scenarioPage },
      handle: async (call, { query }) => ({ items: (await service.list(call, (query['period'] as string | undefined) ?? null)).map((row) => present(call, row)), next_cursor: null }),
    }),
    route({
      ...shared, method: 'POST', path: `${base}/preview`, id: 'previewForecastScenario', summary: 'Compute a scenario that is not saved, beside what is', access: read, readOnly: true, body: scenarioTrial, problems: figureProblems, responses: { 200: scenarioResult },
      async handle(call, { body }) {
        const trial = body as Parameters<typeof compute>[1];
        await service.checkChanges(call.db, trial);
        return compute(call, trial);
      },
    }),
    route({ ...shared, method: 'GET', path: `${base}/{id}`, id: 'getForecastScenario', summary: 'Read one scenario', access: read, params: idParams, problems: [404], responses: { 200: scenarioItem }, handle: async (call, { params }) => present(call, await service.get(call.db, call, params['id'] ?? '')) }),
    route({
      ...shared, method: 'GET', path: `${base}/{id}/figures`, id: 'getForecastScenarioFigures', summary: 'Compute one scenario on the deals of now that you may see, beside what is', access: read, params: idParams, problems: [404, ...figureProblems], responses: { 200: scenarioResult },
      handle: async (call, { params }) => compute(call, await service.get(call.db, call, params['id'] ?? '')),
    }),
    route({
      ...shared, method: 'POST', path: base, id: 'createForecastScenario', summary: 'Save a scenario', access: write, body: scenarioCreate, problems: [400, 409, 422], responses: { 201: scenarioItem },
      async handle(call, { body }) {
        const row = await call.db.transaction((trx) => service.create(trx, call, body as ScenarioInput));
        return Reply.created(`${base}/${row.id}`, present(call, row));
      },
    }),
    route({
      ...shared, method: 'PATCH', path: `${base}/{id}`, id: 'updateForecastScenario', summary: 'Change the given parts of one scenario', access: write, params: idParams, body: scenarioPatch, consumes: jsonTypes, problems: [400, 404, 412, 422], responses: { 200: scenarioItem },
      handle: async (call, { params, body }) => present(call, await call.db.transaction((trx) => service.update(trx, call, params['id'] ?? '', body as ScenarioChange))),
    }),
    route({
      ...shared, method: 'DELETE', path: `${base}/{id}`, id: 'deleteForecastScenario', summary: 'Delete one scenario', access: { resource: 'scenarios', action: 'delete' }, params: idParams, problems: [404, 412], responses: { 204: null },
      async handle(call, { params }) {
        await call.db.transaction((trx) => service.remove(trx, call, params['id'] ?? ''));
        return Reply.none();
      },
    }),
  ];
}

function present(call: Call, row: ScenarioRow): Record<string, unknown> {
  const { owner_id: id, owner_name: name, __version, ...parts } = row;
  const scope = scopeOf(call.actor, 'scenarios', 'write');
  return withVersion({ ...parts, owner: { id, name: name ?? '' }, changeable: scope !== null && (scope === 'all' || id === call.actor.userId), created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() }, __version);
}

function presentFigures({ gapP50, quotaProbability, deals, ...money }: ScenarioFigures): Record<string, unknown> {
  return { ...Object.fromEntries(Object.entries({ ...money, gap_p50: gapP50 }).map(([name, value]) => [name, decimalOf(value)])), quota_probability: quotaProbability, deals };
}
