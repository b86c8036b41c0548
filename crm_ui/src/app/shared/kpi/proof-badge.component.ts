import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { Proof } from '@core/analytics/cube.transport';
import { formatDate, formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { IconComponent } from '../icon/icon.component';
import { IconName } from '../icon/icons';

/** What is known of a figure: equal to the ledger, not proven, or known to differ. */
export type ProofState = 'equal' | 'unproven' | 'different';

const LOOK: Record<ProofState, IconName> = { equal: 'badge-check', unproven: 'circle-help', different: 'triangle-alert' };

/** Says whether the tables behind a figure equal the ledger, in words, with a mark of its own shape for each state. */
@Component({
  selector: 'crm-proof-badge',
  imports: [TranslatePipe, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[attr.data-state]': 'state()' },
  template: `<crm-icon [name]="icon()" [size]="14" /><span [title]="'home.proof.' + state() + 'Title' | translate: values()">{{ 'home.proof.' + state() | translate: values() }}</span>`,
  styles: `
    :host { display: flex; align-items: start; gap: 4px; min-inline-size: 0; color: var(--crm-text-2); }
    :host([data-state='equal']) crm-icon { color: var(--crm-won); }
    :host([data-state='different']) { color: var(--crm-lost); }
    crm-icon { flex: none; margin-block-start: 1px; }
  `,
})
export class ProofBadgeComponent {
  private readonly locale = inject(LocaleService);
  /** The proof that came with the figure. */
  readonly proof = input.required<Proof>();

  protected readonly state = computed<ProofState>(() => {
    const { equal } = this.proof();
    return equal === null ? 'unproven' : equal ? 'equal' : 'different';
  });
  protected readonly icon = computed(() => LOOK[this.state()]);
  protected readonly values = computed(() => {
    const { committed_at, checked_at, rows, different } = this.proof();
    const tag = this.locale.tag();
    return { time: formatDate(committed_at, tag, 'time'), checked: formatDate(checked_at, tag, 'datetime'), rows: formatNumber(rows, tag), count: { value: different, text: formatNumber(different, tag) } };
  });
}
