import { ChangeDetectionStrategy, Component, computed, inject, input, model, output } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { Problem } from '@core/api/problem';
import { IconComponent } from '../icon/icon.component';
import { behindPoint, CellValue } from '../kpi/number.model';
import { NumberPanelService } from '../kpi/number-panel.service';
import { ProblemComponent } from '../states/states.component';

/** One of several numbers of a part: bars that stand in one group. */
export interface ChartBar {
  /** What is measured, the same in every group. */
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly text: string;
}

/** One part of a chart: what it stands for, its number, the number as text, and a key for drilling. */
export interface ChartPoint {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly text: string;
  /** A second line for tooltips and tables. */
  readonly detail?: string;
  /** A shorter label for an axis. */
  readonly axis?: string;
  /** In a waterfall: the sum so far instead of a step. */
  readonly total?: boolean;
  /** Several numbers of one unit, drawn side by side; the first is the value. */
  readonly bars?: readonly ChartBar[];
  /** The cell of the chart's query that it is, for what is behind its number; absent where it is none. */
  readonly cell?: Readonly<Record<string, CellValue>>;
}

/** A number of the chart that can be explained. */
export interface ChartMeasure {
  readonly key: string;
  readonly label: string;
}

/** The frame of a chart: title, menu, and the states loading, empty, failed and table. The chart is content. */
@Component({
  selector: 'crm-chart-card',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, IconComponent, ProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.aria-busy]': 'loading()' },
  template: `
    <header><div class="words"><h2 class="crm-ellipsis">{{ title() }}</h2>@if (subtitle()) { <p class="crm-ellipsis">{{ subtitle() }}</p> }</div>
      <button type="button" class="crm-icon-button crm-icon-button--small" [matMenuTriggerFor]="menu" [attr.aria-label]="'chart.menu' | translate: { name: title() }"><crm-icon name="ellipsis" [size]="16" /></button>
    </header>
    <div class="tools"><ng-content select="[slot=tools]" /></div>
    <mat-menu #menu xPosition="before">
      @if (description()) { <div class="meaning"><strong>{{ title() }}</strong><p>{{ description() }}</p></div> }
      @if (switchable()) { <button mat-menu-item (click)="asTable.set(!asTable())"><span class="row"><crm-icon [name]="asTable() ? 'chart-column' : 'table'" [size]="16" />{{ (asTable() ? 'chart.asChart' : 'chart.asTable') | translate }}</span></button> }
      @if (question()) { @for (one of measures(); track one.key) { <button mat-menu-item (click)="explain(one.key)"><span class="row"><crm-icon name="circle-help" [size]="16" />{{ (measures().length > 1 ? 'number.explainOne' : 'number.explain') | translate: { name: one.label } }}</span></button> } }
      @if (drillable()) { <button mat-menu-item (click)="drill.emit(null)"><span class="row"><crm-icon name="list" [size]="16" />{{ 'chart.rows' | translate }}</span></button> }
    </mat-menu>
    <div class="body" [style.min-block-size.px]="height()">
      @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="retry.emit()" /> }
      @else if (loading()) { <div class="shape" aria-hidden="true">@for (size of [72, 54, 88, 40, 64, 30]; track size) { <span class="crm-skeleton" [style.inline-size.%]="size"></span> }</div> }
      @else if (points().length === 0) { <p class="none"><crm-icon name="chart-column" [size]="22" />{{ 'chart.empty' | translate }}</p> }
      @else if (asTable()) {
        <div class="table"><table><thead><tr><th scope="col">{{ category() || ('chart.category' | translate) }}</th>@for (head of heads(); track $index) { <th scope="col" class="end">{{ head || ('chart.value' | translate) }}</th> }</tr></thead>
          <tbody>@for (point of points(); track point.key) { <tr><th scope="row"><bdi>{{ point.label }}</bdi></th>@for (bar of barsOf(point); track bar.key; let first = $first) { <td class="end crm-number">@if (question() && point.cell) { <button type="button" (click)="explain(bar.key, point)" [attr.aria-label]="'number.explainOne' | translate: { name: [point.label, bar.label, bar.text].join(', ') }"><bdi>{{ bar.text }}</bdi></button> } @else { <bdi>{{ bar.text }}</bdi> }@if (first && point.detail) { <small><bdi>{{ point.detail }}</bdi></small> }</td> }</tr> }</tbody></table></div>
      } @else { <ng-content /> }
    </div>
  `,
  styleUrl: './chart-card.component.scss',
})
export class ChartCardComponent {
  protected readonly panel = inject(NumberPanelService);
  /** The title. */
  readonly title = input.required<string>();
  /** What is counted, in a few words. */
  readonly subtitle = input('');
  /** The definition, for the menu. */
  readonly description = input('');
  /** Cube's query behind the chart; with it the menu offers to explain its numbers as a whole, and the table each cell, down to its records. */
  readonly question = input<Record<string, unknown> | null>(null);
  /** The same numbers as the chart, for the table and to know emptiness. */
  readonly points = input.required<readonly ChartPoint[]>();
  /** Heading of the categories in the table. */
  readonly category = input('');
  /** Heading of the numbers in the table. */
  readonly measure = input('');
  /** The query's measures by the names that readers know; the numbers of points are of the first, unless they have bars. */
  readonly measures = input<readonly ChartMeasure[]>([]);
  /** True while the first numbers load. */
  readonly loading = input(false);
  /** What went wrong. */
  readonly problem = input<Problem | null>(null);
  /** Least height of the chart in pixels, kept in every state so that nothing jumps. */
  readonly height = input(260);
  /** False for a chart that is a table already. */
  readonly switchable = input(true);
  /** Offers the rows behind the chart. */
  readonly drillable = input(true);
  /** Table instead of chart; two-way. */
  readonly asTable = model(false);
  /** The reader wants the rows. */
  readonly drill = output<null>();
  /** The reader wants to try again. */
  readonly retry = output();
  protected readonly heads = computed(() => this.points()[0]?.bars?.map(({ label }) => label) ?? [this.measure()]);

  /** The numbers of a line of the table. */
  protected barsOf(point: ChartPoint): readonly ChartBar[] {
    // Where the measures themselves are the points, each names its own.
    const [first] = this.measures();
    return point.bars ?? [{ key: (this.measures().find(({ key }) => key === point.key) ?? first)?.key ?? '', label: this.measure(), value: point.value, text: point.text }];
  }

  /** What is behind one of the chart's numbers, as a whole or of one point. */
  protected explain(measure: string, point?: ChartPoint): void {
    const query = this.question();
    if (query) void this.panel.open(behindPoint(query, measure, this.title(), point));
  }
}
