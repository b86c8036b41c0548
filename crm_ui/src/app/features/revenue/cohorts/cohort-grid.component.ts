import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, input, linkedSignal, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { monthText, PageReader } from '@shared/format/reader';
import { CohortGrid, GridMetric, moveCell } from './cohort.grid';
import { cellText, cellWords } from './cohort.words';

/** Cohorts by the months since; a cell is a button, arrows walk over the cells, Enter opens one. What has not ended is masked and says so. */
@Component({
  selector: 'crm-cohort-grid',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="scroll" role="region" tabindex="-1" [attr.aria-label]="label()" (keydown)="pressed($event)">
      <table>
        <thead><tr><th scope="col" class="corner">{{ 'revenue.cohorts.cohort' | translate }}</th><th scope="col">{{ 'revenue.cohorts.size' | translate }}</th>@for (month of months(); track month.since) { <th scope="col"><span class="crm-visually-hidden">{{ 'revenue.cohorts.month' | translate }} </span><bdi>{{ month.text }}</bdi></th> }</tr></thead>
        <tbody>
          @for (line of lines(); track line.key) {
            <tr><th scope="row"><bdi>{{ line.name }}</bdi></th><td class="size crm-number">{{ line.size }}</td>
              @for (cell of line.cells; track cell.key) {
                @switch (cell.state) {
                  @case ('known') { <td><button type="button" [attr.data-cell]="cell.key" [attr.data-heat]="cell.heat" [class.chosen]="cell.key === chosen()" [attr.aria-pressed]="cell.key === chosen()" [title]="cell.words" [tabindex]="cell.key === place() ? 0 : -1" (focus)="place.set(cell.key)" (click)="pick.emit(cell.key)"><bdi class="crm-number">{{ cell.text.value }}</bdi>@if (cell.text.small) { <small class="crm-number"><bdi>{{ cell.text.small }}</bdi></small> }<span class="crm-visually-hidden">{{ cell.words }}</span></button></td> }
                  @case ('open') { <td class="open" [title]="cell.words"><span aria-hidden="true">…</span><span class="crm-visually-hidden">{{ cell.words }}</span></td> }
                  @default { <td></td> }
                }
              }
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styleUrl: './cohort-grid.component.scss',
})
export class CohortGridComponent {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly locale = inject(LocaleService);
  private readonly reader = inject(PageReader);
  /** The cells. */
  readonly grid = input.required<CohortGrid>();
  /** What they are. */
  readonly metric = input.required<GridMetric>();
  /** What the grid shows, for screen readers. */
  readonly label = input.required<string>();
  /** The cell whose accounts are listed. */
  readonly chosen = input<string | null>(null);
  /** A cell was opened. */
  readonly pick = output<string>();

  private readonly first = computed(() => this.grid().lines.flatMap(({ cells }) => cells).find(({ state }) => state === 'known')?.key ?? null);
  /** The one cell that Tab leads to. */
  protected readonly place = linkedSignal<CohortGrid, string | null>({ source: this.grid, computation: (grid, before) => {
    const held = before?.value ?? this.chosen();
    return grid.lines.some(({ cells }) => cells.some(({ key, state }) => key === held && state === 'known')) ? held : this.first();
  } });
  protected readonly months = computed(() => this.grid().months.map((since) => ({ since, text: formatNumber(since, this.reader.reader().tag) })));
  protected readonly lines = computed(() => {
    const [reader, metric] = [this.reader.reader(), this.metric()];
    return this.grid().lines.map((line) => ({
      key: line.key, name: monthText(`${line.key}-01`, reader), size: formatNumber(line.size, reader.tag),
      cells: line.cells.map((cell) => ({ key: cell.key, state: cell.state, heat: cell.heat, text: cellText(metric, cell, reader), words: cellWords(metric, line, cell, reader) })),
    }));
  });

  protected pressed(event: KeyboardEvent): void {
    const at = this.place();
    const next = at === null ? null : moveCell(this.grid(), at, event.key, this.locale.direction() === 'rtl');
    if (next === null) return;
    event.preventDefault();
    this.place.set(next);
    this.host.querySelector<HTMLButtonElement>(`[data-cell="${CSS.escape(next)}"]`)?.focus();
  }
}
