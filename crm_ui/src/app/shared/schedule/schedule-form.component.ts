import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page, Reference } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ReferencePickerComponent } from '@shared/record/reference-picker.component';
import { ProblemComponent } from '@shared/states/states.component';
import { Cadence, hourName, Schedule, SCHEDULE_FILES, SCHEDULE_LANGUAGES, ScheduleFile, ScheduleLanguage, weekdayName } from './schedule.model';
import { ScheduleFormData } from './schedule.opener';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = Array.from({ length: 31 }, (_, index) => index + 1);

/** The form of a dashboard or a report by e-mail in a panel: what, to whom, when, in which language and with which files. */
@Component({
  selector: 'crm-schedule-form',
  imports: [TranslatePipe, ControlDirective, FieldComponent, IconComponent, ProblemComponent, ReferencePickerComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form novalidate (submit)="$event.preventDefault(); save()">
      <header><h2 id="crm-schedule-form-title" tabindex="-1">{{ (data.schedule ? 'schedules.edit' : 'schedules.new') | translate }}</h2><button type="button" class="crm-icon-button" (click)="dialog.close()" [attr.aria-label]="'shared.close' | translate"><crm-icon name="x" /></button></header>
      <div class="fields">
        @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
        @if (tried() && !valid()) { <p class="error" role="alert">{{ 'schedules.missing' | translate }}</p> }
        <crm-field [label]="('schedules.source' | translate) + ' *'" [hint]="isReport() ? ('schedules.reportHint' | translate) : ''"><select crmControl (change)="source.set($any($event.target).value)" data-test="source"><option value="" [selected]="!source()">{{ 'alerts.choose' | translate }}</option>
          @for (group of sources(); track group.kind) { <optgroup [label]="'schedules.' + group.kind + 's' | translate">@for (one of group.items; track one.id) { <option [value]="group.kind + ':' + one.id" [selected]="group.kind + ':' + one.id === source()">{{ nameOf(one) }}</option> }</optgroup> }</select></crm-field>
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
          @if (mayExport()) { @for (one of kinds(); track one) { <label class="line"><input type="checkbox" [checked]="files().includes(one)" (change)="turn(one, $any($event.target).checked)" [attr.data-test]="one" />{{ (isReport() ? 'schedules.reportKinds.' : 'schedules.kinds.') + one | translate }}</label> } }
          <p class="hint">{{ (!mayExport() ? 'schedules.filesForbidden' : isReport() ? 'schedules.reportFilesHint' : 'schedules.filesHint') | translate }}</p>
        </fieldset>
        <crm-field [label]="'schedules.name' | translate" name="name" [problem]="problem()"><input crmControl type="text" dir="auto" maxlength="100" autocomplete="off" [placeholder]="suggested()" [value]="name()" (input)="name.set($any($event.target).value)" /></crm-field>
      </div>
      <footer><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="saving()" data-test="save-schedule">{{ 'shared.save' | translate }}</button></footer>
    </form>
  `,
  styleUrl: '../alert/alert-form.component.scss',
  styles: `ul { display: flex; flex-wrap: wrap; gap: var(--crm-2); margin: 0; padding: 0; list-style: none; } li { display: inline-flex; align-items: center; gap: 2px; padding-inline-start: var(--crm-3); border: 1px solid var(--crm-border); border-radius: 999px; font-size: var(--crm-text-13); }`,
})
export class ScheduleFormComponent {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  protected readonly data = inject<ScheduleFormData>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<ScheduleFormComponent, Schedule>>(MatDialogRef);
  private readonly old = this.data.schedule?.body ?? null;
  private readonly me = this.session.me();

  protected readonly cadences = ['day', 'week', 'month'] as const;
  protected readonly languages = SCHEDULE_LANGUAGES;
  protected readonly days = DAYS;
  protected readonly zone = this.session.timeZone().replaceAll('_', ' ');
  protected readonly source = signal(sourceOf(this.old ?? { dashboard: null, report: this.data.report }));
  protected readonly isReport = computed(() => this.source().startsWith('report:'));
  protected readonly mayExport = computed(() => this.session.can('schedules', 'export') && (!this.isReport() || this.session.can('reports', 'export')));
  protected readonly kinds = computed(() => SCHEDULE_FILES.filter((kind) => kind !== 'pdf' || this.isReport()));
  private readonly known = resource({ loader: () => Promise.all([this.list('dashboards', 'crm_feature_dashboards'), this.list('reports', 'crm_feature_reports')]) });
  /** What can be sent; what is chosen stays, also where the list does not reach it. */
  protected readonly sources = computed(() => {
    const [dashboards, reports] = this.known.hasValue() ? this.known.value() : [[], []];
    const whole = (items: readonly Reference[], one: Reference | null | undefined): readonly Reference[] => (one && !items.some(({ id }) => id === one.id) ? [one, ...items] : items);
    return ([['dashboard', whole(dashboards, this.old?.dashboard)], ['report', whole(reports, this.old?.report ?? this.data.report)]] as const).map(([kind, items]) => ({ kind, items })).filter(({ items }) => items.length > 0);
  });
  protected readonly people = signal<readonly Reference[]>(this.old?.recipients ?? (this.me ? [{ id: this.me.id, name: this.me.name }] : []));
  protected readonly every = signal<Cadence['every']>(this.old?.cadence.every ?? 'week');
  protected readonly weekday = signal(this.old?.cadence.every === 'week' ? this.old.cadence.weekday : 1);
  protected readonly day = signal(this.old?.cadence.every === 'month' ? this.old.cadence.day : 1);
  protected readonly hour = signal(this.old?.cadence.hour ?? 7);
  protected readonly language = signal<ScheduleLanguage>(this.old?.locale ?? 'own');
  protected readonly files = signal<readonly ScheduleFile[]>(this.old?.files ?? []);
  protected readonly name = signal(this.old?.name ?? '');
  protected readonly tried = signal(false);
  protected readonly saving = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly valid = computed(() => this.source() !== '' && this.people().length > 0);
  protected readonly weekdays = computed(() => [1, 2, 3, 4, 5, 6, 7].map((value) => ({ value, label: weekdayName(value, this.locale.tag()) })));
  protected readonly hours = computed(() => HOURS.map((value) => ({ value, label: hourName(value, this.locale.tag()) })));
  protected readonly suggested = computed(() => { const one = this.sources().flatMap(({ kind, items }) => items.map((item) => ({ ...item, key: `${kind}:${item.id}` }))).find(({ key }) => key === this.source()); return one ? this.nameOf(one) : ''; });

  protected nameOf({ name, name_ar: arabic }: Reference): string {
    return (this.locale.language() === 'ar' && arabic) || name;
  }

  protected add(person: Reference | null): void {
    if (person && !this.people().some(({ id }) => id === person.id)) this.people.update((people) => [...people, person]);
  }

  protected drop(person: Reference): void {
    this.people.update((people) => people.filter(({ id }) => id !== person.id));
  }

  protected turn(kind: ScheduleFile, on: boolean): void {
    this.files.update((files) => (on ? [...files, kind] : files.filter((one) => one !== kind)));
  }

  protected async save(): Promise<void> {
    this.tried.set(true);
    if (!this.valid() || this.saving()) return;
    const hour = this.hour();
    const cadence: Cadence = this.every() === 'week' ? { every: 'week', weekday: this.weekday(), hour } : this.every() === 'month' ? { every: 'month', day: this.day(), hour } : { every: 'day', hour };
    const [kind = '', id = ''] = this.source().split(':');
    const files = this.files().filter((file) => this.mayExport() && this.kinds().includes(file));
    const body = { name: this.name().trim() || this.suggested() || id, [`${kind}_id`]: id, recipient_ids: this.people().map(({ id }) => id), cadence, locale: this.language(), files };
    this.saving.set(true);
    this.problem.set(null);
    try {
      this.dialog.close(await (this.data.schedule ? this.api.patch<Schedule>(`schedules/${this.data.schedule.body.id}`, body, this.data.schedule.tag) : this.api.post<Schedule>('schedules', body)));
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.saving.set(false);
    }
  }

  private async list(what: string, feature: string): Promise<readonly Reference[]> {
    if (!this.session.feature(feature) || !this.session.can(what, 'read')) return [];
    return (await this.api.get<Page<Reference>>(what === 'reports' ? 'reports?limit=100' : what)).items;
  }
}

const sourceOf = ({ dashboard, report }: Pick<Schedule, 'dashboard' | 'report'>): string => (report ? `report:${report.id}` : dashboard ? `dashboard:${dashboard.id}` : '');
