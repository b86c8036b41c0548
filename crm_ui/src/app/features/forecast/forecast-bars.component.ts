import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { MoneyPipe, PercentPipe } from '@shared/format/format.pipes';
import { Bar, barOf, scaleOf } from './forecast.calc';
import { Figures } from './forecast.model';

/** A line to draw. */
export interface BarLine {
  readonly key: string;
  readonly name: string;
  readonly figures: Figures;
}

/** What each line has and may get, stacked against its quota; every number is in the table too. */
@Component({
  selector: 'crm-forecast-bars',
  imports: [TranslatePipe, MoneyPipe, PercentPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul class="legend" aria-hidden="true">@for (name of names; track name) { <li><i [class]="name"></i>{{ 'forecast.money.' + name | translate }}</li> }<li><i class="mark"></i>{{ 'forecast.money.quota' | translate }}</li></ul>
    <ul class="lines">
      @for (line of drawn(); track line.key) {
        <li><span class="name crm-ellipsis" dir="auto" [title]="line.name">{{ line.name }}</span>
          <span class="bar" aria-hidden="true">@for (part of line.bar.parts; track part.name) { <i [class]="part.name" [style.inline-size.%]="part.share" [title]="('forecast.money.' + part.name | translate) + ': ' + (part.value | crmMoney: currency())"></i> }
            @if (line.bar.quota !== null) { <b [style.inset-inline-start.%]="line.bar.quota"></b> }</span>
          <span class="crm-number reached"><span class="crm-visually-hidden">{{ 'forecast.attainment' | translate }} </span>{{ line.figures.attainment | crmPercent: 0 }}</span></li>
      }
    </ul>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-3); } ul { display: grid; gap: 6px; } .legend { display: flex; flex-wrap: wrap; gap: 4px var(--crm-4); font-size: var(--crm-text-12); color: var(--crm-text-2); } .legend li { display: flex; align-items: center; gap: 6px; }
    .legend i { inline-size: 12px; block-size: 10px; border-radius: 2px; } .legend i.mark { inline-size: 3px; block-size: 14px; background: var(--crm-text); }
    .lines li { display: grid; grid-template-columns: minmax(90px, 180px) minmax(0, 1fr) 56px; gap: var(--crm-3); align-items: center; min-block-size: 26px; font-size: var(--crm-text-13); } .reached { text-align: end; }
    .bar { position: relative; display: flex; block-size: 16px; background: var(--crm-sunken); border-radius: 3px; } .bar i { block-size: 100%; } .bar b { position: absolute; inset-block: -3px; inline-size: 3px; margin-inline-start: -1px; background: var(--crm-text); border-radius: 1px; }
    @media (max-width: 720px) { .lines li { grid-template-columns: 96px minmax(0, 1fr) 44px; gap: var(--crm-2); } }
    .won { background: var(--crm-won); } .commit { background: var(--crm-chart-1); } .best_case { background: var(--crm-chart-5); } .pipeline { background: repeating-linear-gradient(135deg, var(--crm-chart-7) 0 3px, transparent 3px 6px); }
  `,
})
export class ForecastBarsComponent {
  /** The lines, the total first. */
  readonly lines = input.required<readonly BarLine[]>();
  /** The reporting currency. */
  readonly currency = input.required<string>();

  protected readonly names = ['won', 'commit', 'best_case', 'pipeline'] as const;
  protected readonly drawn = computed((): (BarLine & { readonly bar: Bar })[] => {
    const scale = scaleOf(this.lines().map(({ figures }) => figures));
    return this.lines().map((line) => ({ ...line, bar: barOf(line.figures, scale) }));
  });
}
