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
import { Dashboard, Tile } from './dashboard.model';
import { DashboardDraft, DashboardRecords } from './dashboard.records';

interface RoleName {
  readonly key: string;
  readonly name: string;
  readonly name_ar: string | null;
}

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

  /** Chooses the roles whose people see a dashboard. */
  async share(dashboard: Dashboard): Promise<void> {
    const options = (await this.roles()).map((role) => ({ value: role.key, label: localName(this.locale.language(), role) }));
    const fields: FormField[] = [{ name: 'shared_roles', label: this.text('edit.sharedWith'), kind: 'choices', options }];
    const shared = await this.panel.open<Dashboard>({
      title: this.text('edit.share'), action: this.word('shared.save'), fields, values: { shared_roles: dashboard.shared_roles.join(',') },
      save: (changes) => ('shared_roles' in changes ? this.records.share(dashboard, (changes['shared_roles'] ?? []) as string[]) : Promise.resolve(dashboard)),
    });
    if (shared) this.notice.say(this.text('edit.shared'));
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
  private async roles(): Promise<readonly RoleName[]> {
    if (this.session.can('roles', 'read')) return (await this.api.get<{ items: readonly RoleName[] }>('roles')).items;
    const keys = new Set([...(this.session.me()?.roles ?? []), ...this.records.items().flatMap(({ role, shared_roles }) => [...(role === null ? [] : [role]), ...shared_roles])]);
    return [...keys].map((key) => ({ key, name: key.replace(/_/g, ' '), name_ar: null }));
  }

  private text(key: string): string {
    return this.word(`home.${key}`);
  }

  private word(key: string): string {
    return String(this.translate.instant(key));
  }
}

const draftOf = ({ name, name_ar, period, filters }: Dashboard, tiles: readonly Tile[]): DashboardDraft => ({ name, name_ar, period, filters, layout: { tiles } });
