import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { NumberPipe, PercentPipe } from '@shared/format/format.pipes';
import { ImportJob, isWorking, progressOf } from './import.model';

/** How far an import is and what became of its rows. */
@Component({
  selector: 'crm-import-counts',
  imports: [TranslatePipe, NumberPipe, PercentPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (working()) {
      <div class="bar" role="progressbar" [attr.aria-valuenow]="percent()" aria-valuemin="0" aria-valuemax="100" [attr.aria-label]="'imports.progress' | translate"><span [class.unknown]="percent() === null" [style.inline-size.%]="percent() ?? 30"></span></div>
      <p class="crm-muted crm-number">{{ job().processed_rows | crmNumber }} / {{ job().total_rows | crmNumber }} @if (progress(); as share) { · {{ share | crmPercent: 0 }} }</p>
    }
    <dl>
      @for (name of names; track name) {
        <div [attr.data-name]="name" [class.zero]="job().counts[name] === 0"><dt>{{ (job().dry_run ? 'imports.would.' : 'imports.counts.') + name | translate }}</dt><dd class="crm-number">{{ job().counts[name] | crmNumber }}</dd></div>
      }
    </dl>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); }
    .bar { block-size: 6px; border-radius: 3px; background: var(--crm-sunken); overflow: hidden; } .bar span { display: block; block-size: 100%; border-radius: 3px; background: var(--crm-accent-fill); transition: inline-size var(--crm-fast); }
    .bar .unknown { animation: crm-slide 1.2s ease-in-out infinite alternate; } @keyframes crm-slide { to { margin-inline-start: 70%; } }
    dl { display: flex; flex-wrap: wrap; gap: var(--crm-2) var(--crm-6); } dl > div { display: grid; } dt { font-size: var(--crm-text-12); color: var(--crm-text-2); } dd { font-size: var(--crm-text-20); font-weight: 600; }
    .zero dd { color: var(--crm-text-3); font-weight: 500; } [data-name='errors']:not(.zero) dd { color: var(--crm-lost); } [data-name='created']:not(.zero) dd { color: var(--crm-won); }
  `,
})
export class ImportCountsComponent {
  /** The import. */
  readonly job = input.required<ImportJob>();
  protected readonly names = ['created', 'updated', 'unchanged', 'skipped', 'errors'] as const;
  protected readonly working = computed(() => isWorking(this.job()));
  protected readonly progress = computed(() => progressOf(this.job()));
  protected readonly percent = computed(() => {
    const share = this.progress();
    return share === null ? null : Math.round(share * 100);
  });
}
