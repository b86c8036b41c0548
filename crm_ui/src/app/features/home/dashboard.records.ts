import { computed, inject, Injectable, signal } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { VersionSummary } from '@shared/versions/version.model';
import { executiveDashboard } from './dashboard.default';
import { Dashboard, DashboardChange } from './dashboard.model';

/** Who else is shown a dashboard. */
export type Sharing = Pick<Dashboard, 'shared_roles' | 'shared_team_ids' | 'shared_user_ids'>;

/** What of a dashboard is kept. */
export type DashboardDraft = Pick<Dashboard, 'name' | 'name_ar' | 'layout' | 'period' | 'filters'>;

const ORDER: readonly (Dashboard['key'] | null)[] = ['executive', 'sales_manager', 'rep', 'finance', 'support'];

/** Whose morning a person's role is about; a role that has the name of an audience is that one. */
const AUDIENCES: Readonly<Record<string, string>> = { admin: 'executive', exec: 'executive', analyst: 'executive', manager: 'sales_manager' };

/** The dashboards of a person: a copy takes the place of the one that it is based on; that of the role is first, then those of one's own, then the built-in ones. */
export function arranged(all: readonly Dashboard[], me: string, roles: readonly string[]): Dashboard[] {
  const replaced = new Set(all.filter(({ owner }) => owner?.id === me).map(({ based_on_id }) => based_on_id));
  const byId = new Map(all.map((one) => [one.id, one]));
  const roleOf = (one: Dashboard): string | null => one.role ?? byId.get(one.based_on_id ?? '')?.role ?? null;
  const keyOf = (one: Dashboard): Dashboard['key'] => one.key ?? byId.get(one.based_on_id ?? '')?.key ?? null;
  const mine = new Set(roles.flatMap((role) => [role, AUDIENCES[role] ?? role]));
  const rank = (one: Dashboard): number => {
    const role = roleOf(one);
    if (role !== null && mine.has(role) && (one.owner === null || one.owner.id === me)) return 0;
    return one.owner?.id === me && one.based_on_id === null ? 1 : one.owner === null || one.owner.id === me ? 2 + Math.max(0, ORDER.indexOf(keyOf(one))) : 9;
  };
  return all.filter(({ id }) => !replaced.has(id)).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** Reads and keeps dashboards; where the product keeps none, a built-in one stands in that cannot be changed. */
@Injectable()
export class DashboardRecords {
  private readonly api = inject(ApiClient);
  private readonly session = inject(SessionService);
  private readonly found = signal<readonly Dashboard[]>([]);

  /** The dashboards, the person's first choice first. */
  readonly items = computed(() => arranged(this.found(), this.session.me()?.id ?? '', this.session.me()?.roles ?? []));
  private readonly stored = signal(false);
  /** True where changes can be kept. */
  readonly kept = computed(() => this.stored() && this.session.can('dashboards', 'write'));
  /** True for those who may show theirs to others. */
  readonly shares = computed(() => (this.session.me()?.permissions['dashboards']?.['write'] ?? 'own') !== 'own');

  /** Reads them; `has` says which members the reader may ask for. */
  async load(has: (member: string) => boolean): Promise<void> {
    const items = this.session.feature('crm_feature_dashboards') ? await this.read() : [];
    this.stored.set(items.length > 0);
    this.found.set(items.length > 0 ? items : [executiveDashboard(has)]);
  }

  /** True for a dashboard of the person's own, which is changed itself; of others a copy is kept. */
  mine(dashboard: Dashboard): boolean {
    return dashboard.owner !== null && dashboard.owner.id === this.session.me()?.id;
  }

  /** Keeps a change: in place where it is one's own, else as a copy that replaces it for this person. Rejects with a `Problem`. */
  async save(dashboard: Dashboard, draft: DashboardDraft): Promise<Dashboard> {
    if (!this.mine(dashboard)) return this.create(draft, dashboard.id);
    return this.put(await this.api.patch<Dashboard>(`dashboards/${dashboard.id}`, draft, await this.tagOf(dashboard)));
  }

  /** Keeps a change as a dashboard of its own. */
  async create(draft: DashboardDraft, basedOn: string | null = null): Promise<Dashboard> {
    return this.put(await this.api.post<Dashboard>('dashboards', { ...draft, based_on_id: basedOn }));
  }

  /** Shows a dashboard to these roles, teams and people; what is not given stays. */
  async share(dashboard: Dashboard, shares: Partial<Sharing>): Promise<Dashboard> {
    return this.put(await this.api.patch<Dashboard>(`dashboards/${dashboard.id}`, shares, await this.tagOf(dashboard)));
  }

  /** What it was before each change, the newest first. */
  async versions({ id }: Dashboard): Promise<readonly VersionSummary[]> {
    return (await this.api.get<{ items: readonly VersionSummary[] }>(`dashboards/${id}/versions`, { limit: '200' })).items;
  }

  /** What a version changed against the one before it. */
  async changes({ id }: Dashboard, version: number): Promise<readonly DashboardChange[]> {
    return (await this.api.get<{ changes: readonly DashboardChange[] }>(`dashboards/${id}/versions/${String(version)}`, { against: String(version - 1) })).changes;
  }

  /** Brings a version back, as a new one. */
  async restore({ id }: Dashboard, version: number): Promise<Dashboard> {
    return this.put(await this.api.post<Dashboard>(`dashboards/${id}/versions/${String(version)}/restore`, {}));
  }

  /** Deletes a dashboard of one's own; the one that it stood in for is there again. */
  async remove(dashboard: Dashboard): Promise<void> {
    await this.api.remove(`dashboards/${dashboard.id}`);
    this.found.set((await this.read()).filter(({ id }) => id !== dashboard.id));
  }

  /** The version to change; one that is newer than what the person saw is a conflict rather than overwritten. */
  private async tagOf({ id, updated_at }: Dashboard): Promise<string | null> {
    const { body, tag } = await this.api.tagged<Dashboard>(`dashboards/${id}`);
    if (body.updated_at === updated_at) return tag;
    const conflict: Problem = { status: 412, code: 'changed_meanwhile', title: '', detail: '', errors: [] };
    throw conflict;
  }

  private put(dashboard: Dashboard): Dashboard {
    this.found.update((all) => [...all.filter(({ id }) => id !== dashboard.id), dashboard]);
    return dashboard;
  }

  private async read(): Promise<readonly Dashboard[]> {
    try {
      return (await this.api.get<{ items: readonly Dashboard[] }>('dashboards')).items;
    } catch (error) {
      const { status } = toProblem(error);
      // A product without them, or with the feature off, has the built-in one; any other failure is told.
      if (status === 403 || status === 404) return [];
      throw error;
    }
  }
}
