import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal, resource, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { fiscalStart, todayIn } from '@core/analytics/period';
import { ApiClient, Tagged } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { fiscalLabel } from '@core/format/fiscal';
import { formatDate } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminWords } from '../admin.words';
import { MarginComponent } from './margin.component';

/** The tenant's calendar as the API has it. */
interface Calendar {
  readonly time_zone: string;
  readonly fiscal_year_start_month: number;
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);

/** The time zone of figures and the beginning of the fiscal year, with what they mean today. */
@Component({
  selector: 'crm-calendar',
  imports: [TranslatePipe, ControlDirective, FieldComponent, MarginComponent, PageHeaderComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.calendar.title' | translate" [subtitle]="'admin.calendar.text' | translate" />
      @if (failure(); as problem) { <crm-problem [problem]="problem" (retry)="stored.reload()" /> }
      @else if (stored.hasValue()) {
        <form class="crm-card" (submit)="save($event)">
          <crm-field [label]="'admin.calendar.zone' | translate" [hint]="'admin.calendar.zoneHint' | translate: { time: clock() }" name="time_zone" [problem]="refused()">
            <select crmControl data-test="zone" (change)="zone.set($any($event.target).value)">@for (one of zones(); track one) { <option [value]="one" [selected]="one === zone()">{{ one.replaceAll('_', ' ') }}</option> }</select>
          </crm-field>
          <crm-field [label]="'admin.calendar.month' | translate" [hint]="example()" name="fiscal_year_start_month" [problem]="refused()">
            <select crmControl data-test="month" (change)="month.set(+$any($event.target).value)">@for (one of months(); track one.value) { <option [value]="one.value" [selected]="one.value === month()">{{ one.label }}</option> }</select>
          </crm-field>
          <p class="crm-muted">{{ 'admin.calendar.note' | translate }}</p>
          <div class="do"><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="!changed() || saving()">{{ 'shared.save' | translate }}</button></div>
        </form>
      } @else { <crm-skeleton [height]="240" /> }
      <crm-margin />
    </div>
  `,
  styles: `form { display: grid; gap: var(--crm-4); padding: var(--crm-4); max-inline-size: 560px; } p { font-size: var(--crm-text-13); } .do { display: flex; justify-content: flex-end; }`,
})
export class CalendarComponent {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly words = inject(AdminWords);

  protected readonly stored = resource<Tagged<Calendar>, undefined>({ loader: () => this.api.tagged<Calendar>('settings/calendar') });
  protected readonly failure = computed(() => (this.stored.error() ? toProblem(this.stored.error()?.cause ?? this.stored.error()) : null));
  protected readonly refused = signal<Problem | null>(null);
  protected readonly saving = signal(false);
  private readonly body = computed<Calendar>(() => (this.stored.hasValue() ? this.stored.value().body : { time_zone: 'UTC', fiscal_year_start_month: 1 }));
  protected readonly zone = linkedSignal(() => this.body().time_zone);
  protected readonly month = linkedSignal(() => this.body().fiscal_year_start_month);
  protected readonly changed = computed(() => this.zone() !== this.body().time_zone || this.month() !== this.body().fiscal_year_start_month);
  protected readonly zones = computed(() => [...new Set(['UTC', this.body().time_zone, ...Intl.supportedValuesOf('timeZone')])]);
  protected readonly months = computed(() => MONTHS.map((value) => ({ value, label: new Intl.DateTimeFormat(this.locale.tag(), { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, value - 1, 1)) })));
  protected readonly clock = computed(() => new Intl.DateTimeFormat(this.locale.tag(), { timeZone: this.zone(), weekday: 'long', hour: '2-digit', minute: '2-digit' }).format(new Date()));
  protected readonly example = computed(() => {
    if (this.month() === 1) return this.words.text('admin.calendar.sameYear');
    const start = fiscalStart(todayIn(this.zone()).toISOString().slice(0, 10), 3, this.month());
    return this.words.text('admin.calendar.example', { quarter: fiscalLabel(start, 'fiscal_quarter', this.month(), this.locale.tag()), date: formatDate(start, this.locale.tag()) });
  });

  /** Sends what was changed, unless someone else changed it meanwhile; every screen follows. */
  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.changed() || this.saving() || !this.stored.hasValue()) return;
    const { body, tag } = this.stored.value();
    const change = { ...(this.zone() === body.time_zone ? {} : { time_zone: this.zone() }), ...(this.month() === body.fiscal_year_start_month ? {} : { fiscal_year_start_month: this.month() }) };
    this.saving.set(true);
    this.refused.set(null);
    try {
      await this.api.patch<Calendar>('settings/calendar', change, tag);
      await this.session.load();
      this.notice.say(this.words.text('admin.calendar.saved'));
      this.stored.reload();
    } catch (error) {
      this.refused.set(toProblem(error));
      this.notice.fail(error);
    } finally {
      this.saving.set(false);
    }
  }
}
