import { HttpClient } from '@angular/common/http';
import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { ChangeStream, TableChange } from '@core/analytics/change.stream';
import { Watermark } from '@core/analytics/cube.transport';
import { API_ROOT } from '@core/api/api.client';
import { Snapshot } from './dashboard.asking';
import { DashboardStore } from './dashboard.store';
import { Tile } from './dashboard.model';

/** Changes that come together are answered together. */
const GATHER_MS = 400;
/** Without the stream the watermark is looked at this often while the page is seen. */
const WATCH_MS = 2_500;
/** The stream moves even when no deal does; so often everything is read again all the same. */
const FULL_MS = 20_000;

const tableName = (name: string): string => name.replace(/^.*\./, '').replace(/^(?!crm_)/, 'crm_');

/** The tiles whose tables are among the changed ones; one that does not know its tables might be any. */
export function touchedTiles(tiles: readonly Tile[], { tiles: answers }: Pick<Snapshot, 'tiles'>, changed: ReadonlySet<string>): Set<string> {
  const names = new Set([...changed].map(tableName));
  return new Set(tiles.filter((tile) => {
    if (tile.kind === 'list') return names.has(tableName(tile.resource));
    if (answers[tile.id]?.missing.length) return false;
    const tables = answers[tile.id]?.main?.proof?.tables;
    return tables === undefined || tables.length === 0 || tables.some((table) => names.has(tableName(table)));
  }).map(({ id }) => id));
}

/** Keeps the numbers fresh while they are looked at: by the stream of changes, or, where there is none, by looking at the watermark. */
@Injectable()
export class LiveService {
  private readonly store = inject(DashboardStore);
  private readonly stream = inject(ChangeStream);
  private readonly http = inject(HttpClient);
  private readonly document = inject(DOCUMENT);
  private readonly changed = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastLsn: string | null = null;
  private busy = false;

  /** True when nothing tells how fresh the numbers are. */
  readonly paused = signal(false);

  constructor() {
    const end = new AbortController();
    const watch = setInterval(() => void this.watch(), WATCH_MS);
    const seen = (): void => this.gather();
    this.document.addEventListener('visibilitychange', seen);
    inject(DestroyRef).onDestroy(() => {
      end.abort();
      clearInterval(watch);
      clearTimeout(this.timer);
      this.document.removeEventListener('visibilitychange', seen);
    });
    void this.stream.follow((change) => this.told(change), end.signal);
  }

  private told({ tables }: TableChange): void {
    this.paused.set(false);
    for (const table of tables) this.changed.add(table);
    this.gather();
  }

  /** What changes while the page is hidden waits until it is seen. */
  private gather(): void {
    if (this.changed.size === 0 || this.document.visibilityState !== 'visible' || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const snapshot = this.store.snapshot();
      // A first answer under way is not yet there to be renewed.
      if (this.busy || !snapshot) return this.gather();
      const touched = touchedTiles(this.store.tiles(), snapshot, this.changed);
      this.changed.clear();
      void this.again(() => this.store.loadSome(touched));
    }, GATHER_MS);
  }

  private async again(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await work();
      this.paused.set(false);
    } catch {
      // The numbers shown stay true as of their watermark; the page says that nothing newer comes.
      this.paused.set(true);
    } finally {
      this.busy = false;
    }
  }

  private async watch(): Promise<void> {
    const shown = this.store.snapshot();
    if (this.stream.connected()) this.paused.set(false);
    if (this.stream.connected() || this.busy || !shown || this.document.visibilityState !== 'visible') return;
    await this.again(async () => {
      const { watermark } = await firstValueFrom(this.http.get<{ watermark?: Watermark }>(`${API_ROOT}/health`));
      const lsn = watermark?.lsn === undefined ? null : String(watermark.lsn);
      const moved = this.lastLsn !== null && lsn !== this.lastLsn;
      this.lastLsn = lsn;
      if (moved && (Date.now() - shown.at > FULL_MS || (await this.store.differs()))) await this.store.load();
    });
  }
}
