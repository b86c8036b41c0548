import { HttpClient } from '@angular/common/http';
import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { Subscription } from 'rxjs';
import { API_ROOT } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { askedOf, isAskable, isSame } from '../definition/definition.model';
import { ReportStore } from './report.store';

/** Fields dropped one after the other are one question. */
export const PAUSE_MS = 150;

/** A definition and the answer to it. */
export interface Shown {
  readonly definition: ReportDefinition;
  readonly answer: ReportAnswer;
}

/** The shape is drawn here and changes no answer. */
const questionOf = (definition: ReportDefinition): ReportDefinition => ({ ...askedOf(definition), show: { shape: 'table' } });

/** Asks what the definition says as soon as it rests; only the last question counts, and until it is answered the picture before it stays. */
@Injectable()
export class ReportPreview {
  private readonly http = inject(HttpClient);
  private readonly store = inject(ReportStore);
  private readonly last = signal<Shown | null>(null);
  private asked: ReportDefinition | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Subscription | null = null;

  /** True from a change until its answer. */
  readonly loading = signal(false);
  readonly problem = signal<Problem | null>(null);
  /** The last answer, in the shape chosen now. */
  readonly shown = computed((): Shown | null => {
    const [last, { show }] = [this.last(), this.store.definition()];
    return last && { ...last, definition: { ...last.definition, show } };
  });
  /** True where the answer is not of the definition as it stands. */
  readonly stale = computed(() => this.loading() || this.problem() !== null);

  constructor() {
    effect(() => {
      const definition = this.store.definition();
      untracked(() => this.follow(definition));
    });
    inject(DestroyRef).onDestroy(() => this.stop());
  }

  /** Asks again what is shown. */
  refresh(): void {
    this.asked = null;
    this.follow(this.store.definition(), 0);
  }

  private follow(definition: ReportDefinition, pause = PAUSE_MS): void {
    if (!isAskable(definition)) {
      this.stop();
      this.asked = null;
      this.last.set(null);
      this.problem.set(null);
      return;
    }
    const question = questionOf(definition);
    if (isSame(question, this.asked)) return;
    this.stop();
    this.asked = question;
    this.loading.set(true);
    this.timer = setTimeout(() => this.ask(question), pause);
  }

  private ask(question: ReportDefinition): void {
    this.running = this.http.post<ReportAnswer>(`${API_ROOT}/analytics/report`, question).subscribe({
      next: (answer) => {
        this.last.set({ definition: question, answer });
        this.problem.set(null);
        this.loading.set(false);
      },
      error: (error: unknown) => {
        this.problem.set(toProblem(error));
        this.loading.set(false);
      },
    });
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.running?.unsubscribe();
    this.running = null;
    this.loading.set(false);
  }
}
