import { reaches } from 'crm_db';
import type { Knex } from 'knex';
import { requireScope, scopeOf } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { invalidBody, notFound, type FieldProblem } from '../../kernel/errors/crm.error.js';
import { builtIn, copyExists, notYours, ownerless, sharingForbidden, tooMany } from './dashboard.errors.js';
import { findDashboard, insertDashboard, listDashboards, ownedBy, readDashboard, unknownRoles, updateDashboard } from './dashboard.repository.js';
import { gridColumns, type DashboardChange, type DashboardRow, type Layout } from './dashboard.types.js';

// More than anybody leafs through; each is up to 60 tiles.
const mostOwn = 50;

/** The rules of dashboards: those delivered stay as they are, everybody changes their own, and who may write beyond their own shares them. */
export class DashboardService {
  /** What the caller is shown. */
  list(call: Call): Promise<DashboardRow[]> {
    return listDashboards(call.db, call);
  }

  /** One dashboard. @throws CrmError 404. */
  async get(db: Reader, call: Call, id: string, lock = false): Promise<DashboardRow> {
    const row = await findDashboard(db, call, id, lock);
    if (!row) throw notFound('dashboard', id);
    return row;
  }

  /** Saves a dashboard, or a copy of one with what is given in its place. */
  async create(trx: Knex.Transaction, call: Call, { based_on_id: basedOn, ...input }: DashboardChange & { readonly based_on_id?: string | null }): Promise<DashboardRow> {
    const { userId } = call.actor;
    if (userId === null) throw ownerless();
    const base = basedOn == null ? null : await this.base(trx, call, basedOn);
    const name = input.name ?? base?.name;
    const layout = input.layout ?? base?.layout;
    if (name === undefined || layout === undefined) {
      throw invalidBody([['name', name] as const, ['layout', layout] as const].filter(([, value]) => value === undefined).map(([path]) => ({ path, code: 'required', message: `"${path}" is required where "based_on_id" is not given.` })));
    }
    const values = {
      name, layout, name_ar: input.name_ar === undefined ? base?.name_ar ?? null : input.name_ar, role: input.role === undefined ? base?.role ?? null : input.role,
      period: input.period === undefined ? base?.period ?? null : input.period, filters: input.filters ?? base?.filters ?? [], shared_roles: input.shared_roles ?? [], based_on_id: base?.id ?? null,
    };
    await this.check(trx, call, values);
    const { count, copy } = await ownedBy(trx, userId, values.based_on_id);
    if (copy !== null) throw copyExists(copy);
    if (count >= mostOwn) throw tooMany(mostOwn);
    const id = await insertDashboard(trx, { ...values, owner_id: userId });
    await audit(trx, call, { action: 'create', entity: 'dashboards', entityId: id, after: values });
    return readDashboard(trx, id);
  }

  /** Changes the given parts. */
  async update(trx: Knex.Transaction, call: Call, id: string, patch: DashboardChange): Promise<DashboardRow> {
    const current = await this.changeable(trx, call, id, 'write');
    await this.check(trx, call, patch);
    await updateDashboard(trx, id, patch);
    const before = Object.fromEntries(Object.keys(patch).map((name) => [name, current[name as keyof DashboardChange]]));
    await audit(trx, call, { action: 'update', entity: 'dashboards', entityId: id, before, after: { ...patch } });
    return readDashboard(trx, id);
  }

  /** Deletes a dashboard; what it was a copy of is back in its place. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const { name, based_on_id } = await this.changeable(trx, call, id, 'delete');
    await updateDashboard(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'dashboards', entityId: id, before: { name, based_on_id } });
  }

  private async base(trx: Knex.Transaction, call: Call, id: string): Promise<DashboardRow> {
    const row = await findDashboard(trx, call, id, false);
    if (!row) throw invalidBody([{ path: 'based_on_id', code: 'unknown_reference', message: '"based_on_id" is not the id of a dashboard that exists and that you may see.' }]);
    return row;
  }

  private async changeable(trx: Knex.Transaction, call: Call, id: string, action: 'write' | 'delete'): Promise<DashboardRow> {
    const current = await this.get(trx, call, id, true);
    requireVersion(call, { __version: current.__version });
    if (current.owner_id === null) throw builtIn();
    if (current.owner_id !== call.actor.userId && scopeOf(call.actor, 'dashboards', action) !== 'all') throw notYours();
    return current;
  }

  /** @throws CrmError 403, 422 */
  private async check(db: Reader, call: Call, { layout, shared_roles: shared }: DashboardChange): Promise<void> {
    if (layout) requireGrid(layout);
    if (shared === undefined || shared.length === 0) return;
    if (!reaches(requireScope(call.actor, 'dashboards', 'write'), 'team')) throw sharingForbidden();
    const unknown = await unknownRoles(db, shared);
    if (unknown.length > 0) throw invalidBody(unknown.map((key) => ({ path: `shared_roles.${shared.indexOf(key)}`, code: 'unknown_reference', message: `"${key}" is not the key of a role.` })));
  }
}

/** Whether each tile lies in the grid and has an id of its own. @throws CrmError 422 */
export function requireGrid({ tiles }: Layout): void {
  const seen = new Set<string>();
  const problems = tiles.flatMap(({ id, x, w }, index): FieldProblem[] => {
    const repeated = seen.has(id);
    seen.add(id);
    return [
      ...(x + w > gridColumns ? [{ path: `layout.tiles.${index}.w`, code: 'outside_grid', message: `The tile "${id}" ends at column ${x + w}; the grid has ${gridColumns}.` }] : []),
      ...(repeated ? [{ path: `layout.tiles.${index}.id`, code: 'not_unique', message: `Two tiles have the id "${id}"; give each its own.` }] : []),
    ];
  });
  if (problems.length > 0) throw invalidBody(problems);
}
