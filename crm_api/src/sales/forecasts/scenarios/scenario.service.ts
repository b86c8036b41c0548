import { reaches } from 'crm_db';
import type { Knex } from 'knex';
import { requireScope } from '../../../kernel/context/actor.js';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { requireVersion } from '../../../kernel/contract/record.version.js';
import { audit } from '../../../kernel/crud/trail.js';
import { unknownOf } from '../../../kernel/crud/unknown.values.js';
import { invalidBody, notFound, type FieldProblem } from '../../../kernel/errors/crm.error.js';
import { calendarOf } from '../../../workspace/settings/calendar.service.js';
import { readPeriod } from '../forecast.period.js';
import { notYours, ownerless, sharingForbidden, tooMany } from './scenario.errors.js';
import { countOwned, findScenario, insertScenario, listScenarios, readScenario, updateScenario } from './scenario.repository.js';
import type { ScenarioChange, ScenarioRow } from './scenario.types.js';

/** What a new scenario has to say. */
export type ScenarioInput = ScenarioChange & Required<Pick<ScenarioChange, 'name' | 'period' | 'changes'>>;

// More than anybody compares.
const mostOwn = 100;

/** The rules of scenarios: everybody keeps their own, who may write beyond their own shares them, and only the owner changes one. */
export class ScenarioService {
  /** What the caller is shown. */
  list(call: Call, period: string | null): Promise<ScenarioRow[]> {
    return listScenarios(call.db, call, period);
  }

  /** One scenario. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<ScenarioRow> {
    const row = await findScenario(db, call, id, lock);
    if (!row) throw notFound('scenario', id);
    return row;
  }

  /** Saves a scenario. @throws CrmError 403, 409, 422. */
  async create(trx: Knex.Transaction, call: Call, input: ScenarioInput): Promise<ScenarioRow> {
    const { userId } = call.actor;
    if (userId === null) throw ownerless();
    const values = { filter: {}, shared_roles: [], shared_team_ids: [], ...input };
    await this.check(trx, call, values);
    if ((await countOwned(trx, userId)) >= mostOwn) throw tooMany(mostOwn);
    const id = await insertScenario(trx, { ...values, owner_id: userId });
    await audit(trx, call, { action: 'create', entity: 'forecast_scenarios', entityId: id, after: values });
    return readScenario(trx, id);
  }

  /** Changes the given parts. @throws CrmError 403, 404, 412, 422. */
  async update(trx: Knex.Transaction, call: Call, id: string, patch: ScenarioChange): Promise<ScenarioRow> {
    const current = await this.changeable(trx, call, id, 'write');
    await this.check(trx, call, patch);
    await updateScenario(trx, id, patch);
    const before = Object.fromEntries(Object.keys(patch).map((name) => [name, current[name as keyof ScenarioChange]]));
    await audit(trx, call, { action: 'update', entity: 'forecast_scenarios', entityId: id, before, after: { ...patch } });
    return readScenario(trx, id);
  }

  /** Deletes a scenario. @throws CrmError 403, 404, 412. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const { name, period } = await this.changeable(trx, call, id, 'delete');
    await updateScenario(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'forecast_scenarios', entityId: id, before: { name, period } });
  }

  /** Stages that a scenario names must exist, also where it is only tried out. @throws CrmError 422 */
  async checkChanges(db: Reader, { changes }: ScenarioChange): Promise<void> {
    const rates = changes?.win_rates ?? [];
    const unknown = await unknownOf(db, 'stages', rates.flatMap(({ stage_id: id }) => id ?? []));
    if (unknown.length > 0) throw invalidBody(unknown.map((id): FieldProblem => ({ path: `changes.win_rates.${rates.findIndex(({ stage_id: stage }) => stage === id)}.stage_id`, code: 'unknown_reference', message: `"${id}" is not the id of a stage.` })));
  }

  private async changeable(trx: Knex.Transaction, call: Call, id: string, action: 'write' | 'delete'): Promise<ScenarioRow> {
    const row = await this.get(trx, call, id, true);
    if (row.owner_id !== call.actor.userId && requireScope(call.actor, 'scenarios', action) !== 'all') throw notYours();
    requireVersion(call, { ...row });
    return row;
  }

  private async check(db: Reader, call: Call, { period, shared_roles: roles = [], shared_team_ids: teams = [], ...rest }: ScenarioChange): Promise<void> {
    if (period !== undefined) readPeriod(period, await calendarOf({ db, feature: (key) => call.feature(key) }));
    await this.checkChanges(db, rest);
    if (roles.length + teams.length === 0) return;
    if (!reaches(requireScope(call.actor, 'scenarios', 'write'), 'team')) throw sharingForbidden();
    const problem = (path: string, message: string): FieldProblem => ({ path, code: 'unknown_reference', message });
    const problems = [
      ...(await unknownOf(db, 'roles', roles)).map((key) => problem(`shared_roles.${roles.indexOf(key)}`, `"${key}" is not the key of a role.`)),
      ...(await unknownOf(db, 'teams', teams)).map((id) => problem(`shared_team_ids.${teams.indexOf(id)}`, `"${id}" is not the id of a team.`)),
    ];
    if (problems.length > 0) throw invalidBody(problems);
  }
}
