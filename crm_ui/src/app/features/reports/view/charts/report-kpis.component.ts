import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { changeOf } from '@core/analytics/change';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { freshText } from '@shared/format/reader';
import { KpiTileComponent } from '@shared/kpi/kpi-tile.component';
import { betterWay, changeKind } from '../../../home/measure.write';
import { ReportReader } from '../node.words';
import { beforeOf, cellOf, ReportCell } from '../report.cell';
import { chartOf } from './report.series';

/** The totals of the values, each as a tile with its change and, where the rows are steps of time, its trend. */
@Component({
  selector: 'crm-report-kpis',
  imports: [KpiTileComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `@for (tile of tiles(); track tile.key) { <crm-kpi-tile [title]="tile.title" [value]="tile.short" [full]="tile.full" [change]="tile.change" [versus]="tile.versus" [versusTitle]="tile.before" [trend]="tile.trend" [description]="tile.full" [fresh]="fresh().text" [freshTitle]="fresh().title" [stale]="!answer().consistent" [proof]="answer().proof" (drill)="opened.emit({ row: 0, column: 0, value: tile.key })" /> }`,
  styles: `:host { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr)); gap: var(--crm-3); }`,
})
export class ReportKpisComponent {
  readonly definition = input.required<ReportDefinition>();
  readonly answer = input.required<ReportAnswer>();
  readonly reader = input.required<ReportReader>();
  /** A number whose records are wanted. */
  readonly opened = output<ReportCell>();

  protected readonly fresh = computed(() => freshText(this.answer().watermark, this.reader()));
  protected readonly tiles = computed(() => {
    const [answer, definition, reader] = [this.answer(), this.definition(), this.reader()];
    const model = chartOf(answer, definition, reader);
    const timed = definition.rows.length === 1 && definition.rows[0]?.grain !== undefined;
    const steps = timed ? [...model.categories].sort((one, other) => String(one.node.value).localeCompare(String(other.node.value))) : [];
    return answer.values.map(({ key, unit, measure }, value) => {
      const cell = { row: 0, column: 0, value: key };
      const [now, was] = [cellOf(answer, cell), beforeOf(answer, cell)];
      const before = model.write(value, was);
      const series = { key, label: '', value, at: 0 };
      return {
        key, title: model.titles[value] ?? '', short: now === null ? '–' : model.axis(value)(Number(now)), full: model.write(value, now), before,
        change: was === null ? null : changeOf(now, was, changeKind(unit), measure === null ? 'up' : betterWay(measure)),
        versus: was === null ? '' : reader.text('report.versus', { before: model.axis(value)(Number(was)) }), trend: steps.map((step) => model.at(step, series).number),
      };
    });
  });
}
