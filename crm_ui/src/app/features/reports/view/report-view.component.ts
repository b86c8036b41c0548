import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { SessionService } from '@core/session/session.service';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { PageReader } from '@shared/format/reader';
import { MemberDictionary } from '@shared/kpi/member.words';
import { EmptyComponent } from '@shared/states/states.component';
import { ReportChartComponent } from './charts/report-chart.component';
import { ReportKpisComponent } from './charts/report-kpis.component';
import { ReportGridComponent } from './grid/report-grid.component';
import { plainName, ReportReader } from './node.words';
import { ReportCell, ReportSort } from './report.cell';
import { noticesOf } from './report.notices';

export type { ReportCell, ReportSort } from './report.cell';

/** The answer to a report in its shape, with what is not shown said below it. */
@Component({
  selector: 'crm-report-view',
  imports: [EmptyComponent, ReportChartComponent, ReportGridComponent, ReportKpisComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (empty()) { <crm-empty icon="table" [title]="reader().text('report.empty')" [text]="reader().text('report.emptyText')" /> }
    @else if (shape() === 'pivot' || shape() === 'table') { <crm-report-grid [definition]="definition()" [answer]="answer()" [reader]="reader()" [label]="name()" [titleOf]="titleOf()" (opened)="opened.emit($event)" (drilled)="drilled.emit($event)" [watchable]="watchable()" (watched)="watched.emit($event)" (sorted)="sorted.emit($event)" /> }
    @else {
      @defer (on immediate) {
        @if (shape() === 'kpi') { <crm-report-kpis [definition]="definition()" [answer]="answer()" [reader]="reader()" (opened)="opened.emit($event)" /> }
        @else { <crm-report-chart [definition]="definition()" [answer]="answer()" [reader]="reader()" [label]="name()" [corner]="corner()" (opened)="opened.emit($event)" /> }
      } @placeholder { <span class="crm-skeleton"></span> }
    }
    @for (notice of notices(); track notice) { <p class="notice">{{ notice }}</p> }
  `,
  styles: `:host { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); min-inline-size: 0; }   .crm-skeleton { block-size: 340px; } .notice { font-size: var(--crm-text-12); color: var(--crm-text-2); }`,
})
export class ReportViewComponent {
  private readonly page = inject(PageReader);
  private readonly session = inject(SessionService);
  private readonly dictionary = inject(MemberDictionary, { optional: true });
  readonly definition = input.required<ReportDefinition>();
  readonly answer = input.required<ReportAnswer>();
  /** What the report is called, for screen readers. */
  readonly title = input('');
  /** Names of the splits' members; without them the words of the semantic layer, where the page has them. */
  readonly titles = input<Readonly<Record<string, string>>>({});
  /** A number whose records are wanted. */
  readonly opened = output<ReportCell>();
  /** A row that shall be looked into: its group becomes a condition and the next split is chosen. */
  readonly drilled = output<ReportCell>();
  /** Whether a number can be watched, and one that shall be. */
  readonly watchable = input(false);
  readonly watched = output<ReportCell>();
  /** Rows in the order of a value are wanted. */
  readonly sorted = output<ReportSort>();

  protected readonly reader = computed<ReportReader>(() => ({ ...this.page.reader(), fiscalStart: this.session.fiscalStart() }));
  protected readonly titleOf = computed(() => {
    const titles = this.titles();
    return (member: string): string => titles[member] || this.dictionary?.of(member).title || '';
  });
  protected readonly shape = computed(() => this.definition().show.shape);
  protected readonly corner = computed(() => this.definition().rows.map(({ member }) => this.titleOf()(member) || plainName(member)).join(' · '));
  protected readonly name = computed(() => this.title() || this.answer().values.map(({ title, title_ar }) => (this.reader().arabic && title_ar) || title).join(', '));
  protected readonly empty = computed(() => {
    const { rows, cells } = this.answer();
    return rows.length === 0 || Object.values(cells).every((list) => list.every((text) => text === null));
  });
  protected readonly notices = computed(() => noticesOf(this.answer(), this.reader()));
}
