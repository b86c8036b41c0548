import { BreakpointObserver } from '@angular/cdk/layout';
import { ChangeDetectionStrategy, Component, computed, DOCUMENT, effect, inject, input, linkedSignal, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { map } from 'rxjs';
import { isDay, periodKeys } from '@core/analytics/period';
import { paramsFromQuery } from '@core/api/list.query';
import { toProblem } from '@core/api/problem';
import { formatDate, formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ENTITY_PATHS } from '@shared/chip/entity-link.component';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent } from '@shared/states/states.component';
import { DashboardAsking } from './dashboard.asking';
import { Dashboard, Tile } from './dashboard.model';
import { DashboardRecords } from './dashboard.records';
import { DashboardStore } from './dashboard.store';
import { RowsBehind, rowsBehind } from './drill';
import { DashboardEditComponent } from './edit/dashboard-edit.component';
import { DashboardEditor } from './edit/dashboard.editor';
import { KeepingService } from './keeping.service';
import { readingOrder, settle } from './layout.moves';
import { LiveService } from './live.service';
import { Reader } from './measure.write';
import { dashboardName, partChip, versusText } from './page.words';
import { PartChipsComponent } from './part-chips.component';
import { Part, partsFrom, partsTo, togglePart } from './part.filter';
import { PeriodChoice, PeriodPickerComponent } from '@shared/field/period-picker.component';
import { DashboardTileComponent, Freshness } from './tile.component';
import { Drawing, rangeText } from './tile.view';
import { movedText } from './version.words';

/** A stream this far behind is no longer called live. */
const STALE_MS = 10_000;
const NARROW = '(max-width: 720px)';

/** The dashboards: tiles of one period drawn from their definition, fresh while they are looked at, and arranged by whoever looks. */
@Component({
  selector: 'crm-home',
  imports: [RouterLink, TranslatePipe, MatMenu, MatMenuItem, MatMenuTrigger, DashboardEditComponent, DashboardTileComponent, EmptyComponent, IconComponent, PageHeaderComponent, PartChipsComponent, PeriodPickerComponent, ProblemComponent],
  providers: [DashboardAsking, DashboardStore, DashboardRecords, DashboardEditor, KeepingService, LiveService],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class.full]': 'full()' },
  templateUrl: './home.component.html',
  styleUrl: './home.component.scss',
})
export class HomeComponent {
  protected readonly store = inject(DashboardStore);
  protected readonly records = inject(DashboardRecords);
  protected readonly editor = inject(DashboardEditor);
  protected readonly keeping = inject(KeepingService);
  private readonly live = inject(LiveService);
  private readonly router = inject(Router);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly translate = inject(TranslateService);
  private readonly document = inject(DOCUMENT);

  /** The dashboard, from the address; the person's first without one. */
  readonly dashboard = input<string>();
  /** The period, from the address. */
  readonly period = input<string>();
  /** First day of a custom period, from the address. */
  readonly from = input<string>();
  /** Last day of a custom period, from the address. */
  readonly to = input<string>();
  /** What the page is narrowed to, from the address. */
  readonly only = input<string | string[]>();

