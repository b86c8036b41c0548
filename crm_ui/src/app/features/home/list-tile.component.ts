import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { formatDate, formatMoney, formatNumber, formatPercent, MISSING } from '@core/format/format';
import { Problem } from '@core/api/problem';
import { ENTITY_PATHS } from '@shared/chip/entity-link.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { ListRow } from './dashboard.asking';
import { ListTile } from './dashboard.model';
import { Reader, valueWords } from './measure.write';

const isNamed = (value: unknown): value is { readonly name: string; readonly name_ar?: string | null } => typeof value === 'object' && value !== null && 'name' in value;
const MONEY = /(value|amount|total|mrr|arr|price|cost)$/;
const isNumber = (column: string): boolean => MONEY.test(column) || /(probability|score)$/.test(column);

/** A field of a record in words: names of what it points at, money in the record's currency, dates, statuses. */
export function writeField(row: ListRow, column: string, { tag, arabic, text, currency }: Reader): string {
  const value = row[column] ?? row[column.replace(/_id$/, '')];
  if (value === null || value === undefined || value === '') return MISSING;
  const named = column.endsWith('_id') ? (row[column.replace(/_id$/, '')] ?? value) : value;
  if (isNamed(named)) return (arabic && named.name_ar) || named.name;
  if (MONEY.test(column)) return formatMoney(value, typeof row['currency'] === 'string' ? row['currency'] : currency, tag, 'whole');
  if (/probability$/.test(column)) return formatPercent(value, tag, 0);
  if (/(_at|_date|_on)$/.test(column)) return formatDate(value, tag);
  if (['status', 'priority', 'kind', 'source', 'region', 'industry'].includes(column)) return valueWords(column, String(value), text);
  return typeof value === 'number' ? formatNumber(value, tag, 2) : typeof value === 'object' ? MISSING : String(value);
}

/** The first records of a list, in few columns. */
@Component({
  selector: 'crm-list-tile',
  imports: [RouterLink, TranslatePipe, IconComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.aria-busy]': 'rows() === null' },
  template: `
    <header><h2 class="crm-ellipsis">{{ title() }}</h2>@if (path() && drill()) { <a class="all" [routerLink]="path()" [queryParams]="drill()">{{ 'shared.all' | translate }}<crm-icon name="chevron-right" [size]="14" /></a> }</header>
    @if (problem(); as problem) { <crm-problem [problem]="problem" [retryable]="false" [inline]="true" /> }
    @else if (rows() === null) { <crm-skeleton [lines]="5" /> }
    @else if (lines().length === 0) { <p class="none"><crm-icon name="inbox" [size]="20" />{{ 'table.emptyFiltered' | translate }}</p> }
    @else {
      <div class="table" tabindex="0" role="group" [attr.aria-label]="title()"><table>
        <thead><tr>@for (column of heads(); track column.key) { <th scope="col" [class.end]="column.end">{{ column.label }}</th> }</tr></thead>
        <tbody>@for (line of lines(); track line.id) { <tr>@for (cell of line.cells; track $index) { <td [class.end]="cell.end" [class.crm-number]="cell.end">@if ($first && path()) { <a [routerLink]="path() + '/' + line.id"><bdi>{{ cell.text }}</bdi></a> } @else { <bdi>{{ cell.text }}</bdi> }</td> }</tr> }</tbody>
      </table></div>
    }
  `,
  styles: `
    :host { display: grid; grid-template-rows: auto minmax(0, 1fr); gap: var(--crm-3); padding: var(--crm-4); min-inline-size: 0; block-size: 100%; } header { display: flex; justify-content: space-between; gap: var(--crm-2); } h2 { font-size: var(--crm-text-14); font-weight: 600; }
    .all { display: inline-flex; align-items: center; gap: 2px; font-size: var(--crm-text-13); flex: none; } .none { display: grid; place-content: center; justify-items: center; gap: var(--crm-2); color: var(--crm-text-3); }
    .table { overflow: auto; } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); } th, td { text-align: start; padding: 7px var(--crm-2); border-block-end: 1px solid var(--crm-border); font-weight: 400; white-space: nowrap; max-inline-size: 240px; overflow: hidden; text-overflow: ellipsis; }
    th { font-size: var(--crm-text-12); color: var(--crm-text-3); font-weight: 500; position: sticky; inset-block-start: 0; background: var(--crm-surface); } td a { color: var(--crm-text); font-weight: 500; } td a:hover { color: var(--crm-accent); } .end { text-align: end; }
  `,
})
export class ListTileComponent {
  /** The tile. */
  readonly tile = input.required<ListTile>();
  /** Its title. */
  readonly title = input.required<string>();
  /** The records; null while they load. */
  readonly rows = input.required<readonly ListRow[] | null>();
  /** What went wrong. */
  readonly problem = input<Problem | null>(null);
  /** The words. */
  readonly reader = input.required<Reader>();
  /** Parameters of the whole list; null where it may not be opened. */
  readonly drill = input<Record<string, string> | null>(null);

  protected readonly path = computed(() => ENTITY_PATHS[this.tile().resource] ?? null);
  protected readonly heads = computed(() => this.tile().columns.map((key) => ({ key, end: isNumber(key), label: this.heading(key) })));
  protected readonly lines = computed(() => (this.rows() ?? []).map((row) => ({ id: row.id, cells: this.tile().columns.map((column) => ({ end: isNumber(column), text: writeField(row, column, this.reader()) })) })));

  private heading(key: string): string {
    const { text } = this.reader();
    return [`record.fields.${key}`, `record.fields.${key}_id`, `home.fields.${key}`, `admin.field.${key}`].map((name) => [name, text(name)] as const).find(([name, words]) => words !== name)?.[1] ?? key;
  }
}
