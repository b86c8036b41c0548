import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { MoneyPipe } from '@shared/format/format.pipes';
import { layDistribution } from './distribution.layout';
import { Simulation } from './simulation.model';

/** The draws as a histogram with the band from P10 to P90 and the quota; laid out by logical properties, so that right-to-left mirrors it. Its numbers stand beside it as text. */
@Component({
  selector: 'crm-distribution',
  imports: [TranslatePipe, MoneyPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <figure role="img" [attr.aria-label]="label()">
      <div class="plot" aria-hidden="true">
        <span class="band" [style.inset-inline-start.%]="drawn().p10" [style.inline-size.%]="drawn().p90 - drawn().p10"></span>
        @for (bar of drawn().bars; track $index) { <i [class.inside]="bar.inside" [style.inset-inline-start.%]="bar.at" [style.inline-size.%]="bar.width" [style.block-size.%]="bar.height" [title]="(bar.from | crmMoney: simulation().currency : 'whole') + ' – ' + (bar.to | crmMoney: simulation().currency : 'whole')"></i> }
        <b class="middle" [style.inset-inline-start.%]="drawn().p50"></b>
        @if (drawn().quota; as at) { <b class="quota" [style.inset-inline-start.%]="at"><span [class.end]="at > 70">{{ 'forecast.money.quota' | translate }}</span></b> }
      </div>
      <figcaption class="crm-number" aria-hidden="true"><bdi>{{ drawn().from | crmMoney: simulation().currency : 'compact' }}</bdi><bdi>{{ drawn().to | crmMoney: simulation().currency : 'compact' }}</bdi></figcaption>
    </figure>
  `,
  styles: `
    figure { margin: 0; } .plot { position: relative; block-size: 150px; border-block-end: 1px solid var(--crm-border); } .plot > * { position: absolute; inset-block-end: 0; }
    .band { inset-block-start: 0; background: var(--crm-accent-soft); } i { background: var(--crm-chart-7); opacity: 0.55; border-inline-end: 1px solid var(--crm-surface); border-radius: 2px 2px 0 0; } i.inside { background: var(--crm-chart-1); opacity: 1; }
    b { inset-block-start: 0; inline-size: 2px; margin-inline-start: -1px; } .middle { background: var(--crm-text); } .quota { border-inline-start: 2px dashed var(--crm-chart-2); inline-size: 0; }
    .quota span { position: absolute; inset-block-start: 0; inset-inline-start: 5px; font-size: var(--crm-text-12); font-weight: 500; color: var(--crm-text); background: var(--crm-surface); padding-inline: 3px; border-radius: 3px; } .quota .end { inset-inline: auto 5px; }
    figcaption { display: flex; justify-content: space-between; font-size: var(--crm-text-12); color: var(--crm-text-2); padding-block-start: 2px; }
  `,
})
export class DistributionComponent {
  /** What is drawn. */
  readonly simulation = input.required<Simulation>();
  /** What the drawing says, for screen readers. */
  readonly label = input.required<string>();

  protected readonly drawn = computed(() => layDistribution(this.simulation()));
}
