import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { Change } from '@core/analytics/change';
import { Proof } from '@core/analytics/cube.transport';
import { formatDays, formatNumber, formatPercent } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SparklineComponent } from '../chart/sparkline.component';
import { IconComponent } from '../icon/icon.component';
import { KpiCheckComponent } from './kpi-check.component';
import { scriptOf } from './number.model';
import { NumberPanelService } from './number-panel.service';
import { ProofBadgeComponent } from './proof-badge.component';

/** One KPI: its number, the change against the comparison period, a small trend, how fresh it is and what it means. */
@Component({
  selector: 'crm-kpi-tile',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, IconComponent, KpiCheckComponent, ProofBadgeComponent, SparklineComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[class.aimed]': 'target() !== null' },
  template: `
    <header><h3 class="crm-ellipsis" [title]="title()">{{ title() }}</h3>
      <button type="button" class="crm-icon-button crm-icon-button--small" [matMenuTriggerFor]="menu" (menuOpened)="explained.set(true)" (menuClosed)="explained.set(false)" [attr.aria-label]="'chart.menu' | translate: { name: title() }"><crm-icon name="ellipsis" [size]="16" /></button>
    </header>
    <mat-menu #menu xPosition="before">
      <div class="meaning"><strong>{{ title() }}</strong><p>{{ description() }}</p>@if (formula()) { <p class="formula"><span>{{ 'home.formula' | translate }}</span><bdi [attr.lang]="script().lang" [attr.dir]="script().dir">{{ formula() }}</bdi></p> }@if (explained() && member()) { <crm-kpi-check [member]="member()" /> }@if (traceId()) { <p class="trace"><span>{{ 'home.trace' | translate }}</span><bdi>{{ traceId() }}</bdi></p> }</div>
      @if (question(); as asked) { <button mat-menu-item (click)="panel.open({ query: asked, measure: member() || undefined, title: title() })"><span class="row"><crm-icon name="circle-help" [size]="16" />{{ 'number.explain' | translate }}</span></button> }
      @if (drillable()) { <button mat-menu-item (click)="drill.emit()"><span class="row"><crm-icon name="table" [size]="16" />{{ 'chart.rows' | translate }}</span></button> }
    </mat-menu>
    @if (loading()) { <span class="crm-skeleton value-skeleton"></span><span class="crm-skeleton line-skeleton"></span> }
    @else {
      @if (drillable()) { <button type="button" class="value" (click)="drill.emit()" [title]="full()"><bdi class="crm-number">{{ value() }}</bdi>@if (unit()) { <small>{{ unit() }}</small> }<span class="crm-visually-hidden">{{ title() }}. {{ 'chart.rows' | translate }}</span></button> }
      @else { <p class="value" [title]="full()"><bdi class="crm-number">{{ value() }}</bdi>@if (unit()) { <small>{{ unit() }}</small> }</p> }
      <p class="change" [attr.data-meaning]="change()?.meaning ?? 'none'">
        @if (change(); as change) {
          <span class="delta"><crm-icon [name]="arrow()" [size]="14" /><bdi class="crm-number">{{ delta() }}</bdi><span class="crm-visually-hidden">({{ 'home.' + change.meaning | translate }})</span></span><span class="versus crm-ellipsis" [title]="versusTitle()">{{ versus() }}</span>
        } @else { <span class="versus crm-ellipsis">{{ note() }}</span> }
      </p>
    }
    @if (target(); as target) { <div class="target" [class.reached]="target.reached"><span class="track" aria-hidden="true"><span class="bar" [style.inline-size.%]="target.share * 100"></span></span><p>@if (target.reached) { <crm-icon name="check" [size]="13" /> }<bdi>{{ target.text }}</bdi></p></div> }
    @if (trend().length > 1) { <crm-sparkline [values]="trend()" /> } @else { <p class="about">{{ loading() ? '' : description() }}</p> }
    <footer><p [title]="freshTitle()"><span class="dot" [class.stale]="stale()"></span>{{ fresh() }}</p>@if (proof(); as proof) { <crm-proof-badge [proof]="proof" /> }</footer>
  `,
  styleUrl: './kpi-tile.component.scss',
})
export class KpiTileComponent {
  private readonly locale = inject(LocaleService);
  protected readonly panel = inject(NumberPanelService);
  /** The KPI's name, from the semantic layer. */
  readonly title = input.required<string>();
  /** The number, formatted. */
  readonly value = input.required<string>();
  /** The exact number, for the tooltip and screen readers. */
  readonly full = input('');
  /** A unit behind the number, such as "per day". */
  readonly unit = input('');
  /** The difference; null where there is nothing to compare with. */
  readonly change = input<Change | null>(null);
  /** What it is compared with, such as "vs last quarter". */
  readonly versus = input('');
  /** The earlier number, for the tooltip. */
  readonly versusTitle = input('');
  /** Stands where the change would. */
  readonly note = input('');
  /** The trend, in order of time. */
  readonly trend = input<readonly (number | null)[]>([]);
  /** "Fresh as of …". */
  readonly fresh = input('');
  /** The exact watermark. */
  readonly freshTitle = input('');
  /** True when the stream is behind. */
  readonly stale = input(false);
  /** Whether the number equals the ledger; nothing is said without it. */
  readonly proof = input<Proof | null>(null);
  /** The KPI as the semantic layer names it; with it the explanation says when it was last recomputed from the ledger. */
  readonly member = input('');
  /** Cube's query whose answer has the number; with it the menu offers to explain the number down to its records. */
  readonly question = input<Record<string, unknown> | null>(null);
  /** The trace of the question behind the number; nothing is said without it. */
  readonly traceId = input('');
  /** What is to be reached: words, and the share of it as 0–1. */
  readonly target = input<{ readonly text: string; readonly share: number; readonly reached: boolean } | null>(null);
  /** Definition in words. */
  readonly description = input('');
  /** Definition in symbols. */
  readonly formula = input('');
  /** True while the first number loads. */
  readonly loading = input(false);
  /** Offers the rows behind the number. */
  readonly drillable = input(true);
  /** The reader wants the rows. */
  readonly drill = output();

  protected readonly explained = signal(false);
  protected readonly script = computed(() => scriptOf(this.formula()));
  protected readonly arrow = computed(() => {
    const direction = this.change()?.direction;
    return direction === 'up' ? 'arrow-up-right' : direction === 'down' ? 'arrow-down-right' : 'minus';
  });
  protected readonly delta = computed(() => {
    const change = this.change();
    if (change === null) return '';
    const tag = this.locale.tag();
    const size = Math.abs(change.amount);
    if (change.kind === 'relative') return formatPercent(size, tag, size < 0.1 ? 1 : 0);
    if (change.kind === 'points') return `${formatNumber(size * 100, tag, 1)} ${this.locale.language() === 'ar' ? 'نقطة' : 'pp'}`;
    return formatDays(size, tag, size < 10 ? 1 : 0);
  });
}
