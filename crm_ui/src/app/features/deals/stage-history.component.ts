import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { DatePipe, MoneyPipe, NumberPipe } from '@shared/format/format.pipes';
import { LookupService } from '@shared/record/lookup.service';
import { StageStay } from '@shared/record/record.model';
import { EmptyComponent } from '@shared/states/states.component';
import { daysOf } from './stage.path';

/** Every stay of a deal in a stage, the latest first. */
@Component({
  selector: 'crm-stage-history',
  imports: [TranslatePipe, DatePipe, EmptyComponent, MoneyPipe, NumberPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (rows().length) {
      <div class="scroll"><table>
        <thead><tr><th scope="col">{{ 'deals.stage' | translate }}</th><th scope="col">{{ 'deals.entered' | translate }}</th><th scope="col">{{ 'deals.left' | translate }}</th><th scope="col" class="end">{{ 'deals.daysColumn' | translate }}</th><th scope="col" class="end">{{ 'deals.amount' | translate }}</th><th scope="col">{{ 'deals.movedBy' | translate }}</th></tr></thead>
        <tbody>@for (row of rows(); track row.stay.id) {
          <tr><th scope="row">{{ row.name }}</th><td class="crm-number">{{ row.stay.entered_at | crmDate: 'date' }}</td><td class="crm-number">@if (row.stay.left_at) { {{ row.stay.left_at | crmDate: 'date' }} } @else { <span class="crm-muted">{{ (row.closed ? 'deals.final' : 'deals.now') | translate }}</span> }</td>
            <td class="end crm-number">{{ row.closed ? '–' : (row.days | crmNumber) }}</td><td class="end crm-number">{{ row.stay.amount | crmMoney: row.stay.currency }}</td><td><bdi>{{ row.by }}</bdi></td></tr>
        }</tbody>
      </table></div>
    } @else { <crm-empty icon="history" [title]="'deals.historyEmpty' | translate" /> }
  `,
  styles: `
    :host { display: grid; min-inline-size: 0; } .scroll { overflow-x: auto; } table { border-collapse: collapse; inline-size: 100%; } th, td { padding: var(--crm-2) var(--crm-3); text-align: start; white-space: nowrap; border-block-end: 1px solid var(--crm-border); font-weight: 400; } tr > :first-child { padding-inline-start: 0; }
    thead th { font-size: var(--crm-text-12); font-weight: 500; color: var(--crm-text-2); } tbody th { font-weight: 500; } .end { text-align: end; } tbody tr:last-child > * { border: 0; }
  `,
})
export class StageHistoryComponent {
  private readonly lookup = inject(LookupService);
  /** The stays, the earliest first. */
  readonly stays = input.required<readonly StageStay[]>();

  protected readonly rows = computed(() => [...this.stays()].reverse().map((stay) => ({
    stay,
    name: this.lookup.stageName(stay.to_stage),
    days: daysOf(stay),
    closed: stay.left_at === null && (this.lookup.stage(stay.to_stage.id)?.kind ?? 'open') !== 'open',
    by: this.lookup.named(stay.changed_by)?.name ?? '–',
  })));
}
