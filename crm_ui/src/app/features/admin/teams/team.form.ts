import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { ChoicesService } from '@shared/record/choices.service';
import { FormField, valuesFrom } from '@shared/record/form.model';
import { RecordPanelService } from '@shared/record/panel.service';
import { Team } from '../admin.model';
import { AdminWords } from '../admin.words';

/** Creates and edits teams in a panel. */
@Injectable({ providedIn: 'root' })
export class TeamForm {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly choices = inject(ChoicesService);
  private readonly words = inject(AdminWords);

  /** A new team. */
  create(teams: readonly Team[]): Promise<Team | undefined> {
    const fields = this.fields(teams);
    return this.panel.open<Team>({ title: this.words.text('admin.teams.new'), action: this.words.text('admin.teams.create'), fields, values: valuesFrom(fields, null), save: (changes) => this.api.post('teams', changes) });
  }

  /** Changes name, region and manager of a team. */
  edit(team: Team, teams: readonly Team[]): Promise<Team | undefined> {
    const fields = this.fields(teams);
    return this.panel.open<Team>({ title: this.words.text('admin.teams.edit'), action: this.words.text('shared.save'), fields, values: valuesFrom(fields, team), save: (changes) => this.api.patch(`teams/${team.id}`, changes) });
  }

  private fields(teams: readonly Team[]): FormField[] {
    return [
      { name: 'name', label: this.words.text('record.fields.name'), kind: 'text', required: true },
      { name: 'name_ar', label: this.words.field('name_ar'), kind: 'text', dir: 'rtl' },
      { name: 'region', label: this.words.field('region'), kind: 'select', options: this.choices.regions(...teams.map((team) => team.region)), hint: this.words.text('admin.teams.regionHint') },
      { name: 'manager_id', label: this.words.text('admin.teams.manager'), kind: 'reference', resource: 'users', hint: this.words.text('admin.teams.managerHint') },
    ];
  }
}
