import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { toProblem } from '@core/api/problem';
import { RankingComponent } from '@shared/chart/ranking.component';
import { IconComponent } from '@shared/icon/icon.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { GROUPS } from '../pipeline.address';
import { PipelineSpan } from '../pipeline.span';
import { PipelineWay } from '../pipeline.way';
import { momentText, PageReader } from '@shared/format/reader';
import { SpanProblemComponent } from '../span-problem.component';
import { stageLines, stageQueries, velocityPoints, velocityQuery, velocityText } from './stages.view';

/** Conversion, duration and velocity beside each other. */
@Component({
  selector: 'crm-pipeline-stages',
  imports: [TranslatePipe, RankingComponent, IconComponent, EmptyComponent, ProblemComponent, SkeletonComponent, AnswerFootComponent, SpanProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card" [attr.aria-busy]="stages.isLoading()">
      <header><h2 id="crm-stages">{{ 'pipeline.stages.title' | translate }}</h2><p class="crm-muted">{{ subtitle() }}</p></header>
      @if (problem(); as problem) { <crm-span-problem [problem]="problem" (retry)="stages.reload()" /> }
      @else if (lines(); as lines) {
        @if (lines.length === 0) { <crm-empty icon="chart-bar" [title]="'pipeline.nothing' | translate" [text]="'pipeline.nothingText' | translate" /> }
        @else {
          <div class="scroll" role="region" tabindex="0" aria-labelledby="crm-stages">
            <table>
              <thead><tr><th scope="col">{{ 'pipeline.deals.stage' | translate }}</th><th scope="col" class="end">{{ 'pipeline.stages.reached' | translate }}</th><th scope="col">{{ 'pipeline.stages.conversion' | translate }}</th><th scope="col">{{ 'pipeline.stages.duration' | translate }}</th><th scope="col" class="end">{{ 'pipeline.stages.visits' | translate }}</th><th scope="col" class="end">{{ 'pipeline.stages.open' | translate }}</th></tr></thead>
              <tbody>@for (line of lines; track line.key) {
                <tr><th scope="row"><bdi>{{ line.name }}</bdi></th><td class="end crm-number">{{ line.reached }}</td>
                  <td><span class="meter"><span class="track"><span class="bar" [style.inline-size.%]="line.share * 100"></span></span><bdi class="crm-number">{{ line.conversion }}</bdi></span></td>
                  <td><span class="meter days"><span class="track"><span class="bar" [style.inline-size.%]="line.length * 100"></span></span><bdi class="crm-number">{{ line.median }}</bdi></span></td>
                  <td class="end crm-number">{{ line.visits }}</td><td class="end crm-number">{{ line.open }}</td></tr>
              }</tbody>
            </table>
          </div>
          <p class="note crm-muted"><crm-icon name="info" [size]="14" />{{ 'pipeline.stages.note' | translate }}</p>
        }
        <crm-answer-foot [answer]="answer()" />
      } @else { <crm-skeleton [height]="260" /> }
    </section>
    <section class="crm-card velocity" [attr.aria-busy]="velocity.isLoading()">
      <header><h2>{{ 'pipeline.stages.velocity' | translate }}</h2><p class="crm-muted">{{ 'pipeline.stages.velocityText' | translate }}</p></header>
      @if (velocityProblem(); as problem) { <crm-problem [problem]="problem" (retry)="velocity.reload()" /> }
      @else if (speed(); as speed) {
        <p class="value crm-number"><bdi>{{ speed.all }}</bdi></p>
        <label><span>{{ 'pipeline.groupBy' | translate }}</span>
          <select class="crm-input" name="by" (change)="group($any($event.target).value)"><option value="" [selected]="by() === null">{{ 'pipeline.noGroup' | translate }}</option>@for (one of groups; track one) { <option [value]="one" [selected]="one === by()">{{ 'pipeline.by.' + one | translate }}</option> }</select>
        </label>
        @if (speed.points.length) { <crm-ranking [points]="speed.points" [label]="'pipeline.stages.velocity' | translate" [color]="5" /> } @else if (by()) { <p class="crm-muted">{{ 'pipeline.stages.noVelocity' | translate }}</p> }
        <crm-answer-foot [answer]="speed.answer" />
      } @else { <crm-skeleton [lines]="5" /> }
    </section>
  `,
  styleUrl: './stages.component.scss',
})
export class StagesComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly way = inject(PipelineWay);
  private readonly span = inject(PipelineSpan);
  private readonly words = inject(PageReader);

  protected readonly groups = GROUPS;
  protected readonly by = computed(() => this.span.address()?.by ?? null);
  /** Visits are kept with the deals, from their first day: here a month begins with its first, also where history begins later. */
  private readonly range = computed(() => {
    const [address, until] = [this.span.address(), this.span.until()];
    return address && until ? `${address.from ?? `${until.slice(0, 7)}-01T00:00Z`} ${until}` : null;
  });
  protected readonly stages = resource({
    params: () => ({ range: this.range() ?? undefined, has: this.way.has() ?? undefined }),
    loader: async ({ params: { range, has } }) => {
      const [from, until] = range?.split(' ') ?? [];
      if (!from || !until || !has) return null;
      const { funnel, visits } = stageQueries([from, until].map(plain) as [string, string], has);
      const [one, two] = await Promise.all([this.analytics.load(funnel), has('stage_visits.count') ? this.analytics.load(visits) : null]);
      return { funnel: one, visits: two };
    },
  });
  protected readonly problem = computed(() => (this.stages.error() ? toProblem(this.stages.error()) : null));
  protected readonly answer = computed(() => (this.stages.hasValue() ? (this.stages.value()?.funnel ?? null) : null));
  protected readonly lines = computed(() => {
    const both = this.stages.hasValue() ? this.stages.value() : null;
    return both && stageLines(both.funnel.rows, both.visits?.rows ?? [], this.words.reader());
  });
  protected readonly subtitle = computed(() => {
    const [[begins, until], reader] = [this.range()?.split(' ') ?? [], this.words.reader()];
    return begins && until ? reader.text('pipeline.between', { from: momentText(begins, reader), until: momentText(until, reader) }) : '';
  });

  protected readonly velocity = resource({
    params: () => ({ by: this.by() ?? '', has: this.way.has() ?? undefined, now: this.way.now() }),
    loader: async ({ params: { has } }) => {
      const by = this.by();
      if (!has) return null;
      const [all, parts] = await Promise.all([this.analytics.load(velocityQuery(null, has)), by ? this.analytics.load(velocityQuery(by, has)) : null]);
      return { all, parts, by };
    },
  });
  protected readonly velocityProblem = computed(() => (this.velocity.error() ? toProblem(this.velocity.error()) : null));
  protected readonly speed = computed(() => {
    const found = this.velocity.hasValue() ? this.velocity.value() : null;
    const reader = this.words.reader();
    return found && { answer: found.all, all: velocityText(found.all.rows[0], reader), points: found.by && found.parts ? velocityPoints(found.parts.rows, found.by, reader) : [] };
  });

  protected group(by: string): void {
    void this.way.go({ by: by || null, pick: null, of: null });
  }
}

/** An instant as a range of the semantic layer takes it: UTC, without a zone. */
const plain = (instant: string): string => new Date(/Z|[+-]\d{2}:?\d{2}$/.test(instant) ? instant : `${instant}Z`).toISOString().slice(0, 23);
