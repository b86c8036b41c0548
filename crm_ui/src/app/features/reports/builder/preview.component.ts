import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsAnswer } from '@core/analytics/analytics.client';
import { formatDate } from '@core/format/format';
import { DayRange } from '@core/analytics/period';
import { NoticeService } from '@shared/dialog/notice.service';
import { IconComponent } from '@shared/icon/icon.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { drill, measuresOf, questionOfCell } from '../definition/definition.drill';
import { isAskable, isCalculated } from '../definition/definition.model';
import { ReportFile } from '../saved/report.file';
import { ReportPanels } from '../saved/report.panels';
import { ReportCell, ReportViewComponent } from '../view/report-view.component';
import { splitsOf } from './catalogue.model';
import { calculationText, keyText } from './definition.words';
import { PickService } from './pick.component';
import { ReportBuilder } from './report.builder';
import { ReportEditors } from './report.editors';
import { ReportPreview } from './report.preview';
import { ShapePickerComponent } from './shape-picker.component';

/** The answer as it is drawn, up to when it is complete, whether it is proven, and what of it is not shown. */
@Component({
  selector: 'crm-report-preview',
  imports: [AnswerFootComponent, EmptyComponent, IconComponent, ProblemComponent, ReportViewComponent, ShapePickerComponent, SkeletonComponent, TranslatePipe],
  providers: [PickService],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'region', '[attr.aria-label]': "builder.text('preview.label')", '[attr.aria-busy]': 'preview.loading()' },
  template: `
    <header><crm-shape-picker /><button type="button" class="crm-icon-button" (click)="preview.refresh()" [disabled]="!askable()" [attr.aria-label]="'home.refresh' | translate" [title]="'home.refresh' | translate"><crm-icon name="refresh" [size]="16" /></button></header>
    <p class="bar" [class.on]="preview.loading()" aria-hidden="true"></p>
    <p class="crm-visually-hidden" role="status">{{ preview.loading() ? ('shared.loading' | translate) : '' }}</p>
    @if (preview.problem(); as problem) { <crm-problem [problem]="problem" [inline]="true" (retry)="preview.refresh()" /> }
    <div class="picture" [class.stale]="preview.stale()">
      @if (preview.shown(); as shown) { <crm-report-view [definition]="shown.definition" [answer]="shown.answer" [titles]="titles()" (sorted)="editors.sort($event.by, $event.order)" (opened)="explain($event)" (drilled)="look($event)" [watchable]="watchable()" (watched)="watch($event)" /> }
      @else if (preview.loading()) { <div class="wait"><crm-skeleton [height]="36" /><crm-skeleton [lines]="8" /></div> }
      @else if (!preview.problem()) { <crm-empty icon="table" [title]="(builder.definition().view ? 'reports.preview.noValue' : 'reports.preview.empty') | translate" [text]="(builder.definition().view ? 'reports.preview.noValueText' : 'reports.preview.emptyText') | translate" /> }
    </div>
    @if (preview.shown(); as shown) {
      <footer>
        @if (range(); as text) { <span>{{ text }}</span> }
        @if (!shown.answer.consistent) { <span class="moving"><crm-icon name="triangle-alert" [size]="14" />{{ 'reports.preview.moving' | translate }}</span> }
        @if (preview.stale()) { <span class="moving">{{ 'reports.preview.stale' | translate }}</span> }
        <crm-answer-foot [answer]="marks()" />
      </footer>
    }
  `,
  styleUrl: './preview.component.scss',
})
export class PreviewComponent {
  private readonly notice = inject(NoticeService);
  private readonly panel = inject(NumberPanelService);
  private readonly picker = inject(PickService);
  protected readonly builder = inject(ReportBuilder);
  protected readonly editors = inject(ReportEditors);
  private readonly file = inject(ReportFile);
  private readonly panels = inject(ReportPanels);
  protected readonly preview = inject(ReportPreview);
  protected readonly watchable = computed(() => this.file.saved() !== null && this.panels.alerts.available());
  protected readonly askable = computed(() => isAskable(this.builder.definition()));
  protected readonly marks = computed((): AnalyticsAnswer | null => {
    const answer = this.preview.shown()?.answer;
    return answer ? { rows: [], watermark: answer.watermark, proof: answer.proof, ...(answer.trace_id ? { traceId: answer.trace_id } : {}) } : null;
  });
  /** What the splits are called. */
  protected readonly titles = computed(() => {
    const { rows = [], columns = [] } = this.preview.shown()?.definition ?? {};
    return Object.fromEntries([...rows, ...columns].map(({ member }) => [member, this.builder.title(member)]));
  });
  protected readonly range = computed(() => {
    const [answer, { tag, text }] = [this.preview.shown()?.answer, this.builder.words()];
    const days = ([from, to]: DayRange): string => `${formatDate(from, tag)} – ${formatDate(to, tag)}`;
    if (!answer?.range) return '';
    return answer.compared ? text('reports.preview.compared', { range: days(answer.range), before: days(answer.compared) }) : days(answer.range);
  });

  /** Watches the value of a number in the saved report: of a row that of any row, else the total. */
  protected watch({ row, value }: ReportCell): void {
    const shown = this.preview.shown();
    if (this.file.saved()?.definition.values.some(({ key }) => key === value)) void this.panels.alert(value, shown && (shown.answer.rows[row]?.level ?? 0) > 0 ? 'any' : 'total');
    else this.notice.say(this.builder.text('schedule.saveFirst'));
  }

  /** Explains a number down to its records; of a calculation one of the measures that it is made of, which the reader chooses. */
  protected async explain(cell: ReportCell): Promise<void> {
    const shown = this.preview.shown();
    if (!shown) return;
    const words = this.builder.words();
    const { values } = shown.definition;
    const measures = measuresOf(cell.value, values);
    const value = values.find(({ key }) => key === cell.value);
    const title = keyText(cell.value, values, words);
    const measure = measures.length > 1 && value && isCalculated(value)
      ? await this.picker.pick({ title, text: this.builder.text('pick.part', { formula: calculationText(value, values, words) }), options: measures.map((member) => ({ key: member, label: this.builder.title(member) })) })
      : measures[0];
    if (measure) await this.panel.open(questionOfCell(shown.definition, shown.answer, cell, measure, measures.length > 1 || measures[0] !== measure || (value && isCalculated(value)) ? this.builder.title(measure) : title));
  }

  /** Looks into a row by the split that the reader picks. */
  protected async look({ row }: ReportCell): Promise<void> {
    const shown = this.preview.shown();
    if (!shown) return;
    const { view, rows } = shown.definition;
    const taken = new Set(rows.filter(({ grain }) => !grain).map(({ member }) => member));
    const options = splitsOf(this.builder.meanings(), view, this.builder.words().arabic).filter(({ member }) => !taken.has(member));
    const picked = await this.picker.pick({ title: this.builder.text('pick.drill'), text: this.builder.text('pick.drillText'), options: options.map(({ member, title }) => ({ key: member, label: title })) });
    const next = options.find(({ member }) => member === picked);
    if (!next) return;
    const split = next.kind === 'time' ? { member: next.member, grain: 'month' as const } : { member: next.member };
    this.builder.change((now) => drill({ ...now, rows: shown.definition.rows }, shown.answer, row, split));
    this.builder.say('said.drilled', { field: next.title });
  }
}
