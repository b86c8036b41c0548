import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, output } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { formatMoney, formatNumber, formatPercent } from '@core/format/format';
import { paramsFromQuery } from '@core/api/list.query';
import { SessionService } from '@core/session/session.service';
import { BarChartComponent } from '@shared/chart/bar-chart.component';
import { ChartBar, ChartCardComponent, ChartPoint } from '@shared/chart/chart-card.component';
import { LineChartComponent } from '@shared/chart/line-chart.component';
import { RankingComponent } from '@shared/chart/ranking.component';
import { WaterfallComponent } from '@shared/chart/waterfall.component';
import { IconComponent } from '@shared/icon/icon.component';
import { KpiTileComponent } from '@shared/kpi/kpi-tile.component';
import { behindPoint } from '@shared/kpi/number.model';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { linesOf, partOf, pointsOf, seriesOf } from './chart.view';
import { TileAnswer } from './dashboard.asking';
import { ChartTile, GAP, localOf, ROW, Tile, viewOf } from './dashboard.model';
import { RowsBehind, rowsBehind } from './drill';
import { ListTileComponent } from './list-tile.component';
import { currencyOf, meaningOf } from './measure.write';
import { Part, shows } from './part.filter';
import { rangesOf } from './tile.question';
import { Drawing, kpiView, titleOf } from './tile.view';

/** Pixels of a card that are not its chart, and what a row of tabs needs more. */
const FRAME = 88;
const TOOLS = 46;
const LEAST_CHART = 120;
/** The dimensions that a lying chart by one of them is looked at by as well. */
const SPLITS = ['region', 'source', 'product'] as const;
/** Colours by what is measured, so that one measure keeps one on a screen. */
const COLORS: readonly (readonly [RegExp, 1 | 2 | 3 | 4 | 5 | 6])[] = [[/rate|ratio|share|attainment/, 5], [/open|weighted|funnel|forecast/, 3], [/lost|churn/, 6], [/cost|due|overdue/, 2]];

/** How fresh a page is, in words. */
export interface Freshness {
  readonly text: string;
  readonly title: string;
  readonly stale: boolean;
}

