import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { toProblem } from '@core/api/problem';
import { formatMoney } from '@core/format/format';
import { ChartCardComponent, ChartPoint } from '@shared/chart/chart-card.component';
import { WaterfallComponent } from '@shared/chart/waterfall.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { Behind, DealsBehindComponent } from '../deals-behind.component';
import { approximate } from '@shared/format/exact';
import { Group, GROUPS } from '../pipeline.address';
import { amountOf, barFilter, BarKey, changeQuery, groupFilter } from '../pipeline.members';
import { PipelineSpan } from '../pipeline.span';
import { PipelineWay } from '../pipeline.way';
import { momentText, PageReader } from '@shared/format/reader';
import { SpanProblemComponent } from '../span-problem.component';
import { barName, barOf, groupsOf, stepsOf } from './changes.view';
import { GroupTableComponent } from './group-table.component';

/** What changed between the two instants: the waterfall, the same by group, and the deals behind a bar. */
@Component({
  selector: 'crm-pipeline-changes',
  imports: [NgTemplateOutlet, TranslatePipe, ChartCardComponent, WaterfallComponent, IconComponent, ProblemComponent, SkeletonComponent, AnswerFootComponent, DealsBehindComponent, GroupTableComponent, SpanProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './changes.component.html',
  styleUrl: './changes.component.scss',
})
export class ChangesComponent {
  private readonly analytics = inject(AnalyticsClient);
  private readonly way = inject(PipelineWay);
  protected readonly span = inject(PipelineSpan);
  private readonly words = inject(PageReader);

  protected readonly groups = GROUPS;
  protected readonly by = computed(() => this.span.address()?.by ?? null);
  protected readonly chosen = computed(() => barOf(this.span.address()?.pick ?? null));
  protected readonly of = computed(() => this.span.address()?.of ?? null);
  protected readonly steps = computed(() => {
    const bridge = this.span.bridge();
    return bridge ? stepsOf(bridge, this.words.reader()) : [];
  });
  protected readonly empty = computed(() => this.steps().length > 0 && this.steps().every(({ value }) => value === 0));
  protected readonly subtitle = computed(() => {
    const [begins, until] = [this.span.begins(), this.span.until()];
    const { text } = this.words.reader();
    return begins && until ? text('pipeline.between', { from: momentText(begins, this.words.reader()), until: momentText(until, this.words.reader()) }) : '';
  });
  /** Says aloud that the parts do not come to the end, and by how much. */
  protected readonly broken = computed(() => {
    const bridge = this.span.bridge();
    const { text, currency, tag } = this.words.reader();
    return bridge && !bridge.whole ? text('pipeline.broken', { gap: formatMoney(approximate(bridge.gap), currency, tag) }) : '';
  });
  protected readonly axis = computed(() => {
    const { currency, tag } = this.words.reader();
    return (value: number): string => formatMoney(value, currency, tag, 'compact');
  });

  protected readonly parts = resource({
    params: () => ({ filters: this.span.filters() ?? undefined, by: this.by() ?? undefined, has: this.way.has() ?? undefined }),
    loader: async ({ params: { filters, by, has } }) => (filters && by && has ? { by, answer: await this.analytics.load(changeQuery(filters, by, has)) } : null),
  });
  protected readonly rows = computed(() => {
    const parts = this.parts.hasValue() ? this.parts.value() : null;
    return parts && groupsOf(parts.answer.rows, parts.by, this.words.reader());
  });
  protected readonly partsProblem = computed(() => (this.parts.error() ? toProblem(this.parts.error()) : null));

  /** The deals of the bar, or of one group's part of it. */
  protected readonly behind = computed<Behind | null>(() => {
    const [key, of, by, filters, whole] = [this.chosen(), this.of(), this.by(), this.span.filters(), this.span.bridge()];
    if (key === null || !filters || !whole) return null;
    const group = of === null || by === null ? null : this.rows()?.find((row) => row.key === of);
    if (of !== null && by !== null && !group) return null;
    const bridge = group ?? whole;
    const name = barName(key, this.words.reader());
    return {
      title: group ? this.words.reader().text('pipeline.deals.of', { name, group: group.name }) : name,
      filters: [...filters, barFilter(key), ...(group && by ? [groupFilter(by, group.key)] : [])],
      measures: [amountOf(key)],
      amount: bridge.amounts.get(key) ?? 0n,
      count: bridge.counts.get(key) ?? 0,
    };
  });

  protected pick({ key }: Pick<ChartPoint, 'key'>): void {
    void this.way.go({ pick: key, of: null });
  }

  protected pickPart({ bar, group }: { bar: BarKey; group: string }): void {
    void this.way.go({ pick: bar, of: group });
  }

  protected group(by: string): void {
    const known = GROUPS.find((one): one is Group => one === by) ?? null;
    void this.way.go({ by: known, of: null, ...(this.of() === null ? {} : { pick: null }) });
  }

  protected close(): void {
    void this.way.go({ pick: null, of: null });
  }
}
