import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page, Reference, Tagged } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { ProblemComponent } from '@shared/states/states.component';
import { Cadence, hourName, Schedule, weekdayName } from './schedule.model';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = Array.from({ length: 31 }, (_, index) => index + 1);

/** The form of a dashboard by e-mail in a panel: what, to whom, when, in which language and with which files. */
@Component({
  selector: 'crm-schedule-form',
  imports: [TranslatePipe, ControlDirective, FieldComponent, IconComponent, ProblemComponent, ReferencePickerComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form novalidate (submit)="$event.preventDefault(); save()">
      <header><h2 id="crm-schedule-form-title" tabindex="-1">{{ (data ? 'schedules.edit' : 'schedules.new') | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
      <div class="fields">
        @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
        @if (tried() && !valid()) { <p class="error" role="alert">{{ 'schedules.missing' | translate }}</p> }
        <crm-field [label]="('schedules.dashboard' | translate) + ' *'"><select crmControl (change)="dashboard.set($any($event.target).value)" data-test="dashboard"><option value="" [selected]="!dashboard()">{{ 'alerts.choose' | translate }}</option>@for (one of dashboards(); track one.id) { <option [value]="one.id" [selected]="one.id === dashboard()">{{ nameOf(one) }}</option> }</select></crm-field>
        <crm-field [label]="('schedules.recipients' | translate) + ' *'" [hint]="'schedules.recipientsHint' | translate"><crm-reference-picker resource="users" [value]="null" (chosen)="add($event)" /></crm-field>
        @if (people().length) { <ul>@for (one of people(); track one.id) { <li><bdi>{{ one.name }}</bdi><button type="button" class="crm-icon-button crm-icon-button--small" (click)="drop(one)" [attr.aria-label]="'schedules.dropPerson' | translate: { name: one.name }"><crm-icon name="x" [size]="15" /></button></li> }</ul> }
        <div class="two">
          <crm-field [label]="'schedules.every' | translate"><select crmControl (change)="every.set($any($event.target).value)" data-test="every">@for (one of cadences; track one) { <option [value]="one" [selected]="one === every()">{{ 'schedules.cadences.' + one | translate }}</option> }</select></crm-field>
          @if (every() === 'week') { <crm-field [label]="'schedules.weekday' | translate"><select crmControl (change)="weekday.set(+$any($event.target).value)" data-test="weekday">@for (one of weekdays(); track one.value) { <option [value]="one.value" [selected]="one.value === weekday()">{{ one.label }}</option> }</select></crm-field> }
          @if (every() === 'month') { <crm-field [label]="'schedules.day' | translate" [hint]="'schedules.dayHint' | translate"><select crmControl (change)="day.set(+$any($event.target).value)">@for (one of days; track one) { <option [value]="one" [selected]="one === day()">{{ one }}</option> }</select></crm-field> }
          <crm-field [label]="'schedules.hour' | translate" [hint]="'schedules.hourHint' | translate: { zone }"><select crmControl (change)="hour.set(+$any($event.target).value)" data-test="hour">@for (one of hours(); track one.value) { <option [value]="one.value" [selected]="one.value === hour()">{{ one.label }}</option> }</select></crm-field>
          <crm-field [label]="'schedules.language' | translate"><select crmControl (change)="language.set($any($event.target).value)">@for (one of languages; track one) { <option [value]="one" [selected]="one === language()">{{ 'schedules.languages.' + one | translate }}</option> }</select></crm-field>
        </div>
        <fieldset><legend>{{ 'schedules.files' | translate }}</legend>
          @if (mayExport) { @for (one of kinds; track one) { <label class="line"><input type="checkbox" [checked]="files().includes(one)" (change)="turn(one, $any($event.target).checked)" [attr.data-test]="one" />{{ 'schedules.kinds.' + one | translate }}</label> } }
          <p class="hint">{{ (mayExport ? 'schedules.filesHint' : 'schedules.filesForbidden') | translate }}</p>
        </fieldset>
        <crm-field [label]="'schedules.name' | translate" name="name" [problem]="problem()"><input crmControl type="text" dir="auto" maxlength="100" autocomplete="off" [placeholder]="suggested()" [value]="name()" (input)="name.set($any($event.target).value)" /></crm-field>
      </div>
      <footer><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="saving()" data-test="save-schedule">{{ 'shared.save' | translate }}</button></footer>
    </form>
  `,
  styleUrl: '../../shared/alert/alert-form.component.scss',
  styles: `ul { display: flex; flex-wrap: wrap; gap: var(--crm-2); margin: 0; padding: 0; list-style: none; } li { display: inline-flex; align-items: center; gap: 2px; padding-inline-start: var(--crm-3); border: 1px solid var(--crm-border); border-radius: 999px; font-size: var(--crm-text-13); }`,
})
export class ScheduleFormComponent {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  protected readonly data = inject<Tagged<Schedule> | null>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<ScheduleFormComponent, Schedule>>(MatDialogRef);
  private readonly old = this.data?.body ?? null;
  private readonly me = this.session.me();

  protected readonly cadences = ['day', 'week', 'month'] as const;
  protected readonly languages = ['en', 'ar'] as const;
  protected readonly kinds = ['csv', 'xlsx'] as const;
  protected readonly days = DAYS;
  protected readonly zone = this.session.timeZone().replaceAll('_', ' ');
  protected readonly mayExport = this.session.can('schedules', 'export');
  private readonly known = resource({ loader: () => this.api.get<Page<Reference>>('dashboards') });
  protected readonly dashboards = computed(() => (this.known.hasValue() ? this.known.value().items : []));
  protected readonly dashboard = signal(this.old?.dashboard.id ?? '');
  protected readonly people = signal<readonly Reference[]>(this.old?.recipients ?? (this.me ? [{ id: this.me.id, name: this.me.name }] : []));
  protected readonly every = signal<Cadence['every']>(this.old?.cadence.every ?? 'week');
  protected readonly weekday = signal(this.old?.cadence.every === 'week' ? this.old.cadence.weekday : 1);
  protected readonly day = signal(this.old?.cadence.every === 'month' ? this.old.cadence.day : 1);
  protected readonly hour = signal(this.old?.cadence.hour ?? 7);
  protected readonly language = signal<'en' | 'ar'>(this.old?.locale ?? this.locale.language());
  protected readonly files = signal<readonly ('csv' | 'xlsx')[]>(this.old?.files ?? []);
  protected readonly name = signal(this.old?.name ?? '');
  protected readonly tried = signal(false);
  protected readonly saving = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly valid = computed(() => this.dashboard() !== '' && this.people().length > 0);
  protected readonly weekdays = computed(() => [1, 2, 3, 4, 5, 6, 7].map((value) => ({ value, label: weekdayName(value, this.locale.tag()) })));
  protected readonly hours = computed(() => HOURS.map((value) => ({ value, label: hourName(value, this.locale.tag()) })));
  protected readonly suggested = computed(() => { const one = this.dashboards().find(({ id }) => id === this.dashboard()); return one ? this.nameOf(one) : ''; });

  protected nameOf({ name, name_ar: arabic }: Reference): string {
    return (this.locale.language() === 'ar' && arabic) || name;
  }

  protected add(person: Reference | null): void {
    if (person && !this.people().some(({ id }) => id === person.id)) this.people.update((people) => [...people, person]);
  }

  protected drop(person: Reference): void {
    this.people.update((people) => people.filter(({ id }) => id !== person.id));
  }

  protected turn(kind: 'csv' | 'xlsx', on: boolean): void {
    this.files.update((files) => (on ? [...files, kind] : files.filter((one) => one !== kind)));
  }

  protected async save(): Promise<void> {
    this.tried.set(true);
    if (!this.valid() || this.saving()) return;
    const hour = this.hour();
    const cadence: Cadence = this.every() === 'week' ? { every: 'week', weekday: this.weekday(), hour } : this.every() === 'month' ? { every: 'month', day: this.day(), hour } : { every: 'day', hour };
    const body = { name: this.name().trim() || this.suggested() || this.dashboard(), dashboard_id: this.dashboard(), recipient_ids: this.people().map(({ id }) => id), cadence, locale: this.language(), files: this.files() };
    this.saving.set(true);
    this.problem.set(null);
    try {
      this.dialog.close(await (this.data ? this.api.patch<Schedule>(`schedules/${this.data.body.id}`, body, this.data.tag) : this.api.post<Schedule>('schedules', body)));
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.saving.set(false);
    }
  }
}
