import { NgTemplateOutlet } from '@angular/common';
import { afterNextRender, ChangeDetectionStrategy, Component, computed, DestroyRef, ElementRef, inject, input, linkedSignal, NgZone, output, signal, untracked, viewChild } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { LocaleService } from '@core/i18n/locale.service';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { IconComponent } from '@shared/icon/icon.component';
import { ReportReader } from '../node.words';
import { ReportCell, ReportSort } from '../report.cell';
import { GridChanges } from './grid.changes';
import { HeadCell } from './grid.columns';
import { cellsOf, DrawnLine, headRowsOf, LINE_HEIGHT, NARROW, nameWidthsOf, TALL_LINE } from './grid.drawing';
import { GridModel, NameCell } from './grid.model';
import { Area, areaOf, moved, Place, tsvOf, within } from './grid.moves';
import { groupKey, groupKeys } from './grid.tree';
import { PinnedNamesComponent } from './pinned-names.component';
import { broughtIn, columnsInSight, linesInSight, Stretch } from './grid.window';

let grids = 0;

/**
 * Rows, columns and their totals as a grid after the pattern of ARIA. Only what is in sight is in the document: scrolling moves what the browser has painted,
 * and a turn of the drawing is due only when the sight has left it by some lines; nothing is measured on the way.
 */
