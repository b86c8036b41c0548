import { computed, Injectable, signal } from '@angular/core';
import { Box, Dashboard, Tile } from '../dashboard.model';
import { freePlace, place, readingOrder, resize, settle, step, Step } from '../layout.moves';

/** A tile that is carried by keyboard, and the layout as it would be if it was dropped now. */
export interface Carried {
  readonly id: string;
  readonly tiles: readonly Tile[];
}

/** The draft of a dashboard while it is edited: every change can be undone, nothing is kept until it is saved. */
@Injectable()
export class DashboardEditor {
  private readonly draft = signal<readonly Tile[]>([]);
  private readonly past = signal<readonly (readonly Tile[])[]>([]);
  private readonly carry = signal<Carried | null>(null);

  /** The dashboard that is edited; null while none is. */
  readonly dashboard = signal<Dashboard | null>(null);
  /** The tiles as they are shown. */
  readonly tiles = computed(() => this.carry()?.tiles ?? this.draft());
  /** The order of reading; it holds while a tile is carried, so that its handle keeps the focus. */
  readonly order = computed(() => readingOrder(this.draft()).map(({ id }) => id));
  /** The tile that is carried by keyboard. */
  readonly carried = computed(() => this.carry()?.id ?? null);
  /** True when there is something to undo, and so to save. */
  readonly dirty = computed(() => this.past().length > 0);

  /** Begins to edit; tiles that hang over a gap come to rest first, as they are drawn. */
  start(dashboard: Dashboard): void {
    this.draft.set(settle(dashboard.layout.tiles));
    this.past.set([]);
    this.carry.set(null);
    this.dashboard.set(dashboard);
  }

  /** Leaves; what was not saved is gone. */
  stop(): void {
    this.dashboard.set(null);
    this.carry.set(null);
    this.past.set([]);
  }

  /** Takes another draft, unless it is the same. */
  change(tiles: readonly Tile[]): void {
    if (JSON.stringify(tiles) === JSON.stringify(this.draft())) return;
    this.past.update((past) => [...past, this.draft()]);
    this.draft.set(tiles);
  }

  /** Takes the last change back. */
  undo(): void {
    const last = this.past().at(-1);
    if (!last) return;
    this.past.update((past) => past.slice(0, -1));
    this.draft.set(last);
  }

  /** Puts a tile where the mouse left it, or makes it as large. */
  put(id: string, want: Partial<Box>): void {
    this.change(place(this.draft(), id, want));
  }

  /** Adds a tile at the first free place. */
  add(tile: Tile): void {
    this.change([...this.draft(), { ...tile, ...freePlace(this.draft(), tile.w, tile.h) }]);
  }

  /** Puts other settings in place of a tile's. */
  replace(tile: Tile): void {
    this.change(this.draft().map((one) => (one.id === tile.id ? tile : one)));
  }

  /** Takes a tile away; the others close the gap. */
  remove(id: string): void {
    this.change(settle(this.draft().filter((tile) => tile.id !== id)));
  }

  /** Moves a tile among its neighbours in the order of reading, where there is one column only. */
  reorder(id: string, by: 1 | -1): void {
    const order = readingOrder(this.draft());
    const at = order.findIndex((tile) => tile.id === id);
    const other = order[at + by];
    const own = order[at];
    if (own && other) this.change(settle(this.draft().map((tile) => (tile.id === id ? { ...tile, x: Math.min(other.x, 12 - tile.w), y: other.y + (by > 0 ? other.h : 0) } : tile)), id));
  }

  /** Takes a tile up with the keyboard. */
  pickUp(id: string): void {
    this.carry.set({ id, tiles: this.draft() });
  }

  /** Moves or resizes the carried tile. */
  carryBy(way: Step, sized: boolean): void {
    this.carry.update((held) => held && { ...held, tiles: (sized ? resize : step)(held.tiles, held.id, way) });
  }

  /** Leaves the carried tile where it is, or puts everything back. */
  drop(kept: boolean): void {
    const held = this.carry();
    this.carry.set(null);
    if (held && kept) this.change(held.tiles);
  }
}
