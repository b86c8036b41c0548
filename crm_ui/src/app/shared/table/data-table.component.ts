import { BreakpointObserver } from '@angular/cdk/layout';
import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { NgTemplateOutlet } from '@angular/common';
import { afterNextRender, ChangeDetectionStrategy, Component, computed, contentChildren, DestroyRef, ElementRef, inject, Injector, input, output, signal, TemplateRef, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { Router } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { map } from 'rxjs';
import { EMPTY_QUERY, ListFilter, ListQuery, nextSort, withFilter } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { readStored, writeStored } from '@core/storage';
import { CountPipe, NumberPipe } from '../format/format.pipes';
import { IconComponent } from '../icon/icon.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '../states/states.component';
import { CellContext, CellDirective } from './cell.directive';
import { ColumnChoiceService, USUAL } from './column-choice.service';
import { ColumnFilterComponent } from './column-filter.component';
import { ColumnMenuComponent } from './column-menu.component';
import { ColumnNamePipe } from './column-name.pipe';
import { FurtherFiltersComponent } from './further-filters.component';
import { PlainCellComponent } from './plain-cell.component';
import { Density, leastOf, ROW_HEIGHT, TableColumn, trackOf } from './table.model';

const DENSITY_KEY = 'crm.density';
const SEARCH_PAUSE_MS = 250;
/** The next page is asked for while this many rows are still below the fold. */
const AHEAD = 15;
const PAGE_STEP = 10;
/** A list that fits its rows scrolls beyond this many. */
const FITTING = 16;

/** A list as a table, and as cards on a phone: sort, search, filters in place, density, keyboard, pages loaded while scrolling. */
@Component({
  selector: 'crm-data-table',
  imports: [CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport, NgTemplateOutlet, TranslatePipe, ColumnFilterComponent, ColumnMenuComponent, ColumnNamePipe, CountPipe, EmptyComponent, FurtherFiltersComponent, IconComponent, NumberPipe, PlainCellComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[style.--crm-table-height]': 'height()' },
  templateUrl: './data-table.component.html',
  styleUrl: './data-table.component.scss',
})
export class DataTableComponent<T extends { readonly id: string }> {
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);
  private readonly choice = inject(ColumnChoiceService);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  /** The usual columns, in order. */
  readonly columns = input.required<readonly TableColumn<T>[]>();
  /** Further columns, which are shown where the reader wants them. */
  readonly extras = input<readonly TableColumn<T>[]>([]);
  /** The list whose columns the reader chooses; without it all usual ones are shown. */
  readonly list = input<string | null>(null);
  /** What is listed. */
  readonly store = input.required<ListStore<T>>();
  /** What the table is called, for screen readers. */
  readonly label = input.required<string>();
  /** The page of a row; without it rows do not open. */
  readonly rowLink = input<((row: T) => string) | null>(null);
  /** Offers the search box. */
  readonly searchable = input(true);
  /** As high as its rows, for lists that are short. */
  readonly fit = input(false);
  /** The reader wants to see something else; bind it to the address with `listAddress`. */
  readonly queryChange = output<ListQuery>();

  private readonly cells = contentChildren<CellDirective<T>>(CellDirective);
  private readonly viewport = viewChild(CdkVirtualScrollViewport);
  private searchTimer: ReturnType<typeof setTimeout> | undefined;

  protected readonly phone = toSignal(inject(BreakpointObserver).observe('(max-width: 720px)').pipe(map((state) => state.matches)), { initialValue: matchMedia('(max-width: 720px)').matches });
  protected readonly density = signal<Density>(readStored(DENSITY_KEY) === 'compact' ? 'compact' : 'comfortable');
  protected readonly filtersOpen = signal(false);
  protected readonly focused = signal(0);
  protected readonly query = computed(() => this.store().query());
  protected readonly rows = computed(() => [...this.store().items()]);
  protected readonly rowHeight = computed(() => ROW_HEIGHT[this.density()]);
  protected readonly height = computed(() => (this.fit() ? `${Math.min(FITTING, Math.max(this.store().items().length, this.store().loading() ? 6 : 1)) * this.rowHeight()}px` : null));
  private readonly chosen = computed(() => { const list = this.list(); return list === null ? USUAL : this.choice.of(list); });
  protected readonly shown = computed(() => [
    ...this.columns().filter((column) => column.card === 'title' || !this.chosen().hidden.includes(column.key)),
    ...this.extras().filter((column) => this.chosen().added.includes(column.key)),
  ]);
  /** What is not shown can be filtered all the same. */
  protected readonly others = computed(() => [...this.columns(), ...this.extras()].filter((column) => column.filter && !this.shown().includes(column)));
  protected readonly tracks = computed(() => this.shown().map(trackOf).join(' '));
  /** Together the columns are never narrower; what their cells hold must not widen them, or one long value moved all others out of sight. */
  protected readonly narrowest = computed(() => this.shown().reduce((sum, column) => sum + leastOf(trackOf(column)), 0));
  protected readonly filtered = computed(() => this.shown().filter((column) => column.filter));
  protected readonly filterable = computed(() => this.filtered().length > 0 || this.others().length > 0);
  protected readonly skeletonRows = Array.from({ length: 12 }, (_, index) => index);
  protected readonly byId = (_index: number, row: T): string => row.id;
  private readonly templates = computed(() => new Map(this.cells().map((cell) => [cell.key(), cell.template])));

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.searchTimer));
  }

  protected templateOf(key: string): TemplateRef<CellContext<T>> | undefined {
    return this.templates().get(key);
  }

  protected cardColumns(place: 'title' | 'aside' | 'fact'): readonly TableColumn<T>[] {
    return this.shown().filter((column) => (column.card ?? 'fact') === place);
  }

  protected ariaSort(column: TableColumn<T>): 'ascending' | 'descending' | 'none' | null {
    if (!column.sort) return null;
    const sort = this.query().sort;
    if (sort === column.sort) return 'ascending';
    return sort === `-${column.sort}` ? 'descending' : 'none';
  }

  protected sortBy(column: TableColumn<T>): void {
    if (column.sort) this.ask({ ...this.query(), sort: nextSort(this.query().sort, column.sort) });
  }

  protected searchLater(text: string): void {
    clearTimeout(this.searchTimer);
    this.searchTimer = setTimeout(() => this.ask({ ...this.query(), q: text.trim() }), SEARCH_PAUSE_MS);
  }

  protected setFilter(field: string, conditions: readonly Omit<ListFilter, 'field'>[]): void {
    this.ask(withFilter(this.query(), field, conditions));
  }

  protected clear(): void {
    this.ask({ ...EMPTY_QUERY, sort: this.query().sort });
  }

  protected toggleDensity(): void {
    this.density.update((density) => (density === 'compact' ? 'comfortable' : 'compact'));
    writeStored(DENSITY_KEY, this.density());
  }

  protected scrolled(): void {
    const end = this.viewport()?.getRenderedRange().end ?? 0;
    if (end > this.store().items().length - AHEAD) void this.store().more();
  }

  /** A column that was just chosen comes into sight; it stands at the end. */
  protected reveal(key: string): void {
    afterNextRender(() => this.host.querySelector(`[data-column="${CSS.escape(key)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), { injector: this.injector });
  }

  /** Opens a row, unless the click was for a link or a control inside it. */
  protected open(row: T, event: Event): void {
    const link = this.rowLink();
    const target = event.target as HTMLElement;
    if (!link || target.closest('a, button, input, select, [role=button]')) return;
    void this.router.navigateByUrl(link(row));
  }

  protected pressed(event: KeyboardEvent, index: number): void {
    if (event.target !== event.currentTarget) return;
    const last = this.store().items().length - 1;
    const target = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + PAGE_STEP, PageUp: index - PAGE_STEP, Home: 0, End: last }[event.key];
    if (event.key === 'Enter') {
      const row = this.store().items()[index];
      if (row) this.open(row, event);
    } else if (target !== undefined) {
      event.preventDefault();
      this.focusRow(Math.min(last, Math.max(0, target)));
    }
  }

  private focusRow(index: number): void {
    this.focused.set(index);
    if (index > this.store().items().length - AHEAD) void this.store().more();
    const row = (): HTMLElement | null => this.host.querySelector(`[data-index="${index}"]`);
    if (!row()) this.viewport()?.scrollToIndex(Math.max(0, index - 3));
    // A row far away is drawn one frame later.
    if (row()) row()?.focus();
    else afterNextRender(() => requestAnimationFrame(() => row()?.focus()), { injector: this.injector });
  }

  private ask(query: ListQuery): void {
    this.focused.set(0);
    this.viewport()?.scrollToIndex(0);
    this.queryChange.emit(query);
  }
}
