import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { toProblem } from '@core/api/problem';
import { IconComponent } from '@shared/icon/icon.component';
import { EmptyComponent, SkeletonComponent } from '@shared/states/states.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { fieldOf, instantOf } from '../pipeline.address';
import { PipelineSpan } from '../pipeline.span';
import { PipelineWay } from '../pipeline.way';
import { momentText, PageReader } from '@shared/format/reader';
import { SpanProblemComponent } from '../span-problem.component';
import { momentLines, momentQuery } from './asof.view';

/** The pipeline of any moment, beside now. */
@Component({
  selector: 'crm-pipeline-asof',
  imports: [TranslatePipe, IconComponent, EmptyComponent, SkeletonComponent, AnswerFootComponent, SpanProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card" [attr.aria-busy]="both.isLoading()">
      <header><h2>{{ 'pipeline.asof.title' | translate }}</h2><p class="crm-muted">{{ 'pipeline.asof.text' | translate }}</p></header>
      <form (submit)="travel($event)">
        <label><span>{{ 'pipeline.asof.at' | translate }}</span><input class="crm-input" type="datetime-local" name="at" [value]="field()" (input)="field.set($any($event.target).value)" [attr.aria-invalid]="late()" required /></label>
        <button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="!ready()"><crm-icon name="history" [size]="16" />{{ 'pipeline.asof.go' | translate }}</button>
        @if (at()) { <button type="button" class="crm-button" (click)="back()">{{ 'pipeline.asof.back' | translate }}</button> }
        @if (late()) { <span class="wrong" role="alert">{{ 'pipeline.asof.late' | translate }}</span> }
      </form>
      @if (problem(); as problem) { <crm-span-problem [problem]="problem" (retry)="both.reload()" /> }
      @else if (!at()) { <crm-empty icon="history" [title]="'pipeline.asof.choose' | translate" [text]="'pipeline.asof.chooseText' | translate" /> }
      @else if (lines(); as lines) {
        <div class="scroll" role="region" tabindex="0" [attr.aria-label]="'pipeline.asof.title' | translate">
          <table>
            <thead><tr><td></td><th scope="col" class="end">{{ moments().then }}</th><th scope="col" class="end">{{ 'pipeline.asof.now' | translate }}<small>{{ moments().now }}</small></th><th scope="col" class="end">{{ 'pipeline.asof.difference' | translate }}</th></tr></thead>
            <tbody>@for (line of lines; track line.key) {
              <tr [attr.data-line]="line.key"><th scope="row">{{ 'pipeline.asof.lines.' + line.key | translate }}</th><td class="end crm-number then"><bdi>{{ line.then }}</bdi></td><td class="end crm-number"><bdi>{{ line.now }}</bdi></td>
                <td class="end crm-number"><span class="delta"><crm-icon [name]="line.direction === 'up' ? 'arrow-up-right' : line.direction === 'down' ? 'arrow-down-right' : 'minus'" [size]="14" /><bdi>{{ line.difference }}</bdi></span></td></tr>
            }</tbody>
          </table>
        </div>
        <crm-answer-foot [answer]="answer()" />
      } @else { <crm-skeleton [lines]="5" /> }
    </section>
  `,
  styleUrl: './asof.component.scss',
})
export class AsofComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly way = inject(PipelineWay);
  private readonly span = inject(PipelineSpan);
  private readonly words = inject(PageReader);

  protected readonly at = computed(() => this.span.address()?.at ?? null);
  protected readonly field = linkedSignal(() => fieldOf(this.at()));
  protected readonly late = computed(() => {
    const [instant, now] = [instantOf(this.field()), this.way.now()];
    return instant !== null && now !== null && Date.parse(instant) > Date.parse(now);
  });
  protected readonly ready = computed(() => instantOf(this.field()) !== null && !this.late());

  // Now is asked in the same way as then, so that a difference is one of time and never one of definition.
  protected readonly both = resource({
    params: () => ({ at: this.at(), now: this.way.now(), has: this.way.has() ?? undefined }),
    loader: async ({ params: { at, now, has } }) => {
      if (!at || !now || !has) return null;
      const [then, today] = await Promise.all([this.analytics.load(momentQuery(at, has)), this.analytics.load(momentQuery(now, has))]);
      return { then, today };
    },
  });
  protected readonly problem = computed(() => (this.both.error() ? toProblem(this.both.error()) : null));
  private readonly found = computed(() => (this.both.hasValue() ? this.both.value() : null));
  protected readonly answer = computed(() => this.found()?.today ?? null);
  protected readonly lines = computed(() => {
    const found = this.found();
    return found && momentLines(found.then.rows[0], found.today.rows[0], this.words.reader());
  });
  protected readonly moments = computed(() => {
    const reader = this.words.reader();
    return { then: momentText(this.at(), reader), now: momentText(this.way.now(), reader) };
  });

  protected travel(event: Event): void {
    event.preventDefault();
    if (!this.ready()) return;
    // An instant that was not touched keeps its seconds.
    void this.way.go({ at: this.field() === fieldOf(this.at()) ? this.at() : instantOf(this.field()) });
  }

  protected back(): void {
    void this.way.go({ at: null });
  }
}
