import { LiveAnnouncer } from '@angular/cdk/a11y';
import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, input, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { Gridster, GridsterConfig, GridsterItem, GridsterItemConfig } from 'angular-gridster2';
import { firstValueFrom } from 'rxjs';
import { formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { DialogService } from '@shared/dialog/dialog.service';
import { IconComponent } from '@shared/icon/icon.component';
import { TileAnswer } from '../dashboard.asking';
import { COLUMNS, GAP, boxOf, ROW, Tile } from '../dashboard.model';
import { LEAST, Step } from '../layout.moves';
import { DashboardTileComponent, Freshness } from '../tile.component';
import { Drawing, titleOf } from '../tile.view';
import { CatalogueChoice, CatalogueComponent, CatalogueData } from './catalogue.component';
import { DashboardEditor } from './dashboard.editor';
import { TileForm } from './tile.form';
import { tileOf } from './tile.make';

interface Placed extends GridsterItemConfig {
  readonly id: string;
  readonly tile: Tile;
  readonly title: string;
}

/** The tiles while they are arranged: by mouse, and equally by keyboard. On a phone they stand in one column and change places by buttons. */
@Component({
  selector: 'crm-dashboard-edit',
  imports: [NgTemplateOutlet, TranslatePipe, Gridster, GridsterItem, IconComponent, DashboardTileComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './dashboard-edit.component.html',
  styleUrl: './dashboard-edit.component.scss',
})
export class DashboardEditComponent {
  private readonly announcer = inject(LiveAnnouncer);
  private readonly dialogs = inject(DialogService);
  private readonly form = inject(TileForm);
  private readonly locale = inject(LocaleService);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  protected readonly editor = inject(DashboardEditor);

  /** What is known of the tiles. */
  readonly answers = input.required<Readonly<Record<string, TileAnswer>>>();
  /** Words, meanings, period and parts of the page. */
  readonly drawing = input.required<Drawing>();
  /** How fresh the page is. */
  readonly fresh = input.required<Freshness>();
  /** "vs last quarter". */
  readonly versus = input('');
  /** One column, without dragging. */
  readonly narrow = input(false);
  /** Changes are being kept. */
  readonly saving = input(false);
  /** Keep the changes in place, or as a copy that stands in. */
  readonly save = output();
  /** Keep them as another dashboard. */
  readonly saveAs = output();
  /** Leave without keeping them. */
  readonly leave = output();

  protected readonly nothing = (): boolean => false;
  protected readonly options = computed((): GridsterConfig => ({
    gridType: 'verticalFixed', fixedRowHeight: ROW, margin: GAP, outerMargin: false, minCols: COLUMNS, maxCols: COLUMNS, setGridSize: false, mobileBreakpoint: 0, dirType: this.locale.direction(), displayGrid: 'onDrag&Resize',
    compactType: 'none', pushItems: true, swap: false, minItemCols: LEAST.w, minItemRows: LEAST.h, defaultItemCols: 3, defaultItemRows: 2, maxRows: 200, disableWarnings: true,
    draggable: { enabled: true, ignoreContent: true, dragHandleClass: 'bar', stop: (item, { el }) => this.released(item as Placed, el, false) }, resizable: { enabled: true, stop: (item, { el }) => this.released(item as Placed, el, true), handles: { s: true, e: this.locale.direction() === 'ltr', w: this.locale.direction() === 'rtl', se: this.locale.direction() === 'ltr', sw: this.locale.direction() === 'rtl', n: false, ne: false, nw: false } },
  }));
  protected readonly items = computed(() => {
    const [tiles, { meanings, reader }] = [new Map(this.editor.tiles().map((tile) => [tile.id, tile])), this.drawing()];
    return this.editor.order().flatMap((id) => tiles.get(id) ?? []).map((tile): Placed => ({ id: tile.id, tile, title: titleOf(tile, meanings, reader), x: tile.x, y: tile.y, cols: tile.w, rows: tile.h }));
  });
  /** The height of all rows and two more to drop into. */
  protected readonly high = computed(() => (Math.max(0, ...this.editor.tiles().map(({ y, h }) => y + h)) + 2) * (ROW + GAP));

  /** Takes a tile up, moves it, drops it: Space, arrows, Shift with arrows, Space, Escape. */
  protected pressed(event: KeyboardEvent, { id, title }: Placed): void {
    const carried = this.editor.carried() === id;
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      if (carried) this.dropped(title, true);
      else {
        this.editor.pickUp(id);
        this.say('pickedUp', title, id);
      }
    } else if (carried && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.dropped(title, false);
    } else if (carried && event.key.startsWith('Arrow')) {
      event.preventDefault();
      this.editor.carryBy(this.wayOf(event.key), event.shiftKey);
      this.say(event.shiftKey ? 'resized' : 'moved', title, id);
    }
  }

  /** Whoever leaves the handle has dropped the tile. */
  protected left({ id, title }: Placed): void {
    if (this.editor.carried() === id) this.dropped(title, true, false);
  }

  protected async add(): Promise<void> {
    const { meanings, reader } = this.drawing();
    const dialog = this.dialogs.openAside<CatalogueComponent, CatalogueData, CatalogueChoice>(CatalogueComponent, { data: { meanings, reader }, width: '480px', ariaLabelledBy: 'crm-catalogue-title', autoFocus: 'input' });
    const choice = await firstValueFrom(dialog.afterClosed());
    if (!choice) return;
    const tile = tileOf(choice.member, choice.kind, meanings, crypto.randomUUID());
    this.editor.add(tile);
    void this.announcer.announce(reader.text('home.edit.added', { title: titleOf(tile, meanings, reader) }));
    setTimeout(() => this.focus(`[data-handle="${tile.id}"]`));
  }

  protected async settings({ tile }: Placed): Promise<void> {
    const { meanings, reader } = this.drawing();
    const changed = await this.form.edit(tile, meanings, reader);
    if (changed) this.editor.replace({ ...changed, ...boxOf(this.editor.tiles().find(({ id }) => id === tile.id) ?? tile) });
  }

  protected remove({ id, title }: Placed): void {
    this.editor.remove(id);
    void this.announcer.announce(this.drawing().reader.text('home.edit.removed', { title }));
    setTimeout(() => this.focus('[data-handle], .tools button'));
  }

  protected undo(): void {
    this.editor.undo();
    void this.announcer.announce(this.drawing().reader.text('home.edit.undone'));
  }

  /**
   * Takes over what the mouse did, by the same rules as the keyboard; the grid itself is asked to put everything back (by the rejection), because
   * it would leave gaps and never lets two tiles change places.
   */
  private released({ id }: Placed, el: HTMLElement, sized: boolean): Promise<never> {
    const [tile, grid] = [el.getBoundingClientRect(), el.parentElement?.getBoundingClientRect()];
    if (grid) {
      const column = (grid.width + GAP) / COLUMNS;
      const x = Math.round((this.locale.direction() === 'rtl' ? grid.right - tile.right : tile.left - grid.left) / column);
      const want = sized ? { w: Math.round((tile.width + GAP) / column), h: Math.round((tile.height + GAP) / (ROW + GAP)) } : { x, y: Math.round((tile.top - grid.top) / (ROW + GAP)) };
      setTimeout(() => this.editor.put(id, want));
    }
    return Promise.reject(new Error('put back'));
  }

  private dropped(title: string, kept: boolean, focused = true): void {
    const id = this.editor.carried() ?? '';
    this.editor.drop(kept);
    // Among tiles in another order the handle is drawn anew, and would lose the focus.
    if (focused) setTimeout(() => this.focus(`[data-handle="${id}"]`));
    this.say(kept ? 'dropped' : 'putBack', title, id);
  }

  private focus(selector: string): void {
    this.host.querySelector<HTMLElement>(selector)?.focus();
  }

  private wayOf(key: string): Step {
    const turned = this.locale.direction() === 'rtl';
    switch (key) {
      case 'ArrowUp': return 'up';
      case 'ArrowDown': return 'down';
      case 'ArrowLeft': return turned ? 'right' : 'left';
      default: return turned ? 'left' : 'right';
    }
  }

  private say(what: 'pickedUp' | 'moved' | 'resized' | 'dropped' | 'putBack', title: string, id: string): void {
    const { reader } = this.drawing();
    const tile = this.editor.tiles().find((one) => one.id === id);
    const number = (value: number | undefined): string => formatNumber(value ?? 0, reader.tag);
    void this.announcer.announce(reader.text(`home.edit.${what}`, { title, column: number((tile?.x ?? 0) + 1), row: number((tile?.y ?? 0) + 1), width: number(tile?.w), height: number(tile?.h) }), 'assertive');
  }
}
