import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { PageFigures } from '@shared/kpi/page.figures';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { cellOf } from '../revenue.address';
import { RevenueState } from '../revenue.state';
import { CohortGridComponent } from './cohort-grid.component';
import { cohortGrid, GRID_METRICS, METRICS } from './cohort.grid';

/** The retention of cohorts by month, as accounts, as MRR, or as what customers have brought. */
@Component({
  selector: 'crm-revenue-cohorts',
  imports: [TranslatePipe, IconComponent, AnswerFootComponent, EmptyComponent, ProblemComponent, SkeletonComponent, TabsComponent, CohortGridComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.aria-busy]': 'figures.loading()' },
  template: `
    <header><div><h2>{{ 'revenue.cohorts.title' | translate }}</h2><p class="crm-muted">{{ meaning().description }}</p></div>
      <crm-tabs [tabs]="tabs()" [active]="metric()" (activeChange)="state.go({ show: $event, pick: null })" [label]="'revenue.cohorts.show' | translate" [controls]="false" look="segmented" /></header>
    @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="figures.refresh()" /> }
    @else if (grid(); as grid) {
      @if (grid.lines.length === 0) { <crm-empty icon="users" [title]="'revenue.cohorts.none' | translate" [text]="'revenue.cohorts.noneText' | translate" /> }
      @else {
        <crm-cohort-grid [grid]="grid" [metric]="metric()" [label]="'revenue.cohorts.title' | translate" [chosen]="chosen()" (pick)="state.go({ pick: $event })" />
        <p class="note crm-muted"><crm-icon name="info" [size]="14" /><span>{{ 'revenue.cohorts.note' | translate }}</span></p>
      }
    } @else { <crm-skeleton [height]="360" /> }
    <crm-answer-foot [answer]="figures.answer(key())" />
  `,
  styles: `
    :host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-3); padding: var(--crm-4); align-content: start; } header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: var(--crm-2) var(--crm-4); } header div { flex: 1 1 300px; } h2 { font-size: var(--crm-text-14); } header p { font-size: var(--crm-text-12); max-inline-size: 80ch; }
    .note { display: flex; align-items: start; gap: 6px; font-size: var(--crm-text-12); } .note crm-icon { flex: none; margin-block-start: 1px; }
  `,
})
export class CohortCardComponent {
  protected readonly state = inject(RevenueState);
  protected readonly figures = inject(PageFigures);
  private readonly dictionary = inject(MemberDictionary);
  private readonly words = inject(PageReader);

  protected readonly metric = computed(() => this.state.address().show);
  protected readonly key = computed(() => (METRICS[this.metric()].view === 'retention' ? 'retention' : 'value'));
  protected readonly meaning = computed(() => this.dictionary.of(METRICS[this.metric()].value));
  protected readonly tabs = computed<Tab[]>(() => GRID_METRICS.map((key) => ({ key, label: this.words.reader().text(`revenue.cohorts.by.${key}`) })));
  protected readonly problem = computed(() => this.figures.refusal(this.key()) ?? (this.figures.answer(this.key()) ? null : this.figures.problem()));
  protected readonly grid = computed(() => { const rows = this.figures.rows(this.key()); return rows && cohortGrid(rows, this.metric(), this.state.cohorts()); });
  protected readonly chosen = computed(() => { const pick = this.state.address().pick; return cellOf(pick) ? pick : null; });
}