  private readonly ready = signal(false);
  protected readonly narrow = toSignal(inject(BreakpointObserver).observe(NARROW).pipe(map(({ matches }) => matches)), { initialValue: false });
  protected readonly full = signal(false);
  protected readonly fullable = this.document.fullscreenEnabled;
  protected readonly current = computed(() => this.records.items().find(({ id, key }) => id === this.dashboard() || key === this.dashboard()) ?? this.records.items()[0] ?? null);
  /** Other dimensions that charts are looked at by for the moment. */
  private readonly splits = linkedSignal<Dashboard | null, Readonly<Record<string, string>>>({ source: this.current, computation: () => ({}) });
  protected readonly tiles = computed((): readonly Tile[] => (this.editor.dashboard() ? this.editor.tiles() : readingOrder(settle(this.current()?.layout.tiles ?? [])).map((tile) => {
    const dimension = this.splits()[tile.id];
    return tile.kind === 'chart' && dimension ? { ...tile, dimension } : tile;
  })));
  protected readonly reader = computed<Reader>(() => {
    this.translate.currentLang();
    return { tag: this.locale.tag(), arabic: this.locale.language() === 'ar', currency: this.session.currency(), text: (key, values) => String(this.translate.instant(key, values)) };
  });
  protected readonly drawing = computed((): Drawing | null => {
    const page = this.store.snapshot()?.page;
    const period = page?.period ?? this.store.period();
    return period && { reader: this.reader(), meanings: this.store.meanings(), page: page ?? { period, parts: this.store.parts(), filters: [], has: this.store.has() } };
  });
  protected readonly name = computed(() => { const shown = this.current(); return shown ? dashboardName(shown, this.reader()) : this.reader().text('home.title'); });
  protected readonly others = computed(() => this.records.items().map((one) => ({ id: one.id, name: dashboardName(one, this.reader()), shown: one === this.current(), by: one.owner !== null && !this.records.mine(one) ? one.owner.name : '' })));
  protected readonly versus = computed(() => versusText(this.drawing()?.page.period ?? null, this.reader()));
  protected readonly rangeLabel = computed(() => {
    const period = this.store.period();
    return period?.range ? rangeText(period.range, this.reader()) : period ? this.reader().text('home.periods.all') : ' ';
  });
  protected readonly stale = computed(() => this.live.paused() || (this.store.snapshot()?.watermark?.lag_ms ?? 0) > STALE_MS);
  protected readonly fresh = computed((): Freshness => {
    const [snapshot, { tag, text }, stale] = [this.store.snapshot(), this.reader(), this.stale()];
    const mark = snapshot?.watermark;
    if (!snapshot || !mark) return { text: '', title: '', stale };
    const title = text('home.freshLag', { time: formatDate(mark.committed_at, tag, 'datetime'), lag: formatNumber(mark.lag_ms ?? 0, tag) });
    return { text: text('home.fresh', { time: formatDate(new Date(snapshot.at - (mark.lag_ms ?? 0)), tag, 'time') }), title: snapshot.consistent ? title : `${title}. ${text('home.apart')}`, stale };
  });
  protected readonly chips = computed(() => { const drawing = this.drawing(); return drawing ? this.store.parts().map((part) => partChip(part, this.tiles(), this.store.snapshot(), drawing)) : []; });
  /** The records of the parts chosen: those behind the first tile that has any. */
  protected readonly behindParts = computed((): RowsBehind | null => {
    const page = this.drawing()?.page;
    if (!page || page.parts.length === 0) return null;
    return this.tiles().map((tile) => (tile.kind === 'chart' ? rowsBehind(tile, page.period.range, page.parts, page.filters, this.session.timeZone()) : null)).find((rows) => rows !== null && this.opens(rows.resource)) ?? null;
  });
  /** Numbers that count otherwise than when the dashboard was saved. */
  protected readonly counted = computed(() => { const shown = this.current(); return shown && !this.editing() ? movedText(shown.pins, this.tiles(), this.store.meanings(), this.reader()) : ''; });
  protected readonly analytics = computed(() => this.session.feature('crm_feature_analytics'));
  protected readonly mayImport = computed(() => this.session.can('imports', 'write') && this.session.feature('crm_feature_imports'));
  protected readonly editing = computed(() => this.editor.dashboard() !== null);
  protected readonly own = computed(() => { const shown = this.current(); return shown !== null && this.records.mine(shown); });
  protected readonly opens = (resource: string): boolean => this.session.can(resource, 'read') && this.session.feature(`crm_feature_${resource}`);