/** One tile of a dashboard, drawn from its definition: number, chart or list, with all its states. */
@Component({
  selector: 'crm-dashboard-tile',
  imports: [TranslatePipe, BarChartComponent, ChartCardComponent, IconComponent, KpiTileComponent, LineChartComponent, ListTileComponent, RankingComponent, TabsComponent, WaterfallComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './tile.component.html',
  styles: `
    :host { display: grid; grid-template-rows: minmax(0, 1fr); min-inline-size: 0; min-block-size: 0; } :host > * { min-inline-size: 0; } .missing { display: grid; align-content: center; justify-items: center; gap: var(--crm-2); padding: var(--crm-4); text-align: center; font-size: var(--crm-text-13); color: var(--crm-text-2); overflow: auto; } .missing h2 { font-size: var(--crm-text-13); font-weight: 600; color: var(--crm-text); } .missing code { overflow-wrap: anywhere; font: 500 var(--crm-text-12) var(--crm-font); }
    .answer { overflow: auto; } table { inline-size: 100%; border-collapse: collapse; font-size: var(--crm-text-13); } th, td { text-align: start; padding: 6px var(--crm-2); border-block-end: 1px solid var(--crm-border); font-weight: 400; } thead th { font-size: var(--crm-text-12); color: var(--crm-text-3); font-weight: 500; } .end { text-align: end; } th button { text-align: start; } td button { font: inherit; } td button:hover { color: var(--crm-accent); text-decoration: underline; } th button:hover, th button[aria-pressed='true'] { color: var(--crm-accent); } th button[aria-pressed='true'] { font-weight: 600; }
  `,
})
export class DashboardTileComponent {
  private readonly session = inject(SessionService);
  private readonly panel = inject(NumberPanelService);
  /** The definition. */
  readonly tile = input.required<Tile>();
  /** What is known; null while it loads first. */
  readonly answer = input.required<TileAnswer | null>();
  /** Words, meanings, period and parts of the page. */
  readonly drawing = input.required<Drawing>();
  /** "vs last quarter". */
  readonly versus = input('');
  /** How fresh the page is. */
  readonly fresh = input.required<Freshness>();
  /** True for lists that the reader may open. */
  readonly opens = input.required<(resource: string) => boolean>();
  /** Charts take the place that the tile has; on a phone their own. */
  readonly fixed = input(true);
  /** A part was chosen. */
  readonly pick = output<Part>();
  /** The reader wants the records. */
  readonly drill = output<RowsBehind>();
  /** The chart is to be looked at by another dimension. */
  readonly split = output<string>();
  /** The reader wants to try again. */
  readonly retry = output();

  protected readonly title = computed(() => titleOf(this.tile(), this.drawing().meanings, this.drawing().reader));
  protected readonly chart = computed(() => asChart(this.tile()));
  protected readonly list = computed(() => { const tile = this.tile(); return tile.kind === 'list' ? tile : null; });
  protected readonly kpi = computed(() => { const tile = this.tile(); return tile.kind === 'kpi' ? { measure: tile.measure, ...kpiView(tile, this.answer() ?? {}, this.drawing()) } : null; });
  protected readonly points = computed(() => { const tile = this.chart(); return tile ? pointsOf(tile, this.answer() ?? {}, this.drawing()) : []; });
  protected readonly steps = computed(() => this.points().map((point) => ({ ...point, total: point.total ?? false, full: point.text })));
  protected readonly lines = computed(() => { const tile = this.chart(); return tile?.chart === 'line' ? seriesOf(tile, this.answer() ?? {}, this.drawing()) : []; });
  protected readonly table = computed(() => {
    const tile = this.chart();
    const { meanings, reader } = this.drawing();
    return tile?.chart === 'table' ? { heads: tile.measures.map((name) => meaningOf(name, meanings, reader).title), lines: linesOf(tile, this.answer() ?? {}, this.drawing()) } : { heads: [], lines: [] };
  });
  /** What is drawn, unless the title says it or it is but one of several. */
  protected readonly subtitle = computed(() => { const tile = this.chart(); return !tile || (!tile.dimension && !tile.grain) || tile.chart === 'table' || this.title().startsWith(this.measure().title) ? '' : this.measure().title; });
  protected readonly question = computed(() => (this.answer()?.question ?? null) as Record<string, unknown> | null);
  protected readonly measure = computed(() => meaningOf(this.chart()?.measures[0] ?? '', this.drawing().meanings, this.drawing().reader));
  /** What the chart can explain, by name. */
  protected readonly measures = computed(() => (this.chart()?.measures ?? []).map((key) => ({ key, label: meaningOf(key, this.drawing().meanings, this.drawing().reader).title })));
  protected readonly category = computed(() => {
    const tile = this.chart();
    const member = tile?.grain ? tile.date : tile?.dimension;
    return member ? meaningOf(member, this.drawing().meanings, this.drawing().reader).title : '';
  });
  protected readonly selected = computed(() => {
    const tile = this.chart();
    const part = tile && this.drawing().page.parts.find((one) => shows(tile, one, this.drawing().page.has));
    return part ? (tile.grain && tile.date ? (part.value.split('..')[0] ?? null) : part.value) : null;
  });
  protected readonly tabs = computed((): Tab[] => {
    const { chart, dimension, grain } = this.chart() ?? {};
    if (chart !== 'hbar' || !dimension || grain || !SPLITS.some((name) => name === localOf(dimension))) return [];
    const { meanings, reader, page } = this.drawing();
    return SPLITS.map((name) => `${viewOf(dimension)}.${name}`).filter(page.has).map((key) => ({ key, label: meaningOf(key, meanings, reader).title }));
  });
  /** A chosen part stands first in what is read of the tabs. */
  protected readonly active = linkedSignal(() => this.chart()?.dimension ?? '');
  protected readonly height = computed(() => {
    const tile = this.tile();
    return Math.max(LEAST_CHART, (this.fixed() ? tile.h : Math.max(tile.h, 4)) * (ROW + GAP) - GAP - FRAME - (this.tabs().length > 1 ? TOOLS : 0));
  });
  protected readonly color = computed(() => COLORS.find(([pattern]) => pattern.test(this.chart()?.measures[0] ?? ''))?.[1] ?? 1);
  protected readonly people = computed(() => localOf(this.chart()?.dimension ?? '') === 'owner');
  protected readonly axis = computed(() => {
    const { reader } = this.drawing();
    const { unit } = this.measure();
    const currency = currencyOf(this.answer()?.main?.rows[0], this.chart()?.measures[0] ?? '', reader.currency);
    return (value: number): string => (unit.startsWith('money') ? formatMoney(value, currency, reader.tag, 'compact') : unit === 'ratio' ? formatPercent(value, reader.tag, 0) : formatNumber(value, reader.tag, value < 10 ? 1 : 0));
  });
  private readonly behind = computed(() => {
    const { page } = this.drawing();
    const tile = this.tile();
    const range = tile.kind === 'list' ? null : rangesOf(tile, page).range;
    const rows = rowsBehind(tile, range, page.parts, page.filters, this.session.timeZone());
    return rows && this.opens()(rows.resource) ? rows : null;
  });
  protected readonly drillable = computed(() => this.behind() !== null);
  protected readonly listParams = computed(() => { const rows = this.behind(); return rows && paramsFromQuery({ filters: rows.filters, sort: this.list()?.sort ?? '' }); });

  /** A part was chosen: it narrows the page, or leads to the records behind its number. */
  protected chosen(point: ChartPoint): void {
    const tile = this.chart();
    if (tile?.click && point.cell) {
      // Bars in a group have told already which of them it was.
      if (!point.bars) this.explain(point, tile.dimension || tile.grain ? (tile.measures[0] ?? '') : point.key);
      return;
    }
    const part = tile && partOf(tile, point, this.drawing().page.has);
    if (part) this.pick.emit(part);
  }

  /** What is behind one number of a point. */
  protected explain(point: ChartPoint, measure: string): void {
    const query = this.question();
    if (query && point.cell) void this.panel.open(behindPoint(query, measure, this.title(), point));
  }

  protected bar({ point, bar }: { readonly point: ChartPoint; readonly bar: ChartBar }): void {
    if (this.chart()?.click) this.explain(point, bar.key);
  }

  protected open(): void {
    const rows = this.behind();
    if (rows) this.drill.emit(rows);
  }
}

const asChart = (tile: Tile): ChartTile | null => (tile.kind === 'chart' ? tile : null);
