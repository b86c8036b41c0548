import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, linkedSignal, resource, viewChildren } from '@angular/core';
import { Filter } from '@cubejs-client/core';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { toProblem } from '@core/api/problem';
import { formatMoney, formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { IconComponent } from '@shared/icon/icon.component';
import { LookupService } from '@shared/record/lookup.service';
import { EmptyComponent, SkeletonComponent } from '@shared/states/states.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { Behind, DealsBehindComponent } from '../deals-behind.component';
import { approximate } from '@shared/format/exact';
import { change, named } from '../pipeline.members';
import { PipelineSpan } from '../pipeline.span';
import { PipelineWay } from '../pipeline.way';
import { dealsText, momentText, PageReader } from '@shared/format/reader';
import { wayText } from '../deals.view';
import { SpanProblemComponent } from '../span-problem.component';
import { cellKey, ENTRY_MEASURES, FlowMatrix, flowMatrix, FlowSum, heatOf } from './flow.view';

/** From which stage to which the deals of the span went: a matrix whose cells open their deals. */
@Component({
  selector: 'crm-pipeline-flow',
  imports: [TranslatePipe, IconComponent, EmptyComponent, SkeletonComponent, AnswerFootComponent, DealsBehindComponent, SpanProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './flow.component.html',
  styleUrl: './flow.component.scss',
})
export class FlowComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly lookup = inject(LookupService);
  private readonly locale = inject(LocaleService);
  private readonly way = inject(PipelineWay);
  private readonly span = inject(PipelineSpan);
  private readonly words = inject(PageReader);

  protected readonly flow = resource({
    params: () => ({ filters: this.span.filters() ?? undefined, has: this.way.has() ?? undefined }),
    loader: async ({ params: { filters, has } }) => {
      if (!filters || !has) return null;
      await this.lookup.need('pipelines');
      const dimensions = [...['from_stage_id', 'to_stage_id'].map(change), ...named('pipeline_change', ['from_stage', 'to_stage'], has)];
      return this.analytics.load({ measures: [...ENTRY_MEASURES, change('count')], dimensions, filters });
    },
  });
  protected readonly problem = computed(() => (this.flow.error() ? toProblem(this.flow.error()) : null));
  protected readonly answer = computed(() => (this.flow.hasValue() ? this.flow.value() : null));
  protected readonly subtitle = computed(() => {
    const [begins, until, reader] = [this.span.begins(), this.span.until(), this.words.reader()];
    return begins && until ? reader.text('pipeline.between', { from: momentText(begins, reader), until: momentText(until, reader) }) : '';
  });
  private readonly matrix = computed<FlowMatrix | null>(() => {
    const answer = this.answer();
    const places = new Map(this.lookup.pipelines().flatMap(({ stages }, pipeline) => stages.map((stage) => [stage.id, pipeline * 1000 + stage.position])));
    return answer && flowMatrix(answer.rows, (id) => places.get(id) ?? Number.MAX_SAFE_INTEGER, this.words.reader());
  });
  protected readonly chosen = computed(() => this.span.address()?.pick ?? null);
  protected readonly table = computed(() => {
    const matrix = this.matrix();
    if (!matrix) return null;
    const largest = [...matrix.cells.values()].reduce((most, { amount }) => (amount > most ? amount : most), 0n);
    return {
      to: matrix.to,
      rows: matrix.from.map((from) => ({
        ...from, total: this.write(matrix.rows.get(from.key)),
        cells: matrix.to.map((to) => {
          const cell = matrix.cells.get(cellKey(from.key, to.key));
          return { key: cellKey(from.key, to.key), heat: heatOf(cell, largest), stays: from.key === to.key, ...this.write(cell), words: this.spoken(from.name, to.name, cell) };
        }),
      })),
      columns: matrix.to.map(({ key }) => this.write(matrix.columns.get(key))),
      all: this.write(matrix.all),
    };
  });
  /** The cell that the keyboard stands on: the chosen one, else the first. */
  protected readonly place = linkedSignal(() => {
    const keys = this.keys();
    const chosen = this.chosen();
    return chosen !== null && keys.includes(chosen) ? chosen : (keys[0] ?? null);
  });
  private readonly keys = computed(() => (this.table()?.rows ?? []).flatMap(({ cells }) => cells.filter(({ heat }) => heat > 0).map(({ key }) => key)));
  private readonly marks = viewChildren<ElementRef<HTMLButtonElement>>('mark');

  protected readonly behind = computed<Behind | null>(() => {
    const [matrix, key, filters] = [this.matrix(), this.chosen(), this.span.filters()];
    const cell = key === null ? undefined : matrix?.cells.get(key);
    if (!matrix || key === null || !filters || !cell) return null;
    const [from = '', to = ''] = key.split('~');
    const name = (sides: FlowMatrix['from'], side: string): string => sides.find((one) => one.key === side)?.name ?? '';
    const stage = (member: string, id: string): Filter => (id === '' ? { member: change(member), operator: 'notSet' } : { member: change(member), operator: 'equals', values: [id] });
    return {
      title: wayText(name(matrix.from, from), name(matrix.to, to), this.words.reader()),
      filters: [...filters, stage('from_stage_id', from), stage('to_stage_id', to)],
      measures: ENTRY_MEASURES, amount: cell.amount, count: cell.count,
    };
  });

  protected open(key: string): void {
    void this.way.go({ pick: key, of: null });
  }

  protected close(): void {
    void this.way.go({ pick: null, of: null });
  }

  /** Arrows walk over the cells that have deals, in the direction that is seen. */
  protected moved(event: KeyboardEvent): void {
    const rows = this.table()?.rows.map(({ cells }) => cells.map(({ key, heat }) => (heat > 0 ? key : null))) ?? [];
    const row = rows.findIndex((keys) => keys.includes(this.place()));
    const column = rows[row]?.indexOf(this.place()) ?? -1;
    const turn = this.locale.direction() === 'rtl' ? -1 : 1;
    const [down, across] = ({ ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, turn], ArrowLeft: [0, -turn] } as Record<string, [number, number]>)[event.key] ?? [0, 0];
    if (row < 0 || (down === 0 && across === 0)) return;
    event.preventDefault();
    for (let r = row + down, c = column + across; r >= 0 && r < rows.length && c >= 0 && c < (rows[r]?.length ?? 0); r += down, c += across) {
      const key = rows[r]?.[c];
      if (!key) continue;
      this.place.set(key);
      this.marks().find(({ nativeElement }) => nativeElement.dataset['cell'] === key)?.nativeElement.focus();
      return;
    }
  }

  private write(sum: FlowSum | undefined): { amount: string; count: string } {
    const { currency, tag } = this.words.reader();
    return sum ? { amount: formatMoney(approximate(sum.amount), currency, tag, 'compact'), count: formatNumber(sum.count, tag) } : { amount: '', count: '' };
  }

  private spoken(from: string, to: string, cell: FlowSum | undefined): string {
    const reader = this.words.reader();
    return cell ? `${wayText(from, to, reader)}: ${formatMoney(approximate(cell.amount), reader.currency, reader.tag)}, ${dealsText(cell.count, reader)}` : '';
  }
}