  constructor() {
    effect(() => { if (this.analytics()) untracked(() => void this.begin()); });
    effect(() => {
      const [shown, ready] = [this.current(), this.ready()];
      this.period(); this.from(); this.to(); this.only();
      if (ready && shown) untracked(() => void this.show(shown));
    });
    // What a draft or another split asks beyond what is known.
    effect(() => {
      const tiles = this.tiles();
      if (this.ready() && this.store.period()) untracked(() => void this.store.take(tiles));
    });
  }

  protected async begin(): Promise<void> {
    this.store.problem.set(null);
    try {
      await this.store.learn();
      await this.records.load(this.store.has());
      this.ready.set(true);
    } catch (error) {
      this.store.problem.set(toProblem(error));
    }
  }

  protected again(): void {
    const shown = this.current();
    if (this.ready() && shown) void this.show(shown);
    else void this.begin();
  }

  protected refresh(): void {
    void this.store.load();
  }

  protected choose({ key, custom }: PeriodChoice): void {
    this.go({ period: key, from: custom?.[0] ?? null, to: custom?.[1] ?? null });
  }

  protected switchTo(id: string): void {
    this.go({ dashboard: id, only: null });
  }

  protected narrowTo(part: Part): void {
    this.go({ only: partsTo(togglePart(this.store.parts(), part)) });
  }

  protected clear(): void {
    this.go({ only: null });
  }

  protected splitBy(tile: Tile, dimension: string): void {
    this.splits.update((all) => ({ ...all, [tile.id]: dimension }));
  }

  protected open({ resource, filters }: RowsBehind): void {
    void this.router.navigate([ENTITY_PATHS[resource]], { queryParams: paramsFromQuery({ filters }) });
  }

  protected edit(): void {
    const shown = this.current();
    if (shown) this.editor.start(shown);
  }

  protected async save(as: boolean): Promise<void> {
    const edited = this.editor.dashboard();
    if (!edited) return;
    const kept = await (as ? this.keeping.saveAs(edited, this.editor.tiles()) : this.keeping.save(edited, this.editor.tiles()));
    if (!kept) return;
    this.editor.stop();
    this.switchTo(kept.id);
  }

  protected async reset(): Promise<void> {
    const shown = this.current();
    if (!shown || !(await this.keeping.remove(shown))) return;
    this.editor.stop();
    this.switchTo(shown.based_on_id ?? '');
  }

  protected share(): void {
    const shown = this.current();
    if (shown) void this.keeping.share(shown);
  }

  protected async versions(): Promise<void> {
    const [shown, drawing] = [this.current(), this.drawing()];
    if (!shown || !drawing) return;
    const restored = await this.keeping.versions(shown, drawing);
    // Its period is part of what is back.
    if (restored) this.go({ period: null, from: null, to: null, only: null });
  }

  protected async toggleFull(): Promise<void> {
    if (this.document.fullscreenElement) await this.document.exitFullscreen();
    // The whole document, because menus and dialogs hang beside the page; the page then covers the frame around it.
    else await this.document.documentElement.requestFullscreen();
  }

  protected seenFull(): void {
    this.full.set(this.document.fullscreenElement !== null);
    // Charts measure themselves when the window changes, which was before the page took its new place.
    setTimeout(() => this.document.defaultView?.dispatchEvent(new Event('resize')));
  }

  private show(dashboard: Dashboard): Promise<void> {
    const key = periodKeys(this.session.fiscalStart()).find((known) => known === this.period()) ?? null;
    const [from, to] = [this.from(), this.to()];
    const custom = isDay(from) && isDay(to) && from <= to ? ([from, to] as const) : null;
    return this.store.show({ ...dashboard, layout: { tiles: this.tiles() } }, { key: key === 'custom' && custom === null ? null : key, custom, parts: partsFrom(this.only()) });
  }

  private go(queryParams: Record<string, string | readonly string[] | null>): void {
    void this.router.navigate([], { queryParams: { ...queryParams, ...(queryParams['dashboard'] === '' ? { dashboard: null } : {}) }, queryParamsHandling: 'merge' });
  }
}
