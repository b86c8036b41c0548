import { inject, Injectable } from '@angular/core';
import { TranslateService } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { FormField } from '@shared/record/form.model';
import { localName } from '@shared/record/names';
import { RecordPanelService } from '@shared/record/panel.service';
import { Draft, changesOf, draftOf } from './scenario.draft';
import { Scenario } from './scenario.model';
import { ForecastCut } from '../simulation/simulation.model';

const base = 'forecasts/scenarios';
interface Named { readonly id?: string; readonly key?: string; readonly name: string; readonly name_ar: string | null }

/** Saves, opens, shares and deletes scenarios, and says what came of it. */
@Injectable()
export class ScenarioKeepingService {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly translate = inject(TranslateService);

  /** Asks for a name and keeps the draft under it. */
  async saveAs(draft: Draft, period: string, filter: ForecastCut): Promise<Scenario | null> {
    const fields: FormField[] = [{ name: 'name', label: this.text('name'), kind: 'text', required: true }];
    const made = await this.panel.open<Scenario>({ title: this.text('saveAs'), action: this.word('shared.save'), fields, values: { name: null }, save: ({ name }) => this.api.post<Scenario>(base, { name: String(name), period, filter, changes: changesOf(draft) }) });
    if (made) this.notice.say(this.text('savedSaid'));
    return made ?? null;
  }

  /** Keeps the draft in the scenario that it was opened from; null after a failure, which was told. */
  async save({ id }: Scenario, tag: string | null, draft: Draft): Promise<Scenario | null> {
    return this.told('savedSaid', () => this.api.patch<Scenario>(`${base}/${id}`, { changes: changesOf(draft) }, tag));
  }

  /** A scenario as a draft, with the version that a change is over. */
  async open(id: string): Promise<{ readonly scenario: Scenario; readonly tag: string | null; readonly draft: Draft }> {
    const { body: scenario, tag } = await this.api.tagged<Scenario>(`${base}/${id}`);
    // A deal that is closed or out of reach keeps its number for a name.
    const names = await Promise.all((scenario.changes.deals ?? []).map((deal) => this.api.get<{ name: string }>(`deals/${deal.id}`).then(({ name }) => [deal.id, name] as const).catch(() => [deal.id, ''] as const)));
    return { scenario, tag, draft: draftOf(scenario.changes, new Map(names)) };
  }

  /** Chooses the roles and teams whose people see a scenario; true when that was changed. */
  async share({ id }: Scenario): Promise<boolean> {
    const { body, tag } = await this.api.tagged<Scenario>(`${base}/${id}`);
    const read = async (list: 'roles' | 'teams'): Promise<readonly Named[]> => (this.session.can(list, 'read') ? (await this.api.get<{ items: readonly Named[] }>(list)).items : list === 'roles' ? [...new Set([...(this.session.me()?.roles ?? []), ...body.shared_roles])].map((key) => ({ key, name: key, name_ar: null })) : []);
    const [roles, teams] = await Promise.all([read('roles'), read('teams')]);
    const options = (list: readonly Named[]): { value: string; label: string }[] => list.map((one) => ({ value: one.id !== undefined && one.key === undefined ? one.id : one.key ?? '', label: localName(this.locale.language(), one) }));
    const fields: FormField[] = [{ name: 'shared_roles', label: this.text('withRoles'), kind: 'choices', options: options(roles) }, ...(teams.length > 0 ? [{ name: 'shared_team_ids', label: this.text('withTeams'), kind: 'choices' as const, options: options(teams) }] : [])];
    const shared = await this.panel.open<Scenario>({
      title: this.text('share'), action: this.word('shared.save'), fields, values: { shared_roles: body.shared_roles.join(','), shared_team_ids: body.shared_team_ids.join(',') },
      save: (changes) => { const patch = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? []])); return Object.keys(patch).length === 0 ? Promise.resolve(body) : this.api.patch<Scenario>(`${base}/${id}`, patch, tag); },
    });
    if (shared) this.notice.say(this.text('sharedSaid'));
    return shared !== undefined;
  }

  /** Deletes a scenario after a question; true when it is gone. */
  async remove({ id, name }: Scenario): Promise<boolean> {
    if (!(await this.confirm.ask({ title: this.text('delete'), text: this.text('deleteText', { name }), action: this.text('delete'), danger: true }))) return false;
    return (await this.told('deletedSaid', async () => { await this.api.remove(`${base}/${id}`); return true; })) === true;
  }

  private async told<T>(key: string, work: () => Promise<T>): Promise<T | null> {
    try {
      const kept = await work();
      this.notice.say(this.text(key));
      return kept;
    } catch (error) {
      this.notice.fail(error);
      return null;
    }
  }

  private text(key: string, values?: Record<string, unknown>): string {
    return String(this.translate.instant(`forecast.scenario.${key}`, values));
  }

  private word(key: string): string {
    return String(this.translate.instant(key));
  }
}
