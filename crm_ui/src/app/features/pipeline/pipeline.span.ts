import { computed, inject, Injectable, resource, signal } from '@angular/core';
import { AnalyticsAnswer, AnalyticsClient } from '@core/analytics/analytics.client';
import { Problem, toProblem } from '@core/api/problem';
import { bridgeOf } from './changes/changes.view';
import { PipelineAddress } from './pipeline.address';
import { change, changeQuery, spanFilters } from './pipeline.members';
import { PipelineWay } from './pipeline.way';

/** The two instants of the page with the way between them; everything that is told of the span asks with its filters. */
@Injectable()
export class PipelineSpan {
  private readonly analytics = inject(AnalyticsClient);
  private readonly way = inject(PipelineWay);

  /** What the address says. */
  readonly address = signal<PipelineAddress | null>(null);
  /** The end of the span. */
  readonly until = computed(() => this.address()?.until ?? this.way.now());
  /** The conditions of every question about the span; null until the end is known. As text, so that they are another question only where they differ. */
  private readonly asked = computed(() => {
    const [address, until] = [this.address(), this.until()];
    return address === null || until === null ? null : JSON.stringify(spanFilters(address, until));
  });
  readonly filters = computed(() => {
    const asked = this.asked();
    return asked === null ? null : (JSON.parse(asked) as ReturnType<typeof spanFilters>);
  });

  private readonly whole = resource({
    params: () => ({ filters: this.filters() ?? undefined, has: this.way.has() ?? undefined }),
    loader: async ({ params: { filters, has } }): Promise<AnalyticsAnswer | null> => (filters && has ? this.analytics.load(changeQuery(filters, null, has)) : null),
  });
  /** The answer about everything. */
  readonly answer = computed(() => (this.whole.hasValue() ? this.whole.value() : null));
  /** The way from opening to closing. */
  readonly bridge = computed(() => {
    const answer = this.answer();
    return answer && bridgeOf(answer.rows[0] ?? {});
  });
  /** Where the span begins, as answered. */
  readonly begins = computed(() => {
    const told = this.answer()?.rows[0]?.[change('from')];
    return this.address()?.from ?? (typeof told === 'string' ? told : null);
  });
  readonly loading = this.whole.isLoading;
  /** Why there is no answer. */
  readonly problem = computed<Problem | null>(() => {
    const error = this.whole.error();
    return error ? toProblem(error) : null;
  });

  /** Asks again. */
  reload(): void {
    this.whole.reload();
  }
}
