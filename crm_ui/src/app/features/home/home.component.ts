import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { Watermark } from '@core/analytics/cube.transport';
import { isDay, periodKeys } from '@core/analytics/period';
import { ListFilter, paramsFromQuery } from '@core/api/list.query';
import { Problem } from '@core/api/problem';
import { formatDate, formatMoney, formatNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { BarChartComponent } from '@shared/chart/bar-chart.component';
import { ChartCardComponent, ChartPoint } from '@shared/chart/chart-card.component';
import { RankingComponent } from '@shared/chart/ranking.component';
import { ENTITY_PATHS } from '@shared/chip/entity-link.component';
import { IconComponent } from '@shared/icon/icon.component';
import { KpiTileComponent } from '@shared/kpi/kpi-tile.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { Split, SPLITS } from './dashboard.queries';
import { DashboardStore } from './dashboard.store';
import { currencyOf, funnel, monthRange, partFilter, rangeText, Reader, reps, rowsBehind, stages, Tile, tilesOf, versusText, winRates, wonByMonth } from './dashboard.view';
import { PeriodChoice, PeriodPickerComponent } from './period-picker.component';

/** A stream this far behind is no longer called live. */
const STALE_MS = 10_000;
/** The field of the deals' list behind a split; a list cannot be narrowed by region. */
const SPLIT_FIELDS: Readonly<Record<Split, string | null>> = { region: null, source: 'source', product: 'product_id' };

/** The executive dashboard: KPI tiles and charts of one period, fresh while it is looked at. */
@Component({
  selector: 'crm-home',
  imports: [RouterLink, TranslatePipe, BarChartComponent, ChartCardComponent, RankingComponent, IconComponent, KpiTileComponent, PageHeaderComponent, EmptyComponent, ProblemComponent, TabsComponent, PeriodPickerComponent],
  providers: [DashboardStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './home.component.html',
  styleUrl: './home.component.scss',
})
export class HomeComponent {
  protected readonly store = inject(DashboardStore);
  private readonly router = inject(Router);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly translate = inject(TranslateService);

  /** The period, from the address. */
  readonly period = input<string>();
  /** First day of a custom period, from the address. */
  readonly from = input<string>();
  /** Last day of a custom period, from the address. */
  readonly to = input<string>();

  protected readonly places = Array.from({ length: 8 }, (_, index) => index);
  private readonly reader = computed<Reader>(() => {
    this.translate.currentLang();
    return {
      tag: this.locale.tag(),
      arabic: this.locale.language() === 'ar',
      currency: currencyOf(this.store.snapshot(), this.session.currency()),
      text: (key, values) => String(this.translate.instant(key, values)),
    };
  });
  private readonly shown = computed(() => this.store.snapshot());
  protected readonly tiles = computed(() => this.draw((snapshot) => tilesOf(snapshot, this.store.meanings(), this.reader())));
  protected readonly wonByMonth = computed(() => this.draw((snapshot) => wonByMonth(snapshot, this.reader())));
  protected readonly stages = computed(() => this.draw((snapshot) => stages(snapshot, this.reader())));
  protected readonly reps = computed(() => this.draw((snapshot) => reps(snapshot, this.reader())));
  protected readonly funnel = computed(() => this.draw((snapshot) => funnel(snapshot, this.reader())));
  protected readonly winRates = computed(() => this.draw((snapshot) => winRates(snapshot, this.store.split(), this.reader())));
  protected readonly waiting = computed(() => this.shown() === null);
  protected readonly versus = computed(() => versusText(this.shown()?.period ?? null, this.reader()));
  protected readonly rangeLabel = computed(() => {
    const period = this.store.period();
    return period?.range ? rangeText(period.range, this.reader()) : period ? this.reader().text('home.periods.all') : ' ';
  });
  protected readonly splitTabs = computed<Tab[]>(() => SPLITS.map((key) => ({ key, label: this.reader().text(`home.charts.by${key.charAt(0).toUpperCase()}${key.slice(1)}`) })));
  protected readonly axisMoney = computed(() => {
    const { currency, tag } = this.reader();
    return (value: number): string => formatMoney(value, currency, tag, 'compact');
  });
  protected readonly stale = computed(() => this.store.paused() || (this.store.watermark()?.lag_ms ?? 0) > STALE_MS);
  protected readonly analytics = computed(() => this.session.feature('crm_feature_analytics'));
  protected readonly mayReadDeals = computed(() => this.session.can('deals', 'read') && this.session.feature('crm_feature_deals'));
  protected readonly mayImport = computed(() => this.session.can('imports', 'write') && this.session.feature('crm_feature_imports'));

  constructor() {
    effect(() => {
      this.period();
      this.from();
      this.to();
      if (this.analytics()) untracked(() => this.start());
    });
  }

  protected start(): void {
    const key = periodKeys(this.session.fiscalStart()).find((known) => known === this.period()) ?? null;
    const [from, to] = [this.from(), this.to()];
    const custom = isDay(from) && isDay(to) && from <= to ? ([from, to] as const) : null;
    void this.store.show(key === 'custom' && custom === null ? null : key, custom);
  }

  protected refresh(): void {
    void this.store.load();
  }

  protected choose({ key, custom }: PeriodChoice): void {
    void this.router.navigate([], { queryParams: { period: key, from: custom?.[0], to: custom?.[1] } });
  }

  protected splitBy(split: string): void {
    const known = SPLITS.find((one): one is Split => one === split);
    if (known) void this.store.splitBy(known);
  }

  protected failure(name: string): Problem | null {
    return this.shown()?.problems[name] ?? null;
  }

  protected fresh(mark: Watermark | null): string {
    const at = this.shown()?.at;
    return mark && at ? this.reader().text('home.fresh', { time: formatDate(new Date(at - (mark.lag_ms ?? 0)), this.reader().tag, 'time') }) : '';
  }

  protected freshTitle(mark: Watermark | null): string {
    if (!mark) return '';
    const { tag, text } = this.reader();
    return text('home.freshLag', { time: formatDate(mark.committed_at, tag, 'datetime'), lag: formatNumber(mark.lag_ms ?? 0, tag) });
  }

  protected rows(kind: 'won' | 'decided' | 'open' | 'created'): ListFilter[] {
    return rowsBehind(kind, this.shown()?.period.range ?? null, this.session.timeZone());
  }

  protected openTile({ definition }: Tile): void {
    if (definition.rows) this.open(this.rows(definition.rows));
  }

  protected openMonth(point: ChartPoint): void {
    this.open(rowsBehind('won', monthRange(point.key)));
  }

  protected openRep(point: ChartPoint): void {
    this.open([...this.rows('won'), partFilter('owner_id', point.key)]);
  }

  protected openStage(point: ChartPoint): void {
    this.open([...this.rows('open'), partFilter('stage_id', point.key)]);
  }

  protected openSplit(point: ChartPoint): void {
    const field = SPLIT_FIELDS[this.store.split()];
    if (field) this.open([...this.rows('decided'), partFilter(field, point.key)]);
  }

  protected open(filters: readonly ListFilter[]): void {
    if (this.mayReadDeals()) void this.router.navigate([ENTITY_PATHS['deals']], { queryParams: paramsFromQuery({ filters }) });
  }

  private draw<T>(make: (snapshot: NonNullable<ReturnType<typeof this.store.snapshot>>) => T[]): T[] {
    const snapshot = this.shown();
    return snapshot ? make(snapshot) : [];
  }
}
