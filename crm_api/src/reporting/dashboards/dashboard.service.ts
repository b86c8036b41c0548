import { isDeepStrictEqual } from 'node:util';
import { reaches } from 'crm_db';
import type { Knex } from 'knex';
import { requireScope, scopeOf } from '../../kernel/context/actor.js';
import type { Call, Reader } from '../../kernel/context/call.js';
import { requireVersion } from '../../kernel/contract/record.version.js';
import { audit } from '../../kernel/crud/trail.js';
import { unknownOf } from '../../kernel/crud/unknown.values.js';
import { invalidBody, notFound, type FieldProblem } from '../../kernel/errors/crm.error.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { readPins, type Pins } from '../analytics/definition.pins.js';
import { builtIn, copyExists, noVersions, notYours, ownerless, sharingForbidden, tooMany, versionNotFound } from './dashboard.errors.js';
import { findDashboard, findVersion, insertDashboard, insertVersion, listDashboards, ownedBy, readDashboard, updateDashboard, type DashboardValues } from './dashboard.repository.js';
import { gridColumns, measuresOfLayout, type DashboardChange, type DashboardRow, type DashboardVersionRow, type Layout } from './dashboard.types.js';

// More than anybody leafs through; each is up to 60 tiles.
const mostOwn = 50;

/** What a caller says of a dashboard and of the version that it makes. */
type Change = DashboardChange & { readonly note?: string | null };

/** The rules of dashboards: those delivered stay as they are, everybody changes their own, each change of what they show is a version, and who may write beyond their own shares them. */
export class DashboardService {
  constructor(private readonly analytics: AnalyticsService) {}

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

  /** The versions of the definitions that the numbers of a layout count by, or of that of another dashboard; read before a transaction begins, as it asks the semantic layer. */
  async pins(call: Call, layout: Layout | undefined, id: string | null): Promise<Pins> {
    const known = id === null ? undefined : await findDashboard(call.db, call, id, false);
    const shown = layout ?? known?.layout;
    return shown === undefined ? {} : readPins(this.analytics, call.actor, measuresOfLayout(shown), known?.pins ?? {});
  }

  /** Saves a dashboard, or a copy of one with what is given in its place. */
  async create(trx: Knex.Transaction, call: Call, { based_on_id: basedOn, ...input }: DashboardChange & { readonly based_on_id?: string | null }, pins: Pins): Promise<DashboardRow> {
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
      period: input.period === undefined ? base?.period ?? null : input.period, filters: input.filters ?? base?.filters ?? [], shared_roles: input.shared_roles ?? [], shared_team_ids: input.shared_team_ids ?? [], shared_user_ids: input.shared_user_ids ?? [], pins, based_on_id: base?.id ?? null,
    };
    await this.check(trx, call, values);
    const { count, copy } = await ownedBy(trx, userId, values.based_on_id);
    if (copy !== null) throw copyExists(copy);
    if (count >= mostOwn) throw tooMany(mostOwn);
    const id = await insertDashboard(trx, { ...values, owner_id: userId });
    await insertVersion(trx, { dashboard_id: id, version: 1, layout: values.layout, period: values.period, filters: values.filters, pins, note: null, restored_from: null, author_id: userId });
    await audit(trx, call, { action: 'create', entity: 'dashboards', entityId: id, after: values });
    return readDashboard(trx, id);
  }

  /** Changes the given parts; other tiles, another period, other conditions, numbers that count otherwise or a note make a version. */
  async update(trx: Knex.Transaction, call: Call, id: string, { note, ...patch }: Change, pins: Pins | null): Promise<DashboardRow> {
    const current = await this.changeable(trx, call, id, 'write');
    await this.check(trx, call, patch);
    const before = { layout: current.layout, period: current.period, filters: current.filters, pins: current.pins };
    const after = { layout: patch.layout ?? before.layout, period: patch.period === undefined ? before.period : patch.period, filters: patch.filters ?? before.filters, pins: pins ?? before.pins };
    await this.change(trx, call, current, { ...patch, ...(pins ? { pins } : {}) }, note != null || !isDeepStrictEqual(after, before) ? { ...after, note: note ?? null, restored_from: null } : null);
    return readDashboard(trx, id);
  }

  /** One version of a dashboard. @throws CrmError 404. */
  async version(db: Reader, dashboard: DashboardRow, version: number): Promise<DashboardVersionRow> {
    if (dashboard.owner_id === null) throw noVersions();
    const found = await findVersion(db, dashboard.id, version);
    if (!found) throw versionNotFound(version, dashboard.version);
    return found;
  }

  /** A new version equal to an earlier one, pins included: they say by which definitions its numbers were looked at then. @throws CrmError 403, 404, 412 */
  async restore(trx: Knex.Transaction, call: Call, id: string, version: number, note: string | null): Promise<DashboardRow> {
    const current = await this.changeable(trx, call, id, 'write');
    const { layout, period, filters, pins } = await this.version(trx, current, version);
    if (version === current.version) return current;
    await this.change(trx, call, current, { layout, period, filters, pins }, { layout, period, filters, pins, note, restored_from: version });
    return readDashboard(trx, id);
  }

  /** Deletes a dashboard; what it was a copy of is back in its place. */
  async remove(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
    const { name, based_on_id } = await this.changeable(trx, call, id, 'delete');
    await updateDashboard(trx, id, { deleted_at: new Date() });
    await audit(trx, call, { action: 'delete', entity: 'dashboards', entityId: id, before: { name, based_on_id } });
  }

  private async change(trx: Knex.Transaction, call: Call, current: DashboardRow, values: DashboardValues, version: Omit<Parameters<typeof insertVersion>[1], 'dashboard_id' | 'version' | 'author_id'> | null): Promise<void> {
    const { userId } = call.actor;
    const after: DashboardValues = { ...values, ...(version === null ? {} : { version: current.version + 1 }) };
    await updateDashboard(trx, current.id, after);
    if (version !== null) {
      if (userId === null) throw ownerless();
      await insertVersion(trx, { ...version, dashboard_id: current.id, version: current.version + 1, author_id: userId });
    }
    await audit(trx, call, { action: 'update', entity: 'dashboards', entityId: current.id, before: Object.fromEntries(Object.keys(after).map((name) => [name, current[name as keyof DashboardRow]])), after: { ...after } });
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
  private async check(db: Reader, call: Call, { layout, ...change }: DashboardChange): Promise<void> {
    if (layout) requireGrid(layout);
    const shared = [['shared_roles', 'roles', 'the key of a role'], ['shared_team_ids', 'teams', 'the id of a team'], ['shared_user_ids', 'users', 'the id of an active user']] as const;
    if (shared.every(([name]) => (change[name] ?? []).length === 0)) return;
    if (!reaches(requireScope(call.actor, 'dashboards', 'write'), 'team')) throw sharingForbidden();
    const problems = (await Promise.all(shared.map(async ([name, what, words]) => {
      const given = change[name] ?? [];
      return (await unknownOf(db, what, given)).map((value) => ({ path: `${name}.${given.indexOf(value)}`, code: 'unknown_reference', message: `"${value}" is not ${words}.` }));
    }))).flat();
    if (problems.length > 0) throw invalidBody(problems);
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
