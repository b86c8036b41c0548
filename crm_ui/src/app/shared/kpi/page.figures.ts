import { computed, inject, Injectable, linkedSignal, resource, signal } from '@angular/core';
import { AnalyticsAnswer, Row } from '@core/analytics/analytics.client';
import { Problem, toProblem } from '@core/api/problem';
import { FigureQuery, Figures, FiguresClient } from './figures.client';

/** The figures of a page and whether they are there; provide it in the page. Earlier ones stay in sight while the next ones come. */
@Injectable()
export class PageFigures {
  private readonly client = inject(FiguresClient);
  private readonly looks = signal(0);
  /** What is asked, by key; null while nothing may be asked. */
  readonly queries = signal<Readonly<Record<string, FigureQuery>> | null>(null);
  /** As text, so that it is another question only where it differs. */
  private readonly asked = computed(() => { const queries = this.queries(); return queries === null ? undefined : JSON.stringify(queries); });

  private readonly told = resource({
    params: () => ({ asked: this.asked(), look: this.looks() }),
    loader: async ({ params: { asked } }): Promise<{ readonly asked: string; readonly figures: Figures } | null> => (asked === undefined ? null : { asked, figures: await this.client.ask(JSON.parse(asked) as Record<string, FigureQuery>) }),
  });
  private readonly kept = linkedSignal<{ readonly asked: string; readonly figures: Figures } | null, { readonly asked: string; readonly figures: Figures } | null>({
    source: () => (this.told.hasValue() ? this.told.value() : null), computation: (next, before) => next ?? before?.value ?? null,
  });

  readonly loading = this.told.isLoading;
  /** Why nothing could be read at all. */
  readonly problem = computed<Problem | null>(() => { const error = this.told.error(); return error ? toProblem(error.cause ?? error) : null; });
  /** The questions that the figures in sight answer: those of a period that is left behind, while the next ones come. */
  readonly shown = computed(() => { const kept = this.kept(); return kept && (JSON.parse(kept.asked) as Readonly<Record<string, FigureQuery>>); });
  /** False where the data changed while it was read. */
  readonly consistent = computed(() => this.kept()?.figures.consistent ?? true);

  /** The answer to a question; null while there is none or it was refused. */
  answer(key: string): AnalyticsAnswer | null {
    const told = this.kept()?.figures.answers[key];
    return told && 'rows' in told ? told : null;
  }

  /** Why a question was refused. */
  refusal(key: string): Problem | null {
    const told = this.kept()?.figures.answers[key];
    return told && !('rows' in told) ? told : null;
  }

  /** The rows of an answer, null while there is none. */
  rows(key: string): readonly Row[] | null {
    return this.answer(key)?.rows ?? null;
  }

  /** Asks again. */
  refresh(): void {
    this.looks.update((look) => look + 1);
  }
}
