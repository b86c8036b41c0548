import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { AnalyticsAnswer } from '@core/analytics/analytics.client';
import { ProofBadgeComponent } from '@shared/kpi/proof-badge.component';
import { freshText, PageReader } from '@shared/format/reader';

/** Up to when an answer is complete, and whether its tables equal the ledger. */
@Component({
  selector: 'crm-answer-foot',
  imports: [ProofBadgeComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `@if (fresh(); as words) { <p [title]="words.title"><span class="dot"></span>{{ words.text }}</p> } @if (answer()?.proof; as proof) { <crm-proof-badge [proof]="proof" /> }`,
  styles: `
    :host { display: flex; flex-wrap: wrap; gap: 2px var(--crm-4); font-size: var(--crm-text-12); color: var(--crm-text-3); }
    .dot { display: inline-block; inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--crm-won); margin-inline-end: 6px; vertical-align: 1px; }
  `,
})
export class AnswerFootComponent {
  private readonly words = inject(PageReader);
  /** The answer that the numbers above come from. */
  readonly answer = input.required<AnalyticsAnswer | null>();

  protected readonly fresh = computed(() => {
    const mark = this.answer()?.watermark;
    return mark ? freshText(mark, this.words.reader()) : null;
  });
}
