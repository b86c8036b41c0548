import { ChangeDetectionStrategy, Component, computed, inject, input, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { SessionService } from '@core/session/session.service';
import { Alert, AlertMeasureQuestion } from '@shared/alert/alert.model';
import { AlertOpener } from '@shared/alert/alert.opener';
import { AlertWords, MeaningMap } from '@shared/alert/alert.words';
import { ChipComponent, Tone } from '@shared/chip/chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { SwitchComponent } from '@shared/field/switch.component';
import { RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { RowWork } from '@shared/record/row.work';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';

const TONES: Readonly<Record<Alert['state'], Tone>> = { ok: 'won', firing: 'risk', unknown: 'stale' };

/** The person's alerts: what they watch, how they stand, and what can be done with them. */
@Component({
  selector: 'crm-alerts',
  imports: [RouterLink, TranslatePipe, ChipComponent, EmptyComponent, IconComponent, PageHeaderComponent, ProblemComponent, RelativePipe, SkeletonComponent, SwitchComponent],
  providers: [RowWork, AnalyticsClient],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'alerts.title' | translate" [subtitle]="'alerts.text' | translate">
        @if (opener.available()) { <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()" data-test="new-alert"><crm-icon name="plus" [size]="16" />{{ 'alerts.new' | translate }}</button> }
      </crm-page-header>
      @if (failure(); as problem) { <crm-problem [problem]="problem" (retry)="stored.reload()" /> }
      @else if (stored.hasValue()) {
        <ul>
          @for (one of items(); track one.id) {
            <li class="crm-card" [class.marked]="one.id === alert()" [class.paused]="!one.is_enabled">
              <div class="words">
                <p class="line"><strong><bdi>{{ one.name }}</bdi></strong><crm-chip [tone]="one.is_enabled ? tones[one.state] : 'stale'">{{ (one.is_enabled ? 'alerts.state.' + one.state : 'alerts.paused') | translate }}</crm-chip></p>
                @let subject = words.subject(one.question, one.found, meanings());
                <p><bdi>{{ subject.title }}</bdi>@if (one.found; as found) { · <a [routerLink]="['/reports', found.report.id]"><bdi>{{ words.report(found) }}</bdi></a> · {{ 'alerts.rows.' + rowsOf(one) | translate }} } · {{ words.condition(one.condition, subject.unit) }}@if (measured(one); as question) { @if (question.date && one.condition.kind !== 'anomaly') { · {{ 'alerts.periods.' + (question.period ?? 'all') | translate }} } }</p>
                @if (measured(one)?.filters; as filters) { <p class="crm-muted">@for (filter of filters; track $index) { <span class="filter"><bdi>{{ words.filter(filter, meanings()) }}</bdi></span> }</p> }
                @if (one.state === 'firing' && one.found?.rows?.length) { <p class="bad">@for (row of one.found?.rows?.slice(0, named); track $index) { <span class="filter"><bdi>{{ words.row(row, subject.unit) }}</bdi></span> }@if ((one.found?.count ?? 0) > named) { … }</p> }
                @if (one.expected; as range) { <p class="crm-muted">{{ 'alerts.usual' | translate: { low: words.number(range.low, subject.unit), high: words.number(range.high, subject.unit) } }}</p> }
                @if (one.problem) { <p class="bad">{{ words.problem(one.problem) }}</p> }
              </div>
              <div class="value"><bdi class="crm-number">{{ words.number(one.value, words.subject(one.question, one.found, meanings()).unit) }}</bdi><small class="crm-muted">@if (one.checked_at; as at) { {{ 'alerts.checked' | translate }} {{ at | crmRelative }} } @else { {{ 'alerts.neverChecked' | translate }} }</small></div>
              <div class="do">
                <crm-switch [on]="one.is_enabled" [busy]="busy() === one.id" [label]="('alerts.watch' | translate) + ': ' + one.name" (turned)="turn(one, $event)" />
                @if (one.query) { <button type="button" class="crm-icon-button" (click)="show(one)" [attr.aria-label]="('alerts.showNumber' | translate) + ': ' + one.name" [title]="'alerts.showNumber' | translate"><crm-icon name="chart-line" [size]="17" /></button> }
                <button type="button" class="crm-icon-button" (click)="check(one)" [attr.aria-label]="('alerts.checkNow' | translate) + ': ' + one.name" [title]="'alerts.checkNow' | translate"><crm-icon name="refresh" [size]="17" /></button>
                <button type="button" class="crm-icon-button" (click)="edit(one)" [attr.aria-label]="('alerts.edit' | translate) + ': ' + one.name" [title]="'alerts.edit' | translate" data-test="edit-alert"><crm-icon name="pencil" [size]="17" /></button>
                <button type="button" class="crm-icon-button" (click)="remove(one)" [attr.aria-label]="('alerts.delete' | translate) + ': ' + one.name" [title]="'alerts.delete' | translate" data-test="delete-alert"><crm-icon name="trash" [size]="17" /></button>
              </div>
            </li>
          } @empty { <li class="crm-card none"><crm-empty icon="bell" [title]="'alerts.none' | translate" [text]="'alerts.noneText' | translate">@if (opener.available()) { <button type="button" class="crm-button" (click)="create()">{{ 'alerts.new' | translate }}</button> }</crm-empty></li> }
        </ul>
      } @else { <crm-skeleton [height]="88" /><crm-skeleton [height]="88" /> }
    </div>
  `,
  styles: `
    ul { display: grid; gap: var(--crm-3); margin: 0; padding: 0; list-style: none; } li { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; gap: var(--crm-2) var(--crm-6); align-items: center; padding: var(--crm-3) var(--crm-4); font-size: var(--crm-text-13); } li.none { display: block; } li.marked { outline: 2px solid var(--crm-focus); outline-offset: -1px; }
    .words { display: grid; gap: 2px; min-inline-size: 0; } .line { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2); font-size: var(--crm-text-14); } strong { font-weight: 600; overflow-wrap: anywhere; } .filter + .filter::before { content: ' · '; } .bad { color: var(--crm-risk); }
    .value { display: grid; justify-items: end; } .value bdi { font-size: var(--crm-text-20); font-weight: 600; } .paused .value bdi { color: var(--crm-text-3); } .do { display: flex; align-items: center; gap: 2px; } crm-switch { margin-inline-end: var(--crm-2); }
    @media (max-width: 720px) { li { grid-template-columns: minmax(0, 1fr) auto; } .do { grid-column: 1 / -1; justify-content: space-between; border-block-start: 1px solid var(--crm-border); padding-block-start: var(--crm-2); } }
  `,
})
export class AlertsComponent {
  private readonly work = inject(RowWork);
  private readonly api = inject(ApiClient);
  private readonly analytics = inject(AnalyticsClient);
  private readonly confirm = inject(ConfirmService);
  private readonly numbers = inject(NumberPanelService);
  private readonly session = inject(SessionService);
  protected readonly opener = inject(AlertOpener);
  protected readonly words = inject(AlertWords);
  /** The alert that a link means, from the address. */
  readonly alert = input<string>();
  protected readonly tones = TONES;
  /** Rows that are named in the list; the report has all. */
  protected readonly named = 6;
  protected readonly busy = this.work.busy;
  protected readonly meanings = signal<MeaningMap>(new Map());
  protected readonly stored = resource({ loader: () => this.api.get<Page<Alert>>('alerts') });
  protected readonly items = computed(() => (this.stored.hasValue() ? this.stored.value().items : []));
  protected readonly failure = computed(() => (this.stored.error() ? toProblem(this.stored.error()?.cause ?? this.stored.error()) : null));

  constructor() {
    if (this.session.feature('crm_feature_analytics')) this.analytics.members().then((members) => this.meanings.set(members), () => undefined);
  }

  protected measured({ question }: Alert): AlertMeasureQuestion | null {
    return 'measure' in question ? question : null;
  }

  protected rowsOf({ question }: Alert): 'total' | 'any' {
    return 'rows' in question ? question.rows : 'total';
  }

  protected async create(): Promise<void> {
    if (await this.opener.open({ alert: null, seed: {} })) this.stored.reload();
  }

  protected edit(one: Alert): Promise<void> {
    return this.act(one, async () => { await this.opener.open({ alert: await this.api.tagged<Alert>(`alerts/${one.id}`), seed: {} }); });
  }

  protected turn(one: Alert, on: boolean): Promise<void> {
    return this.act(one, async () => { await this.api.patch(`alerts/${one.id}`, { is_enabled: on }); });
  }

  protected check(one: Alert): Promise<void> {
    return this.act(one, async () => { await this.api.post(`alerts/${one.id}/check`, {}); });
  }

  protected show(one: Alert): void {
    const question = this.measured(one);
    if (question && one.query) void this.numbers.open({ query: one.query, measure: question.measure, title: this.words.title(question.measure, this.meanings()) });
  }

  protected async remove(one: Alert): Promise<void> {
    const agreed = await this.confirm.ask({ title: this.words.text('alerts.deleteTitle', { name: one.name }), text: this.words.text('alerts.deleteText'), action: this.words.text('alerts.delete'), danger: true });
    if (agreed) await this.act(one, () => this.api.remove(`alerts/${one.id}`));
  }

  private act(one: Alert, work: () => Promise<void>): Promise<void> {
    return this.work.run(one.id, work, () => this.stored.reload());
  }
}
