import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { formatMoney, formatNumber, formatPercent } from '@core/format/format';
import { knownValue } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { GaugeComponent } from '@shared/chip/gauge.component';
import { PercentPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { DealScore, ScoreReason } from '@shared/record/record.model';
import { LookupService } from '@shared/record/lookup.service';
import { absence, reasonGroups, styleOf, WeighedReason } from './score.reasons';

const FEW = 3;
const ALL = 5;

/** A deal's chance with the reasons for and against it, or why there is none. */
@Component({
  selector: 'crm-win-score',
  imports: [TranslatePipe, GaugeComponent, IconComponent, PercentPipe, RelativePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2>{{ 'deals.winProbability' | translate }}</h2>
    @if (missing(); as why) {
      <p class="why"><crm-icon name="info" [size]="16" /><span>{{ 'deals.score.' + why | translate }}</span></p>
      @if (why === 'insufficient_data' && message(); as text) { <p class="crm-muted small"><bdi>{{ text }}</bdi></p> }
    } @else if (score(); as known) {
      <div class="head"><crm-gauge [value]="known.probability" [label]="'deals.winProbability' | translate" />
        <div><p class="crm-muted small">{{ 'deals.score.base' | translate: { share: (known.base_probability | crmPercent: 0) } }}</p>
          @if (known.scored_at) { <p class="crm-muted small">{{ 'deals.score.scored' | translate: { when: (known.scored_at | crmRelative) } }}</p> }</div></div>
      @for (side of sides(); track side.key) {
        @if (side.rows.length) {
          <section [attr.data-side]="side.key"><h3><crm-icon [name]="side.key === 'up' ? 'arrow-up' : 'arrow-down'" [size]="14" />{{ 'deals.score.' + side.key | translate }}</h3>
            <ul>@for (row of side.rows; track row.reason.feature) { <li><span class="text">{{ label(row.reason) }}@if (valueOf(row.reason); as value) { <span class="crm-muted"> · <bdi>{{ value }}</bdi></span> }</span><span class="bar" aria-hidden="true"><span [style.inline-size.%]="row.weight * 100"></span></span></li> }</ul></section>
        }
      }
      @for (note of groups().notes; track note.feature) { <p class="why small"><crm-icon name="info" [size]="15" /><span>{{ label(note) }}</span></p> }
      @if (more()) { <button type="button" class="crm-button crm-button--ghost crm-button--small" [attr.aria-expanded]="open()" (click)="open.set(!open())">{{ (open() ? 'deals.score.fewer' : 'deals.score.more') | translate }}</button> }
    }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-3); padding: var(--crm-4); } .head { display: flex; align-items: center; gap: var(--crm-4); } .head crm-gauge { flex: none; } .small { font-size: var(--crm-text-12); } .head p + p { margin-block-start: 2px; }
    h3 { display: flex; align-items: center; gap: 6px; font-size: var(--crm-text-13); margin-block-end: 4px; } [data-side='up'] { --tone: var(--crm-won); } [data-side='down'] { --tone: var(--crm-risk); } h3 crm-icon { color: var(--tone); }
    li { display: grid; grid-template-columns: minmax(0, 1fr) 56px; align-items: center; gap: var(--crm-3); padding-block: 3px; font-size: var(--crm-text-13); } .text { overflow-wrap: anywhere; }
    .bar { block-size: 6px; border-radius: 3px; background: var(--crm-sunken); overflow: hidden; } .bar span { display: block; block-size: 100%; border-radius: 3px; background: var(--tone); min-inline-size: 2px; }
    .why { display: flex; gap: var(--crm-2); color: var(--crm-text-2); } .why crm-icon { color: var(--crm-info); margin-block-start: 1px; } button { justify-self: start; margin-inline-start: calc(-1 * var(--crm-2)); }
  `,
})
export class WinScoreComponent {
  private readonly translate = inject(TranslateService);
  private readonly locale = inject(LocaleService);
  private readonly lookup = inject(LookupService);
  /** The score, as the deal brings it. */
  readonly score = input.required<DealScore | null | undefined>();
  /** The deal's status. */
  readonly status = input.required<string>();
  /** The deal's currency. */
  readonly currency = input.required<string>();

  protected readonly open = signal(false);
  protected readonly missing = computed(() => absence(this.score(), this.status()));
  protected readonly groups = computed(() => reasonGroups(this.score()?.reasons ?? [], this.open() ? ALL : FEW));
  protected readonly sides = computed((): { key: 'up' | 'down'; rows: readonly WeighedReason[] }[] => [{ key: 'up', rows: this.groups().up }, { key: 'down', rows: this.groups().down }]);
  protected readonly more = computed(() => {
    const all = reasonGroups(this.score()?.reasons ?? [], ALL);
    return all.up.length > FEW || all.down.length > FEW;
  });
  /** The server's sentence is in English; readers of Arabic have the state's own words above. */
  protected readonly message = computed(() => (this.locale.language() === 'en' ? this.score()?.model.message ?? null : null));

  protected label(reason: ScoreReason): string {
    return this.locale.language() === 'ar' ? reason.label_ar : reason.label_en;
  }

  protected valueOf(reason: ScoreReason): string | null {
    const { value, feature } = reason;
    if (value === null || feature === 'owner_id') return null;
    const tag = this.locale.tag();
    const text = (key: string): string => String(this.translate.instant(key));
    switch (styleOf(reason)) {
      case 'share': return formatPercent(value, tag, 0);
      case 'money': return formatMoney(value, this.currency(), tag, 'whole');
      case 'number': return formatNumber(value, tag, 1);
      case 'words': {
        const word = String(value);
        if (word === 'yes' || word === 'no') return text(`record.${word}`);
        if (feature === 'account_size') return text(`record.size.${word}`) === `record.size.${word}` ? word : text(`record.size.${word}`);
        if (feature === 'account_industry') return knownValue('industry', word, text);
        if (feature.endsWith('region')) return knownValue('region', word, text);
        if (feature === 'source') return knownValue('source', word, text);
        if (feature === 'owner') return this.lookup.people().filter(({ name }) => name === word).map(({ id, name }) => this.lookup.named({ id, name })?.name)[0] ?? word;
        if (feature === 'product') return this.lookup.products().filter(({ name }) => name === word).map(({ id, name }) => this.lookup.named({ id, name })?.name)[0] ?? word;
        if (feature === 'stage') return this.lookup.pipelines().flatMap(({ stages }) => stages).filter(({ name }) => name === word).map((stage) => this.lookup.stageName(stage))[0] ?? word;
        return word;
      }
    }
  }
}
