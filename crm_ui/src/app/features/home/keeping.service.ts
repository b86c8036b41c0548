import { inject, Injectable, signal } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { FormField } from '@shared/record/form.model';
import { localName } from '@shared/record/names';
import { RecordPanelService } from '@shared/record/panel.service';
import { VersionsOpener } from '@shared/versions/versions.opener';
import { Dashboard, Tile } from './dashboard.model';
import { DashboardDraft, DashboardRecords, Sharing } from './dashboard.records';
import { Drawing } from './tile.view';
import { changeText } from './version.words';

/** A role by its key, a team or a person by the id. */
interface Named {
  readonly key?: string;
  readonly id?: string;
  readonly name: string;
  readonly name_ar: string | null;
}

/** The roles of those whose morning a dashboard serves. */
const MADE_FOR: Readonly<Record<string, readonly string[]>> = { executive: ['exec', 'analyst'], sales_manager: ['manager'], rep: ['rep'], finance: ['finance'] };

/** Saves, copies, shares and resets dashboards, and says what came of it. */
@Injectable()
export class KeepingService {
  private readonly records = inject(DashboardRecords);
  private readonly panel = inject(RecordPanelService);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly translate = inject(TranslateService);
  private readonly versioned = inject(VersionsOpener);

  /** True while something is on its way. */
  readonly busy = signal(false);

  /** Keeps the tiles; the dashboard as it is kept, or null after a failure, which was told. */
  save(dashboard: Dashboard, tiles: readonly Tile[]): Promise<Dashboard | null> {
    return this.told('saved', () => this.records.save(dashboard, draftOf(dashboard, tiles)));
  }

  /** Asks for a name and keeps the tiles under it. */
  async saveAs(dashboard: Dashboard, tiles: readonly Tile[]): Promise<Dashboard | null> {
    const fields: FormField[] = [{ name: 'name', label: this.text('edit.name'), kind: 'text', required: true }, { name: 'name_ar', label: this.text('edit.nameAr'), kind: 'text', dir: 'rtl' }];
    const made = await this.panel.open<Dashboard>({
      title: this.text('edit.saveAs'), action: this.word('shared.save'), fields, values: { name: null, name_ar: null },
      save: (changes) => this.records.create({ ...draftOf(dashboard, tiles), name: String(changes['name']), name_ar: changes['name_ar'] ? String(changes['name_ar']) : null }),
    });
    if (made) this.notice.say(this.text('edit.saved'));
    return made ?? null;
  }

  /** Chooses the roles, teams and people that see a dashboard. */
  async share(dashboard: Dashboard): Promise<void> {
    const [roles, teams, people] = await Promise.all([this.roles(), this.teams(), this.people(dashboard.shared_user_ids)]);
    const options = (list: readonly Named[]): FormField['options'] => list.map((one) => ({ value: one.key ?? one.id ?? '', label: localName(this.locale.language(), one) }));
    const fields: FormField[] = [
      { name: 'shared_roles', label: this.text('edit.sharedWith'), kind: 'choices', options: options(roles) },
      ...(teams.length > 0 ? [{ name: 'shared_team_ids', label: this.text('edit.sharedTeams'), kind: 'choices' as const, options: options(teams) }] : []),
      ...(people.length > 0 ? [{ name: 'shared_user_ids', label: this.text('edit.sharedPeople'), kind: 'choices' as const, options: options(people) }] : []),
      ...(this.session.can('users', 'read') ? [{ name: 'person', label: this.text('edit.sharedPerson'), kind: 'reference' as const, resource: 'users' }] : []),
    ];
    const shared = await this.panel.open<Dashboard>({
      title: this.text('edit.share'), action: this.word('shared.save'), fields,
      values: { shared_roles: dashboard.shared_roles.join(','), shared_team_ids: dashboard.shared_team_ids.join(','), shared_user_ids: dashboard.shared_user_ids.join(','), person: null },
      save: ({ person, ...changes }) => {
        const shares = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? []])) as Partial<Sharing>;
        const more = typeof person === 'string' ? { shared_user_ids: [...new Set([...(shares.shared_user_ids ?? dashboard.shared_user_ids), person])] } : {};
        return Object.keys({ ...shares, ...more }).length === 0 ? Promise.resolve(dashboard) : this.records.share(dashboard, { ...shares, ...more });
      },
    });
    if (shared) this.notice.say(this.text('edit.shared'));
  }

  /** Shows what a dashboard was before each change; the dashboard after one was brought back, or null. */
  async versions(dashboard: Dashboard, drawing: Drawing): Promise<Dashboard | null> {
    const changes = async (version: number): Promise<readonly string[]> => (await this.records.changes(dashboard, version)).map((change) => changeText(change, drawing));
    const version = await this.versioned.open({ list: () => this.records.versions(dashboard), changes, current: dashboard.version, mayRestore: this.records.mine(dashboard) });
    return version === undefined ? null : this.told('restored', () => this.records.restore(dashboard, version));
  }

  /** Deletes a dashboard of one's own after a question; true when it is gone. */
  async remove(dashboard: Dashboard): Promise<boolean> {
    const what = dashboard.based_on_id === null ? 'delete' : 'reset';
    if (!(await this.confirm.ask({ title: this.text(`edit.${what}`), text: this.text(`edit.${what}Text`), action: this.text(`edit.${what}`), danger: true }))) return false;
    return (await this.told(`${what}Done`, () => this.records.remove(dashboard).then(() => dashboard))) !== null;
  }

  private async told(key: string, work: () => Promise<Dashboard>): Promise<Dashboard | null> {
    this.busy.set(true);
    try {
      const kept = await work();
      this.notice.say(this.text(`edit.${key}`));
      return kept;
    } catch (error) {
      this.notice.fail(error);
      return null;
    } finally {
      this.busy.set(false);
    }
  }

  /** Who may not read the roles knows their own and those that dashboards were made for. */
  private async roles(): Promise<readonly Named[]> {
    if (this.session.can('roles', 'read')) return (await this.api.get<{ items: readonly Named[] }>('roles')).items;
    const keys = new Set([...(this.session.me()?.roles ?? []), ...this.records.items().flatMap(({ role, shared_roles }) => [...(MADE_FOR[role ?? ''] ?? []), ...shared_roles])]);
    return [...keys].map((key) => ({ key, name: key.replace(/_/g, ' '), name_ar: null }));
  }

  private async teams(): Promise<readonly Named[]> {
    if (!this.session.can('teams', 'read')) return [];
    return (await this.api.get<{ items: readonly Named[] }>('teams')).items.map(({ id = '', name, name_ar }) => ({ id, name, name_ar }));
  }

  /** People by name; one whose name the reader may not see by the id. */
  private people(ids: readonly string[]): Promise<readonly Named[]> {
    return Promise.all(ids.map((id) => this.api.get<Named>(`users/${id}`).then(({ name, name_ar }) => ({ id, name, name_ar }), () => ({ id, name: id, name_ar: null }))));
  }

  private text(key: string): string {
    return this.word(`home.${key}`);
  }

  private word(key: string): string {
    return String(this.translate.instant(key));
  }
}

const draftOf = ({ name, name_ar, period, filters }: Dashboard, tiles: readonly Tile[]): DashboardDraft => ({ name, name_ar, period, filters, layout: { tiles } });
