import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, output, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { DayRange, isDay, Period, PeriodKey, periodKeys, periodOf, todayIn } from '@core/analytics/period';
import { fiscalLabel } from '@core/format/fiscal';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { IconComponent } from '@shared/icon/icon.component';

/** What was chosen. */
export interface PeriodChoice {
  readonly key: PeriodKey;
  readonly custom: DayRange | null;
}

/** Chooses the period of the dashboard; the custom one opens two dates. */
@Component({
  selector: 'crm-period-picker',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <label class="pick"><crm-icon name="calendar" [size]="16" /><span class="crm-visually-hidden">{{ 'home.period' | translate }}</span>
      <select class="crm-input" [value]="shown()" (change)="choose($any($event.target).value)">@for (key of keys(); track key) { <option [value]="key" [selected]="key === shown()">{{ 'home.periods.' + key | translate: { name: nameOf(key) } }}</option> }</select>
    </label>
    @if (shown() === 'custom') {
      <form (submit)="apply($event)">
        <input class="crm-input" type="date" [attr.aria-label]="'home.from' | translate" [value]="from()" (input)="from.set($any($event.target).value)" />
        <span aria-hidden="true">–</span>
        <input class="crm-input" type="date" [attr.aria-label]="'home.to' | translate" [value]="to()" (input)="to.set($any($event.target).value)" [attr.aria-invalid]="wrong()" />
        <button type="submit" class="crm-button" [attr.aria-disabled]="!ready()">{{ 'shared.apply' | translate }}</button>
        @if (wrong()) { <span class="wrong" role="alert">{{ 'home.customWrong' | translate }}</span> }
      </form>
    }
  `,
  styles: `
    :host { display: flex; flex-wrap: wrap; gap: var(--crm-2); align-items: center; } .pick { position: relative; } .pick crm-icon { position: absolute; inset-block: 0; inset-inline-start: 10px; color: var(--crm-text-3); pointer-events: none; } .pick .crm-input { padding-inline-start: 34px; inline-size: auto; font-weight: 500; min-inline-size: 160px; }
    form { display: flex; flex-wrap: wrap; gap: var(--crm-2); align-items: center; } form .crm-input { inline-size: 150px; } .wrong { color: var(--crm-lost); font-size: var(--crm-text-13); }
  `,
})
export class PeriodPickerComponent {
  /** The period shown now. */
  readonly period = input.required<Period | null>();
  /** Another one was chosen. */
  readonly chosen = output<PeriodChoice>();

  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  protected readonly keys = computed(() => periodKeys(this.session.fiscalStart()));
  /** Custom is shown before it is applied, because its dates come first. */
  private readonly opened = linkedSignal<Period | null, boolean>({ source: this.period, computation: () => false });
  protected readonly shown = computed<PeriodKey>(() => (this.opened() ? 'custom' : (this.period()?.key ?? 'last12Months')));
  protected readonly from = signal('');
  protected readonly to = signal('');
  protected readonly wrong = computed(() => isDay(this.from()) && isDay(this.to()) && this.from() > this.to());
  protected readonly ready = computed(() => isDay(this.from()) && isDay(this.to()) && !this.wrong());

  /** The fiscal period that it is now, by its name; empty for the others. */
  protected nameOf(key: PeriodKey): string {
    if (key !== 'thisFiscalQuarter' && key !== 'thisFiscalYear') return '';
    const start = this.session.fiscalStart();
    const day = periodOf(key, todayIn(this.session.timeZone()), null, start).range?.[0] ?? '';
    return fiscalLabel(day, key === 'thisFiscalYear' ? 'fiscal_year' : 'fiscal_quarter', start, this.locale.tag());
  }

  protected choose(key: PeriodKey): void {
    if (key !== 'custom') {
      this.opened.set(false);
      this.chosen.emit({ key, custom: null });
      return;
    }
    const range = this.period()?.range;
    this.from.set(range?.[0] ?? '');
    this.to.set(range?.[1] ?? '');
    this.opened.set(true);
  }

  protected apply(event: Event): void {
    event.preventDefault();
    if (this.ready()) this.chosen.emit({ key: 'custom', custom: [this.from(), this.to()] });
  }
}
