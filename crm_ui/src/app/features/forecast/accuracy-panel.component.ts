import { ChangeDetectionStrategy, Component, computed, inject, input, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { CountPipe, MoneyPipe, PercentPipe } from '@shared/format/format.pipes';
import { ProofBadgeComponent } from '@shared/kpi/proof-badge.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Accuracy, AccuracyFigures, FORECASTERS, Narrow, NOTHING, paramsOf } from './forecast.model';

/** The best of a line is marked where at least two can be compared. */
function bestOf(line: AccuracyFigures): string | null {
  const known = FORECASTERS.flatMap((who) => { const { accuracy } = line[who]; return accuracy === null ? [] : [{ who, accuracy }]; });
  return known.length < 2 ? null : known.reduce((best, one) => (one.accuracy > best.accuracy ? one : best)).who;
}

/** How near earlier forecasts of reps, managers, stages and the model came, by weeks to the end of their periods. */
@Component({
  selector: 'crm-accuracy-panel',
  imports: [TranslatePipe, CountPipe, EmptyComponent, MoneyPipe, PercentPipe, ProblemComponent, ProofBadgeComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="crm-card" aria-labelledby="crm-accuracy">
      <h2 id="crm-accuracy">{{ 'forecast.accuracy.title' | translate }}</h2><p class="crm-muted">{{ 'forecast.accuracy.text' | translate }}</p>
      @if (unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="told.reload()" /> }
      @else if (told.hasValue()) {
        @if (lines().length === 0) { <crm-empty icon="target" [title]="'forecast.accuracy.none' | translate" [text]="'forecast.accuracy.noneText' | translate" /> }
        @else {
          <div class="scroll" tabindex="0" role="region" aria-labelledby="crm-accuracy"><table>
            <thead><tr><th scope="col">{{ 'forecast.accuracy.age' | translate }}</th>@for (who of forecasters; track who) { <th scope="col" class="end" [title]="'forecast.accuracy.what.' + who | translate">{{ 'forecast.accuracy.' + who | translate }}</th> }</tr></thead>
            <tbody>@for (line of lines(); track line.weeks) {
              <tr [class.all]="line.weeks === null"><th scope="row">{{ line.weeks === null ? ('forecast.total' | translate) : ('forecast.accuracy.weeks' | translate: { count: line.weeks | crmCount }) }}</th>
                @for (who of forecasters; track who) { <td class="end crm-number" [class.best]="line.best === who" [title]="('forecast.accuracy.error' | translate) + ': ' + (line.figures[who].error | crmMoney: told.value().currency : 'whole')">{{ line.figures[who].accuracy | crmPercent: 0 }}@if (line.best === who) { <span class="crm-visually-hidden"> {{ 'forecast.accuracy.best' | translate }}</span> }</td> }</tr> }
            </tbody></table></div>
          @if (told.value().proof; as proof) { <crm-proof-badge [proof]="proof" /> }
        }
      } @else { <crm-skeleton [lines]="5" /> }
    </section>
  `,
  styles: `
    section { display: grid; gap: var(--crm-2); padding: var(--crm-4); } h2 { font-size: var(--crm-text-16); } p { font-size: var(--crm-text-13); max-inline-size: 80ch; } .scroll { position: relative; overflow-x: auto; } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); }
    th, td { padding: 6px var(--crm-2); border-block-end: 1px solid var(--crm-border); text-align: start; font-weight: 400; white-space: nowrap; } thead th { color: var(--crm-text-2); font-weight: 500; } .end { text-align: end; } .best { font-weight: 600; color: var(--crm-won); } .all th, .all td { font-weight: 600; } crm-proof-badge { font-size: var(--crm-text-12); }
  `,
})
export class AccuracyPanelComponent {
  private readonly api = inject(ApiClient);
  /** What it is narrowed to. */
  readonly narrow = input<Narrow>(NOTHING);

  protected readonly forecasters = FORECASTERS;
  protected readonly told = resource({ params: () => paramsOf(this.narrow()), loader: ({ params }) => this.api.get<Accuracy>('forecasts/accuracy', params) });
  protected readonly unread = computed(() => (this.told.error() ? toProblem(this.told.error()?.cause ?? this.told.error()) : null));
  protected readonly lines = computed((): readonly { readonly weeks: number | null; readonly figures: AccuracyFigures; readonly best: string | null }[] => {
    if (!this.told.hasValue()) return [];
    const { ages, total } = this.told.value();
    // Ages of which nothing has ended yet have nothing to say.
    const known = ages.filter((line) => FORECASTERS.some((who) => line[who].accuracy !== null)).map((line) => ({ weeks: line.weeks_left as number | null, figures: line as AccuracyFigures, best: bestOf(line) }));
    return known.length === 0 ? [] : [...known, { weeks: null, figures: total, best: bestOf(total) }];
  });
}
