import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { IconComponent } from '../icon/icon.component';
import { IconName } from '../icon/icons';

/** What a chip means; colour never says it alone, a mark and words do too. */
export type Tone = 'neutral' | 'accent' | 'won' | 'lost' | 'risk' | 'stale' | 'info';

const MARKS: Record<Tone, IconName | null> = { neutral: null, accent: null, won: 'check', lost: 'x', risk: 'triangle-alert', stale: 'clock', info: 'info' };

/** The tone of a status as the API names it. */
export function toneOfStatus(status: string | null | undefined): Tone {
  switch (status) {
    case 'won': case 'done': case 'completed': case 'active': case 'paid': case 'customer': case 'converted': case 'resolved': return 'won';
    case 'lost': case 'failed': case 'churned': case 'overdue': case 'cancelled': case 'unqualified': return 'lost';
    case 'open': case 'running': case 'queued': case 'new': case 'working': return 'accent';
    case 'paused': case 'stale': case 'archived': return 'stale';
    default: return 'neutral';
  }
}

/** A short status in a tone. The words come as content, already translated. */
@Component({
  selector: 'crm-chip',
  imports: [IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[attr.data-tone]': 'tone()' },
  template: `@if (mark(); as icon) { <crm-icon [name]="icon" [size]="13" /> }<span class="crm-ellipsis"><ng-content /></span>`,
  styles: `
    :host { display: inline-flex; align-items: center; gap: 4px; max-inline-size: 100%; padding: 2px 8px; border-radius: 999px; font-size: var(--crm-text-12); font-weight: 500; line-height: 18px;
      background: var(--crm-stale-soft); color: var(--crm-text-2); }
    :host([data-tone='accent']) { background: var(--crm-accent-soft); color: var(--crm-accent-strong); }
    :host([data-tone='won']) { background: var(--crm-won-soft); color: var(--crm-won); }
    :host([data-tone='lost']) { background: var(--crm-lost-soft); color: var(--crm-lost); }
    :host([data-tone='risk']) { background: var(--crm-risk-soft); color: var(--crm-risk); }
    :host([data-tone='info']) { background: var(--crm-info-soft); color: var(--crm-info); }
  `,
})
export class ChipComponent {
  /** The meaning. */
  readonly tone = input<Tone>('neutral');
  protected readonly mark = computed(() => MARKS[this.tone()]);
}