@Component({
  selector: 'crm-report-grid',
  imports: [NgTemplateOutlet, MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, IconComponent, PinnedNamesComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './report-grid.component.html',
  styleUrl: './report-grid.component.scss',
})
export class ReportGridComponent {
  private readonly locale = inject(LocaleService);
  readonly definition = input.required<ReportDefinition>();
  readonly answer = input.required<ReportAnswer>();
  readonly reader = input.required<ReportReader>();
  /** What the table shows, for screen readers. */
  readonly label = input.required<string>();
  /** Names of the splits' members; empty text where none is known. */
  readonly titleOf = input<(member: string) => string>(() => '');
  /** A number whose records are wanted. */
  readonly opened = output<ReportCell>();
  /** A row that shall be looked into. */
  readonly drilled = output<ReportCell>();
  /** Whether a number can be watched, and one that shall be. */
  readonly watchable = input(false);
  readonly watched = output<ReportCell>();
  /** Rows in another order are wanted. */
  readonly sorted = output<ReportSort>();

  protected readonly id = `crm-report-grid-${(grids += 1)}`;
  private readonly scroller = viewChild.required<ElementRef<HTMLElement>>('scroller');
  private readonly trigger = viewChild.required<MatMenuTrigger>('trigger');
  private readonly size = signal({ width: 0, height: 0 });
  protected readonly focused = signal(false);
  private readonly changes = new GridChanges(this.answer);
  private readonly narrow = computed(() => this.size().width > 0 && this.size().width < NARROW);

  protected readonly model = computed(() => new GridModel(this.answer(), this.definition(), this.reader(), { foldedRows: this.changes.foldedRows(), foldedColumns: this.changes.foldedColumns(), rank: this.changes.rank(), narrow: this.narrow() }));
  protected readonly lineHeight = computed(() => (this.narrow() && this.model().rows.depth > 1 ? TALL_LINE : LINE_HEIGHT));
  protected readonly splits = computed(() => Array.from({ length: this.model().names }, (_, column) => this.model().splitName(column, this.titleOf())));
  protected readonly nameWidths = computed(() => nameWidthsOf(this.model(), this.splits(), this.size().width));
  protected readonly namesWidth = computed(() => this.nameWidths().reduce((sum, width) => sum + width, 0));
  protected readonly width = computed(() => this.model().offsets.at(-1) ?? 0);
  protected readonly bodyLines = computed(() => this.model().lines.length - (this.model().lines.at(-1)?.kind === 'grand' ? 1 : 0));
  protected readonly groups = computed(() => groupKeys(this.model().rows));

  protected readonly scrolled = signal({ top: 0, left: 0 });
  private readonly lineStretch = computed(() => linesInSight(this.scrolled().top, this.size().height, this.lineHeight(), this.bodyLines()), { equal: sameStretch });
  private readonly columnStretch = computed(() => columnsInSight(this.scrolled().left, this.size().width - this.namesWidth(), this.model().offsets, this.model().narrowest), { equal: sameStretch });
  protected readonly headRows = computed(() => headRowsOf(this.model(), this.columnStretch(), { sort: this.definition().sort, local: this.changes.sort() }));
  protected readonly headHeight = computed(() => this.headRows().reduce((sum, row) => sum + row.height, 0));
  /** Lines that stay in sight are drawn once. */
  private readonly kept = computed(() => ({ model: this.model(), stretch: this.columnStretch(), lines: new Map<number, DrawnLine>() }));
  protected readonly drawn = computed(() => {
    const { first, last } = this.lineStretch();
    // Elements are used again: the line that comes in takes the place of the one that went out.
    return Array.from({ length: last - first }, (_, place) => this.drawnLine(first + place, (first + place) % Math.max(last - first, 1)));
  });
  protected readonly grand = computed(() => (this.bodyLines() < this.model().lines.length ? this.drawnLine(this.bodyLines(), 0) : null));

  protected readonly active = linkedSignal<GridModel, Place>({ source: this.model, computation: (model, before) => clamp(before?.value ?? { line: 0, column: 0 }, model) });
  private readonly anchor = linkedSignal<GridModel, Place>({ source: this.model, computation: () => untracked(this.active) });
  private readonly area = computed<Area | null>(() => (this.anchor().line === this.active().line && this.anchor().column === this.active().column ? null : areaOf(this.anchor(), this.active())));
  /** The element of the active cell; null while it is scrolled out of sight and so not in the document. */
  protected readonly activeId = computed(() => {
    const { line, column } = this.active();
    const { first, last } = this.columnStretch();
    if (line < 0) {
      const head = column < 0 ? null : this.model().headAt(line, column);
      return head && (head.start >= last || head.end <= first) ? null : `${this.id}-h${head?.row ?? this.model().headRows - 1}-${head?.start ?? column}`;
    }
    const drawn = line >= this.bodyLines() || (line >= this.lineStretch().first && line < this.lineStretch().last);
    if (!drawn || (column >= 0 && (column < first || column >= last))) return null;
    const name = column < 0 ? this.model().namesOf(line, -1).find((one) => covers(one, column + this.model().names)) : undefined;
    return `${this.id}-${line}-${name ? name.column - this.model().names : column}`;
  });
  protected readonly menuAt = signal({ x: 0, y: 0 });
  protected readonly menuCell = signal<ReportCell | null>(null);
  private dragged = false;

  constructor() {
    const zone = inject(NgZone);
    const sizes = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      this.size.set({ width: Math.round(width), height: Math.round(height) });
    });
    const scroll = (): void => {
      const { scrollTop, scrollLeft } = this.scroller().nativeElement;
      // In right-to-left the browser counts from zero downwards.
      this.scrolled.set({ top: scrollTop, left: Math.abs(scrollLeft) });
    };
    afterNextRender(() => {
      sizes.observe(this.scroller().nativeElement);
      zone.runOutsideAngular(() => this.scroller().nativeElement.addEventListener('scroll', scroll, { passive: true }));
    });
    inject(DestroyRef).onDestroy(() => sizes.disconnect());
  }

  protected isActive = (line: number, column: number): boolean => this.active().line === line && this.active().column === column;
  protected isActiveName = (line: number, name: NameCell): boolean => this.active().line === line && covers(name, this.active().column + this.model().names);
  protected isActiveHead = (head: HeadCell): boolean => this.active().line < 0 && this.active().column >= 0 && this.model().headAt(this.active().line, this.active().column)?.key === head.key;
  protected isSelected = (line: number, column: number): boolean => {
    const area = this.area();
    return area !== null && within(area, line, column);
  };

  protected spanWidth({ column, span }: NameCell): number {
    return this.nameWidths().slice(column, column + span).reduce((sum, width) => sum + width, 0);
  }

  private drawnLine(index: number, slot: number): DrawnLine {
    const { model, stretch, lines } = this.kept();
    const known = lines.get(index);
    if (known?.slot === slot) return known;
    if (lines.size > 500) lines.clear();
    const made = { index, slot, kind: model.lines[index]?.kind ?? ('leaf' as const), names: model.namesOf(index, -1), cells: cellsOf(model, index, stretch) };
    lines.set(index, made);
    return made;
  }

  protected pressed(event: KeyboardEvent): void {
    const { line, column } = this.active();
    const menu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
    const page = Math.max(1, Math.floor(this.size().height / this.lineHeight()) - 2);
    const to = moved(this.active(), this.bounds(), event, this.locale.direction() === 'rtl', page);
    if (to) this.go(to, event.shiftKey);
    else if (menu) this.openMenu(this.scroller().nativeElement.querySelector('.active')?.getBoundingClientRect());
    else if (event.key === 'Enter' && event.shiftKey) this.drill();
    else if (event.key === 'Enter' || event.key === ' ') this.act(line, column);
    else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) this.selectAll();
    else if (event.key === 'Escape' && this.area()) this.anchor.set(this.active());
    else return;
    event.preventDefault();
  }

  /** What Enter and a click do: records of a number, folding of a group, order by a value. */
  private act(line: number, column: number): void {
    const model = this.model();
    if (line < 0) return this.actOnHead(line, column);
    if (column >= 0) {
      const cell = model.cell(line, column);
      if (cell && model.number(line, column).text !== '–') this.opened.emit(cell);
      return;
    }
    const name = model.namesOf(line, line).find((one) => covers(one, column + model.names));
    if (name?.group) this.changes.toggle('rows', groupKey(model.rows, name.at));
    else this.openMenu(this.scroller().nativeElement.querySelector('.active')?.getBoundingClientRect());
  }

  private actOnHead(line: number, column: number): void {
    const model = this.model();
    const head = column < 0 ? null : model.headAt(line, column);
    if (head?.group && head.at !== null) this.changes.toggle('columns', groupKey(model.columnTree, head.at));
    else if (head?.kind === 'value' || head?.kind === 'part') void this.sort(column);
  }

  private async sort(column: number): Promise<void> {
    const asked = await this.changes.order(this.model(), column, this.definition().sort);
    if (asked) this.sorted.emit(asked);
  }

  protected foldAll(fold: boolean): void {
    this.changes.foldRows(fold ? this.groups() : []);
  }

  private drill(): void {
    const cell = this.model().cell(this.active().line, Math.max(this.active().column, 0));
    if (cell && this.drillable(cell)) this.drilled.emit(cell);
  }

  protected drillable({ row }: ReportCell): boolean {
    return row > 0 && this.answer().rows[row]?.others === false;
  }

  protected rowName({ row }: ReportCell): string {
    const model = this.model();
    return model.nameOf(model.rows.nodes.findIndex((node) => node.row === row));
  }

  private bounds() {
    const { headRows, names, lines, columns } = this.model();
    return { heads: headRows, names, lines: lines.length, columns: columns.length };
  }

  /** Moves the active cell and brings it in sight; this is the one place that scrolls. */
  private go(to: Place, extend: boolean): void {
    this.active.set(to);
    if (!extend) this.anchor.set(to);
    const element = this.scroller().nativeElement;
    const [{ width, height }, line] = [this.size(), this.lineHeight()];
    const head = this.headHeight();
    const { top, left } = this.scrolled();
    const foot = this.bodyLines() < this.model().lines.length ? line : 0;
    const toTop = to.line < 0 || to.line >= this.bodyLines() ? top : broughtIn(top, height - head - foot, to.line * line, (to.line + 1) * line);
    const offsets = this.model().offsets;
    const toLeft = to.column < 0 ? left : broughtIn(left, width - this.namesWidth(), offsets[to.column] ?? 0, offsets[to.column + 1] ?? 0);
    if (toTop !== top || toLeft !== left) element.scrollTo({ top: toTop, left: this.locale.direction() === 'rtl' ? -toLeft : toLeft });
  }

  private selectAll(): void {
    const { heads, names, lines, columns } = this.bounds();
    this.anchor.set({ line: -heads, column: -names });
    this.active.set({ line: lines - 1, column: columns - 1 });
  }

  protected down(event: PointerEvent): void {
    const place = placeOf(event);
    this.dragged = false;
    if (!place || event.button !== 0) return;
    this.active.set(place);
    if (!event.shiftKey) this.anchor.set(place);
  }

  /** Dragging with the mouse selects; a finger scrolls. */
  protected over(event: PointerEvent): void {
    const place = event.pointerType === 'mouse' && event.buttons === 1 ? placeOf(event) : null;
    if (!place || (place.line === this.active().line && place.column === this.active().column)) return;
    this.dragged = true;
    this.active.set(place);
  }

  protected clicked(event: MouseEvent): void {
    const place = placeOf(event);
    if (!place || this.dragged || event.shiftKey) return;
    this.act(place.line, place.column);
  }

  protected asked(event: MouseEvent): void {
    const place = placeOf(event);
    if (!place) return;
    event.preventDefault();
    if (!this.isSelected(place.line, place.column)) this.go(place, false);
    this.openMenu(new DOMRect(event.clientX, event.clientY, 0, 0));
  }

  private openMenu(at: DOMRect | undefined): void {
    const { line, column } = this.active();
    this.menuCell.set(line < 0 ? null : this.model().cell(line, Math.max(column, 0)));
    if (at) this.menuAt.set({ x: at.x + Math.min(at.width / 2, 40), y: at.bottom });
    // After the place has been drawn.
    setTimeout(() => this.trigger().openMenu());
  }

  protected back(): void {
    this.scroller().nativeElement.focus({ preventScroll: true });
  }

  protected copied(event: ClipboardEvent): void {
    event.clipboardData?.setData('text/plain', this.selectedText());
    event.preventDefault();
  }

  protected copyNow(): void {
    void navigator.clipboard.writeText(this.selectedText());
  }

  /** The selected cells, or the active one, with numbers as the books have them. */
  private selectedText(): string {
    const model = this.model();
    return tsvOf(this.area() ?? areaOf(this.active(), this.active()), (line, column) => model.copied(line, column, this.splits()));
  }
}

const sameStretch = (one: Stretch, other: Stretch): boolean => one.first === other.first && one.last === other.last;
const covers = ({ column, span }: NameCell, at: number): boolean => at >= column && at < column + span;
const clamp = ({ line, column }: Place, { lines, columns, names }: GridModel): Place => ({ line: Math.min(line, lines.length - 1), column: Math.max(-names, Math.min(column, columns.length - 1)) });

function placeOf(event: Event): Place | null {
  const cell = (event.target as Element | null)?.closest<HTMLElement>('[data-column]');
  const line = cell?.closest<HTMLElement>('[data-line]');
  return cell && line ? { line: Number(line.dataset['line']), column: Number(cell.dataset['column']) } : null;
}
