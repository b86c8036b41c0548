import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { AnalyticsClient } from '@core/analytics/analytics.client';
import { DayRange, Period, PeriodKey, periodKeys, periodOf, todayIn } from '@core/analytics/period';
import { Problem, toProblem } from '@core/api/problem';
import { toNumber } from '@core/format/format';
import { SessionService } from '@core/session/session.service';
import { DashboardAsking, lower, Snapshot } from './dashboard.asking';
import { Dashboard, MemberFilter, Tile } from './dashboard.model';
import { Meanings } from './measure.write';
import { Part } from './part.filter';

const YEAR_MS = 366 * 86_400_000;
const COUNT = 'deals.count';
const CLOSED = 'deals.closed_at';

/** What the address of the page says. */
export interface Shown {
  readonly key: PeriodKey | null;
  readonly custom: DayRange | null;
  readonly parts: readonly Part[];
}

/** The answers of the dashboard that is shown: asked together, replaced together, some of them again when their tables changed. */
@Injectable()
export class DashboardStore {
  private readonly analytics = inject(AnalyticsClient);
  private readonly asking = inject(DashboardAsking);
  private readonly session = inject(SessionService);
  private run = 0;
  private gone = false;
  private shown = '';

  /** What is shown. */
  readonly snapshot = signal<Snapshot | null>(null);
  /** What members mean. */
  readonly meanings = signal<Meanings>(new Map());
  /** The chosen period; null until a first one is chosen. */
  readonly period = signal<Period | null>(null);
  /** What the page is narrowed to. */
  readonly parts = signal<readonly Part[]>([]);
  /** The tiles that are asked for. */
  readonly tiles = signal<readonly Tile[]>([]);
  /** Why nothing can be shown. */
  readonly problem = signal<Problem | null>(null);
  /** True while other numbers load; a silent refresh does not count. */
  readonly loading = signal(true);
  /** True when the product has no deal at all. */
  readonly empty = signal(false);
  /** True for a member that exists and may be asked for. */
  readonly has = computed(() => {
    const meanings = this.meanings();
    return (member: string): boolean => meanings.has(member);
  });
  private filters: readonly MemberFilter[] = [];

  constructor() {
    inject(DestroyRef).onDestroy(() => (this.gone = true));
  }

  /** Reads what members mean; needed before a dashboard can be shown. */
  async learn(): Promise<void> {
    this.meanings.set(await this.analytics.members());
  }

  /** Shows a dashboard; without a period of its own or of the address the first that has something to show. */
  async show(dashboard: Dashboard, { key, custom, parts }: Shown, today = todayIn(this.session.timeZone())): Promise<void> {
    this.loading.set(true);
    this.problem.set(null);
    try {
      // Tiles of two dashboards may bear one id.
      if (this.shown !== dashboard.id) this.snapshot.set(null);
      this.shown = dashboard.id;
      const own = periodKeys(this.session.fiscalStart()).find((known) => known === dashboard.period && known !== 'custom');
      const period = periodOf(key ?? own ?? (await this.firstPeriod(today)), today, custom, this.session.fiscalStart());
      this.filters = dashboard.filters;
      this.tiles.set(dashboard.layout.tiles);
      this.parts.set(parts);
      this.period.set(period);
      await this.load();
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.loading.set(false);
    }
  }

  /** Loads every number again, in place. */
  async load(): Promise<void> {
    const run = ++this.run;
    const page = this.page();
    if (!page) return;
    const { beside, ...snapshot } = await this.asking.ask(this.tiles(), page, this.has()(COUNT) ? { measures: [COUNT] } : null);
    if (run !== this.run || this.gone) return;
    const failed = Object.values(snapshot.tiles).filter(({ problem }) => problem !== null);
    const down = failed.length > 0 && failed.length === this.tiles().length ? (failed[0]?.problem ?? null) : null;
    if (down && !this.snapshot()) throw down;
    this.problem.set(down);
    this.snapshot.set(snapshot);
    this.empty.set(toNumber(beside?.[COUNT]) === 0);
    await this.loadSome(new Set(this.tiles().filter(({ id }) => !snapshot.tiles[id]).map(({ id }) => id)));
  }

  /** Asks again for some tiles; the others stay, because nothing of theirs changed. */
  async loadSome(ids: ReadonlySet<string>): Promise<void> {
    const run = this.run;
    const page = this.page();
    const shown = this.snapshot();
    if (!page || !shown || ids.size === 0) return;
    const renewed = await this.asking.renew(shown, this.tiles(), ids, page);
    if (run !== this.run || this.gone) return;
    // What was asked for at the same time, such as a tile of a draft, stays.
    this.snapshot.update((now) => now && { ...renewed, watermark: now === shown ? renewed.watermark : lower(now.watermark, renewed.watermark), tiles: { ...now.tiles, ...changedIn(renewed, shown) } });
  }

  /** Takes the tiles of a draft; those that are new or ask something else are asked for. */
  async take(tiles: readonly Tile[]): Promise<void> {
    const before = new Map(this.tiles().map((tile) => [tile.id, asked(tile)]));
    this.tiles.set(tiles);
    // While all is asked for, what is new among them is asked for afterwards.
    if (this.loading()) return;
    const other = tiles.filter((tile) => before.get(tile.id) !== asked(tile) || !this.snapshot()?.tiles[tile.id]);
    await this.loadSome(new Set(other.map(({ id }) => id)));
  }

  /** One small question tells whether anything changed, so that a quiet dashboard costs one question and not all of them. */
  async differs(): Promise<boolean> {
    const shown = this.snapshot();
    const first = this.tiles().find((tile) => tile.kind === 'kpi' && !tile.date && shown?.tiles[tile.id]?.question);
    const answer = first && shown?.tiles[first.id];
    if (!answer?.question || !answer.main) return true;
    const { rows } = await this.analytics.load(answer.question);
    return Object.entries(rows[0] ?? {}).some(([name, value]) => answer.main?.rows[0]?.[name] !== value);
  }

  private page(): Snapshot['page'] | null {
    const period = this.period();
    return period && { period, parts: this.parts(), filters: this.filters, has: this.has() };
  }

  /** A product that was just given old data should show it instead of an empty quarter. */
  private async firstPeriod(today: Date): Promise<PeriodKey> {
    if (!this.has()(CLOSED) || !this.has()(COUNT)) return 'last12Months';
    const { rows } = await this.analytics.load({ measures: [COUNT], timeDimensions: [{ dimension: CLOSED, granularity: 'month' }], filters: [{ member: CLOSED, operator: 'set' }], order: { [CLOSED]: 'desc' }, limit: 1 });
    const month = rows[0]?.[`${CLOSED}.month`] ?? rows[0]?.[CLOSED];
    const latest = typeof month === 'string' ? Date.parse(month.endsWith('Z') ? month : `${month}Z`) : Number.NaN;
    return latest > today.getTime() - YEAR_MS ? 'last12Months' : 'all';
  }
}

/** The tiles of a snapshot that are not those of an older one. */
const changedIn = ({ tiles }: Snapshot, older: Snapshot): Snapshot['tiles'] => Object.fromEntries(Object.entries(tiles).filter(([id, one]) => one !== older.tiles[id]));

/** A tile without what its answer does not depend on. */
const asked = (tile: Tile): string => JSON.stringify({ ...tile, x: 0, y: 0, w: 0, h: 0, title: '', title_ar: '', target: '' });
