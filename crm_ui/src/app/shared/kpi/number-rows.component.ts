import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { LocaleService } from '@core/i18n/locale.service';
import { ENTITY_PATHS } from '../chip/entity-link.component';
import { NumberItem, NumberReader, NumberRows, writeCell, writeNumber } from './number.model';

/** The records behind a number with what each gives to it; the last line has what all of them come to. */
@Component({
  selector: 'crm-number-rows',
  imports: [RouterLink, TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="scroll" role="region" tabindex="0" [attr.aria-label]="label()">
      <table>
        <thead><tr>@for (column of rows().columns; track column.member) { <th scope="col">{{ arabic() ? column.title_ar : column.title }}</th> } @for (part of rows().parts; track part.member) { <th scope="col" class="end">{{ arabic() ? part.title_ar : part.title }}</th> }</tr></thead>
        <tbody>
          @for (line of lines(); track $index) {
            <tr>
              @for (cell of line.cells; track $index; let first = $first) {
                @if (first) { <th scope="row">@if (line.path; as path) { <a [routerLink]="path" (click)="left.emit()"><bdi>{{ cell }}</bdi></a> } @else { <bdi>{{ cell }}</bdi> }</th> } @else { <td><bdi>{{ cell }}</bdi></td> }
              }
              @for (part of line.parts; track $index) { <td class="end crm-number"><bdi>{{ part }}</bdi></td> }
            </tr>
          }
        </tbody>
        <tfoot><tr><th scope="row" [attr.colspan]="rows().columns.length">{{ 'number.all' | translate: { count: total() } }}</th>@for (part of totals(); track part.member) { <td class="end crm-number"><bdi>{{ part.text }}</bdi>@if (part.sample) { <small>{{ 'number.values' | translate }}</small> }</td> }</tr></tfoot>
      </table>
    </div>
  `,
  styles: `
    .scroll { overflow-x: auto; border: 1px solid var(--crm-border); border-radius: var(--crm-radius); } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); }
    th, td { text-align: start; padding: 7px var(--crm-3); border-block-end: 1px solid var(--crm-border); font-weight: 400; max-inline-size: 220px; overflow-wrap: anywhere; min-inline-size: 84px; }
    thead th { font-size: var(--crm-text-12); color: var(--crm-text-2); font-weight: 500; background: var(--crm-sunken); overflow-wrap: normal; } .end { text-align: end; white-space: nowrap; } thead .end { white-space: normal; }
    tbody th a { color: var(--crm-text); font-weight: 500; } tbody th a:hover { color: var(--crm-accent); } tfoot th, tfoot td { font-weight: 600; border-block-end: 0; background: var(--crm-sunken); } small { display: block; font-weight: 400; color: var(--crm-text-2); }
  `,
})
export class NumberRowsComponent {
  private readonly locale = inject(LocaleService);
  /** The answer; its items are those read so far. */
  readonly rows = input.required<NumberRows>();
  /** How numbers are written. */
  readonly reader = input.required<NumberReader>();
  /** What the list is, for screen readers. */
  readonly label = input.required<string>();
  /** The reader follows a record. */
  readonly left = output();

  protected readonly arabic = computed(() => this.locale.language() === 'ar');
  protected readonly total = computed(() => ({ value: this.rows().total_rows, text: writeNumber(String(this.rows().total_rows), 'count', this.reader()) }));
  protected readonly lines = computed(() => this.rows().items.map((item) => ({
    path: pathOf(item),
    cells: this.rows().columns.map((column) => writeCell(item, column, this.arabic(), this.reader())),
    parts: this.rows().parts.map((part) => writeNumber(item.parts[part.member], part.unit, this.reader())),
  })));
  protected readonly totals = computed(() => this.rows().parts.map((part) => {
    const sample = part.role === 'sample';
    return { member: part.member, sample, text: writeNumber(part.total, sample ? 'count' : part.unit, this.reader()) };
  }));
}

/** The page of a record; null where its kind has none. */
function pathOf({ resource, record_id: id }: NumberItem): string | null {
  const base = resource === null ? undefined : ENTITY_PATHS[resource];
  return base === undefined || id === null ? null : `${base}/${id}`;
}
