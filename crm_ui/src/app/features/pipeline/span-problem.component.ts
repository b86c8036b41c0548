import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { Problem } from '@core/api/problem';
import { EmptyComponent, ProblemComponent } from '@shared/states/states.component';
import { PipelineWay } from './pipeline.way';

/** True where the answer is that nobody knows: history was not kept yet at the moment asked for. */
export function isBeforeHistory({ code, detail }: Pick<Problem, 'code' | 'detail'>): boolean {
  return code === 'figure_impossible' && /does not reach back|history of/.test(detail);
}

/** An error of a question about the past; before history begins it says so and leads to the earliest moment that is known. */
@Component({
  selector: 'crm-span-problem',
  imports: [TranslatePipe, EmptyComponent, ProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (before()) {
      <crm-empty icon="history" [title]="'pipeline.tooEarly' | translate" [text]="'pipeline.tooEarlyText' | translate">
        <button type="button" class="crm-button crm-button--primary" (click)="way.go({ from: null, until: null, at: null, pick: null, of: null })">{{ 'pipeline.fromBegin' | translate }}</button>
      </crm-empty>
    } @else { <crm-problem [problem]="problem()" (retry)="retry.emit()" /> }
  `,
})
export class SpanProblemComponent {
  protected readonly way = inject(PipelineWay);
  /** What went wrong. */
  readonly problem = input.required<Problem>();
  /** The reader wants to try again. */
  readonly retry = output();
  protected readonly before = computed(() => isBeforeHistory(this.problem()));
}
