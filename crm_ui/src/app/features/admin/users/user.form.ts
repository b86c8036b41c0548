import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { LocaleService } from '@core/i18n/locale.service';
import { ChoicesService } from '@shared/record/choices.service';
import { changesOf, FormField, valuesFrom } from '@shared/record/form.model';
import { RecordPanelService } from '@shared/record/panel.service';
import { AdminLookup } from '../admin.lookup';
import { AdminUser, Role, Team } from '../admin.model';
import { AdminWords } from '../admin.words';

/** Creates and edits users in a panel. */
@Injectable({ providedIn: 'root' })
export class UserForm {
  private readonly api = inject(ApiClient);
  private readonly panel = inject(RecordPanelService);
  private readonly choices = inject(ChoicesService);
  private readonly lookup = inject(AdminLookup);
  private readonly locale = inject(LocaleService);
  private readonly words = inject(AdminWords);

  /** A new user with a first role; they cannot sign in before they are invited. */
  async create(): Promise<AdminUser | undefined> {
    const [teams, roles] = await Promise.all([this.lookup.teams(), this.lookup.roles()]);
    const fields = this.fields(null, teams, roles);
    const values = valuesFrom(fields, null, { locale: this.locale.language(), time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    return this.panel.open<AdminUser>({
      title: this.words.text('admin.users.new'), action: this.words.text('admin.users.create'), fields, values,
      save: async (changes) => {
        const { role, ...user } = { ...changesOf(fields, {}, values), ...changes };
        const made = await this.api.post<AdminUser>('users', user);
        return typeof role === 'string' ? this.api.put<AdminUser>(`users/${made.id}/roles`, { roles: [role] }) : made;
      },
    });
  }

  /** Changes what is known of a user. */
  async edit(user: AdminUser): Promise<AdminUser | undefined> {
    const fields = this.fields(user, await this.lookup.teams(), null);
    return this.panel.open<AdminUser>({ title: this.words.text('admin.users.edit'), action: this.words.text('shared.save'), fields, values: valuesFrom(fields, user), save: (changes) => this.api.patch(`users/${user.id}`, changes) });
  }

  private fields(user: AdminUser | null, teams: readonly Team[], roles: readonly Role[] | null): FormField[] {
    const label = (name: string): string => this.words.field(name);
    const sorted = <T extends { label: string }>(list: T[]): T[] => list.sort((one, two) => one.label.localeCompare(two.label, this.locale.language()));
    return [
      { name: 'name', label: this.words.text('record.fields.name'), kind: 'text', required: true },
      { name: 'name_ar', label: label('name_ar'), kind: 'text', dir: 'rtl' },
      { name: 'email', label: label('email'), kind: 'email', required: true, hint: this.words.text('admin.users.emailHint') },
      ...(roles === null ? [] : [{ name: 'role', label: this.words.text('admin.users.role'), kind: 'select' as const, required: true, options: sorted(roles.map((role) => ({ value: role.key, label: this.words.name(role) }))) }]),
      { name: 'team_id', label: label('team_id'), kind: 'select', half: true, options: sorted(teams.map((team) => ({ value: team.id, label: this.words.name(team) }))) },
      { name: 'region', label: label('region'), kind: 'select', half: true, options: this.choices.regions(user?.region, ...teams.map((team) => team.region)) },
      { name: 'manager_id', label: label('manager_id'), kind: 'reference', resource: 'users' },
      { name: 'job_title', label: label('job_title'), kind: 'text', half: true },
      { name: 'phone', label: label('phone'), kind: 'tel', half: true },
      { name: 'locale', label: this.words.text('admin.users.language'), kind: 'select', required: true, half: true, options: ['en', 'ar'].map((value) => ({ value, label: this.words.text(`record.language.${value}`) })) },
      { name: 'hired_on', label: label('hired_on'), kind: 'date', half: true },
      { name: 'time_zone', label: label('time_zone'), kind: 'select', required: true, options: zones(user?.time_zone).map((value) => ({ value, label: value.replace(/_/g, ' ') })) },
    ];
  }
}

/** The time zones that the browser knows, with UTC and the one that a user has. */
function zones(also: string | undefined): string[] {
  return [...new Set(['UTC', ...(also ? [also] : []), Intl.DateTimeFormat().resolvedOptions().timeZone, ...Intl.supportedValuesOf('timeZone')])].sort();
}
