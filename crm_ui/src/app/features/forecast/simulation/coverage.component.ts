import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { CountPipe, DatePipe, MoneyPipe, NumberPipe, PercentPipe } from '@shared/format/format.pipes';
import { Coverage } from './simulation.model';

/** How often the actual of past periods lay between P10 and P90 as they would have been told then, and each of them. */
@Component({
  selector: 'crm-forecast-coverage',
  imports: [TranslatePipe, CountPipe, DatePipe, MoneyPipe, NumberPipe, PercentPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (coverage(); as told) {
      @if (told.days_left === 0) { <p>{{ 'forecast.simulation.coverage.ended' | translate }}</p> }
      @else if (told.known === 0) { <p>{{ 'forecast.simulation.coverage.unknown' | translate }}</p> }
      @else {
        <p><strong>{{ 'forecast.simulation.coverage.said' | translate: { known: (told.known | crmCount), covered: (told.covered | crmNumber) } }}</strong>
          @if (told.interval; as interval) { {{ 'forecast.simulation.coverage.interval' | translate: { low: (interval[0] | crmPercent: 0), high: (interval[1] | crmPercent: 0) } }} }
          {{ 'forecast.simulation.coverage.by.' + told.probabilities | translate: { unscored: (judged().unscored | crmCount), deals: (judged().deals | crmNumber) } }}</p>
        <details><summary>{{ 'forecast.simulation.coverage.details' | translate }}</summary>
          <div class="scroll" tabindex="0" role="region" [attr.aria-label]="'forecast.simulation.coverage.details' | translate"><table>
            <thead><tr><th scope="col">{{ 'forecast.simulation.coverage.period' | translate }}</th><th scope="col">{{ 'forecast.simulation.coverage.asOf' | translate }}</th><th scope="col">{{ 'forecast.simulation.coverage.scored' | translate }}</th><th scope="col" class="end">P10</th><th scope="col" class="end">P90</th><th scope="col" class="end">{{ 'forecast.simulation.coverage.actual' | translate }}</th><th scope="col">{{ 'forecast.simulation.coverage.inside' | translate }}</th></tr></thead>
            <tbody>@for (one of told.periods; track one.period.key) { <tr><th scope="row"><bdi>{{ one.period.key }}</bdi></th><td>{{ one.as_of | crmDate }}</td><td>{{ 'forecast.simulation.coverage.scoredOf' | translate: { scored: (one.scored | crmNumber), deals: (one.scored + one.unscored | crmNumber) } }}</td><td class="end crm-number">{{ one.p10 | crmMoney: currency() : 'whole' }}</td><td class="end crm-number">{{ one.p90 | crmMoney: currency() : 'whole' }}</td><td class="end crm-number">{{ one.actual | crmMoney: currency() : 'whole' }}</td><td [class.no]="!one.inside">{{ (one.inside ? 'forecast.simulation.yes' : 'forecast.simulation.no') | translate }}</td></tr> }</tbody>
          </table></div></details>
      }
    }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); font-size: var(--crm-text-13); } summary { cursor: pointer; color: var(--crm-text-2); min-block-size: 24px; } .scroll { overflow-x: auto; } table { border-collapse: collapse; inline-size: 100%; }
    th, td { padding: 5px var(--crm-2); border-block-end: 1px solid var(--crm-border); text-align: start; font-weight: 400; white-space: nowrap; } thead th { color: var(--crm-text-2); } .end { text-align: end; } .no { color: var(--crm-lost); font-weight: 600; }
  `,
})
export class CoverageComponent {
  /** What was measured; null while it is read. */
  readonly coverage = input.required<Coverage | null>();
  /** Of all money. */
  readonly currency = input.required<string>();
  /** Deals of all periods, and those of them without a score. */
  protected readonly judged = computed(() => {
    const periods = this.coverage()?.periods ?? [];
    const unscored = periods.reduce((sum, one) => sum + one.unscored, 0);
    return { unscored, deals: unscored + periods.reduce((sum, one) => sum + one.scored, 0) };
  });
}
