import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { MoneyPipe, NumberPipe, PercentPipe } from '@shared/format/format.pipes';
import { SCENARIO_MONEY, ScenarioFigures } from './scenario.model';

/** A column of the comparison; null figures while they are computed. */
export interface ScenarioColumn {
  readonly key: string;
  readonly name: string;
  readonly figures: ScenarioFigures | null;
}

/** What is and what would be, side by side. */
@Component({
  selector: 'crm-scenario-table',
  imports: [TranslatePipe, MoneyPipe, NumberPipe, PercentPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="scroll" tabindex="0" role="region" [attr.aria-label]="'forecast.scenario.table' | translate"><table>
      <caption class="crm-visually-hidden">{{ 'forecast.scenario.table' | translate }}</caption>
      <thead><tr><th scope="col"><span class="crm-visually-hidden">{{ 'forecast.scenario.figure' | translate }}</span></th>@for (column of columns(); track column.key) { <th scope="col" class="end" [attr.data-column]="column.key"><span class="crm-ellipsis" dir="auto" [title]="column.name">{{ column.name }}</span></th> }</tr></thead>
      <tbody>
        @for (name of money; track name) { <tr [class.main]="name === 'p50'"><th scope="row">{{ 'forecast.scenario.money.' + name | translate }}</th>@for (column of columns(); track column.key) { <td class="end crm-number" [attr.data-figure]="name">{{ column.figures === null ? '…' : (column.figures[name] | crmMoney: currency() : 'whole') }}</td> }</tr> }
        <tr><th scope="row">{{ 'forecast.simulation.quotaChance' | translate }}</th>@for (column of columns(); track column.key) { <td class="end crm-number" data-figure="quota_probability">{{ column.figures === null ? '…' : (column.figures.quota_probability | crmPercent: 0) }}</td> }</tr>
        <tr><th scope="row">{{ 'forecast.scenario.money.deals' | translate }}</th>@for (column of columns(); track column.key) { <td class="end crm-number" data-figure="deals">{{ column.figures === null ? '…' : (column.figures.deals | crmNumber) }}</td> }</tr>
      </tbody>
    </table></div>
  `,
  styles: `
    .scroll { position: relative; overflow-x: auto; } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); } th, td { padding: 6px var(--crm-2); border-block-end: 1px solid var(--crm-border); text-align: start; font-weight: 400; white-space: nowrap; }
    thead th { font-weight: 600; } thead span { display: inline-block; max-inline-size: 160px; vertical-align: bottom; } .end { text-align: end; } .main th, .main td { font-weight: 600; } th:first-child { position: sticky; inset-inline-start: 0; background: var(--crm-surface); }
  `,
})
export class ScenarioTableComponent {
  /** The columns in order; the first is what is. */
  readonly columns = input.required<readonly ScenarioColumn[]>();
  /** Of all money. */
  readonly currency = input.required<string>();

  protected readonly money = SCENARIO_MONEY;
}
