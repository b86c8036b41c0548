import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, resource } from '@angular/core';
import { Router } from '@angular/router';
import { TranslatePipe, TranslateService } from '@ngx-translate/core';
import { todayIn } from '@core/analytics/period';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { formatDate } from '@core/format/format';
import { knownValue } from '@core/i18n/known.value';
import { LocaleService } from '@core/i18n/locale.service';
import { saveFile } from '@core/save.file';
import { SessionService } from '@core/session/session.service';
import { DatePipe, MoneyPipe, NumberPipe, PercentPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { ProofBadgeComponent } from '@shared/kpi/proof-badge.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { AccuracyPanelComponent } from './accuracy-panel.component';
import { AdjustService } from './adjust.component';
import { BarLine, ForecastBarsComponent } from './forecast-bars.component';
import { ForecastCohortsComponent } from './forecast-cohorts.component';
import { ForecastFiltersComponent } from './forecast-filters.component';
import { csvOf, targetOf } from './forecast.calc';
import { FigureName, questionBehind } from './forecast.drill';
import { Forecast, Group, MONEY, Narrow, NARROWS, paramsOf, Split, SPLITS } from './forecast.model';
import { isPeriod, moved, nameOfPeriod, periodOf, restepped, stepOf } from './forecast.periods';
import { ScenariosPanelComponent } from './scenarios/scenarios-panel.component';
import { SimulationPanelComponent } from './simulation/simulation-panel.component';

/** A change is in the figures within a second; after this many looks the page stops waiting for it. */
const LOOKS = 12;
const LOOK_MS = 400;
const MOST_BARS = 12;
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The forecast of a quarter or month by owner, team or region, with quotas, adjustments and how near earlier ones came. */
@Component({
  selector: 'crm-forecast',
  imports: [TranslatePipe, AccuracyPanelComponent, DatePipe, EmptyComponent, ForecastBarsComponent, ForecastCohortsComponent, ForecastFiltersComponent, IconComponent, MoneyPipe, NumberPipe, PageHeaderComponent, PercentPipe, ProblemComponent, ProofBadgeComponent, ScenariosPanelComponent, SimulationPanelComponent, SkeletonComponent, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './forecast.component.html',
  styleUrl: './forecast.component.scss',
})
export class ForecastComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  private readonly translate = inject(TranslateService);
  private readonly adjusting = inject(AdjustService);
  private readonly panel = inject(NumberPanelService);

  /** The period, from the address: `2026-Q4` or `2026-11`. */
  readonly period = input<string>();
  /** What the lines are, from the address. */
  readonly by = input<string>();
  /** What it is narrowed to, from the address: ids of people, of teams, and regions. */
  readonly owner = input<string | readonly string[]>();
  readonly team = input<string | readonly string[]>();
  readonly region = input<string | readonly string[]>();

  protected readonly money = MONEY;
  protected readonly tiles = ['forecast', 'adjusted', 'won', 'quota', 'gap', 'model_forecast'] as const;
  protected readonly ratios = ['attainment', 'coverage'] as const;
  protected readonly key = computed(() => { const asked = this.period(); return isPeriod(asked) ? asked : periodOf(this.today(), 'quarter', this.session.fiscalStart()); });
  protected readonly split = computed<Split>(() => SPLITS.find((one) => one === this.by()) ?? 'owner');
  protected readonly step = computed(() => stepOf(this.key()));
  protected readonly narrow = computed<Narrow>(() => ({ owner: [this.owner() ?? []].flat(), team: [this.team() ?? []].flat(), region: [this.region() ?? []].flat() }), { equal: same });
  protected readonly told = resource({ params: () => ({ period: this.key(), by: this.split(), ...paramsOf(this.narrow()) }), loader: ({ params }) => this.api.get<Forecast>('forecasts', params) });
  protected readonly unread = computed(() => (this.told.error() ? toProblem(this.told.error()?.cause ?? this.told.error()) : null));
  /** The last forecast stays in sight while the next one comes. */
  protected readonly shown = linkedSignal<Forecast | undefined, Forecast | undefined>({ source: () => (this.told.hasValue() ? this.told.value() : undefined), computation: (next, before) => next ?? before?.value });
  protected readonly drillable = computed(() => this.session.feature('crm_feature_analytics'));
  /** The same for the panels that ask for figures of their own. */
  protected readonly cut = computed(() => paramsOf(this.narrow()));
  protected readonly simulated = computed(() => this.session.can('deals', 'read') && this.session.feature('crm_feature_forecast_simulation'));
  protected readonly supposed = computed(() => this.session.can('deals', 'read') && this.session.can('scenarios', 'read') && this.session.feature('crm_feature_forecast_scenarios'));
  protected readonly periodText = computed(() => this.text(() => nameOfPeriod(this.key(), this.session.fiscalStart(), this.locale.tag())));
  protected readonly stepTabs = computed<Tab[]>(() => this.text(() => (['quarter', 'month'] as const).map((key) => ({ key, label: this.word(key) }))));
  protected readonly splitTabs = computed<Tab[]>(() => this.text(() => SPLITS.map((key) => ({ key, label: this.word(key) }))));
  protected readonly bars = computed<BarLine[]>(() => this.text(() => (this.shown()?.groups ?? []).filter(({ figures }) => Number(figures.open) + Number(figures.won) + Number(figures.quota) > 0).slice(0, MOST_BARS).map((group) => ({ key: this.trackOf(group), name: this.nameOf(group), figures: group.figures }))));

  protected nameOf(group: Group): string {
    const arabic = this.locale.language() === 'ar';
    const own = (arabic ? group.name_ar : null) ?? group.name;
    if (own) return this.shown()?.by === 'region' ? knownValue('region', own, (word) => String(this.translate.instant(word))) : own;
    return group.team ? this.word('teamItself', { name: (arabic ? group.team.name_ar : null) ?? group.team.name }) : this.word('nobody');
  }

  protected trackOf(group: Group): string {
    return targetOf(group) ?? 'nobody';
  }

  protected restep(step: string): void {
    this.show({ period: restepped(this.key(), step === 'month' ? 'month' : 'quarter', this.today(), this.session.fiscalStart()) });
  }

  protected move(by: number): void {
    this.show({ period: moved(this.key(), by) });
  }

  protected narrowTo(narrow: Narrow): void {
    this.show(narrow);
  }

  protected splitBy(split: string): void {
    this.show({ by: split });
  }

  /** Shows what a figure of a line, or of all, is made of. */
  protected drill(name: FigureName, group: Group | null): void {
    const forecast = this.shown();
    if (!forecast) return;
    const figure = this.word(name === 'attainment' || name === 'coverage' ? name : `money.${name}`);
    void this.panel.open(questionBehind(name, forecast, group, this.narrow(), `${figure}: ${group === null ? this.word('total') : this.nameOf(group)}, ${this.periodText()}`));
  }

  protected async adjust(group: Group): Promise<void> {
    const [forecast, id] = [this.shown(), targetOf(group)];
    if (!forecast || id === null) return;
    const question = { id, name: this.nameOf(group), period: forecast.period.key, periodText: this.periodText(), currency: forecast.currency, gross: group.figures.forecast };
    if (!(await this.adjusting.ask(question))) return;
    for (let look = 0; look < LOOKS && this.key() === forecast.period.key; look += 1) {
      const next = await this.api.get<Forecast>('forecasts', { period: forecast.period.key, by: this.split(), ...paramsOf(this.narrow()) }).catch(() => null);
      if (next && next.total.adjustment !== forecast.total.adjustment) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.told.reload();
  }

  protected save(): void {
    const forecast = this.shown();
    if (!forecast) return;
    const tag = this.locale.tag();
    const head = [
      [this.word('title'), this.periodText()], [this.word('by'), this.word(forecast.by)], [this.word('filters'), `${forecast.period.start} ≤ … < ${forecast.period.end}`], ...NARROWS.filter((name) => this.narrow()[name].length > 0).map((name) => [this.word(name), this.narrow()[name].join(' | ')] as const), [this.word('currency'), forecast.currency],
      [this.word('watermark'), forecast.watermark.committed_at ?? ''], [this.word('exported'), `${new Date().toISOString()} (${formatDate(new Date(), tag, 'datetime')})`],
    ] as const;
    const columns = [this.word(forecast.by), ...MONEY.map((name) => this.word(`money.${name}`)), this.word('attainment'), this.word('coverage')];
    saveFile(new Blob([csvOf(forecast, { head, columns, name: (group) => this.nameOf(group), total: this.word('total') })], { type: 'text/csv' }), `forecast-${forecast.period.key}-${forecast.by}.csv`);
  }

  /** The day that it is where the business is. */
  private today(): string {
    return todayIn(this.session.timeZone()).toISOString().slice(0, 10);
  }

  private show(change: { readonly period?: string; readonly by?: string } & Partial<Narrow>): void {
    void this.router.navigate([], { queryParams: { period: this.key(), by: this.split(), ...this.narrow(), ...change } });
  }

  private word(key: string, values?: Record<string, unknown>): string {
    return String(this.translate.instant(`forecast.${key}`, values));
  }

  /** Reads the language first, so that a change of it draws the words anew. */
  private text<T>(make: () => T): T {
    this.translate.currentLang();
    return make();
  }
}
