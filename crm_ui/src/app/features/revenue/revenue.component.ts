import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { SessionService } from '@core/session/session.service';
import { PeriodChoice, PeriodPickerComponent } from '@shared/field/period-picker.component';
import { freshText, PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { KpiTileComponent } from '@shared/kpi/kpi-tile.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { NumberPanelService } from '@shared/kpi/number-panel.service';
import { NumberQuestion } from '@shared/kpi/number.model';
import { PageFigures } from '@shared/kpi/page.figures';
import { PickedNumber } from '@shared/kpi/picked.number';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent } from '@shared/states/states.component';
import { BridgeCardComponent } from './bridge-card.component';
import { CohortCardComponent } from './cohorts/cohort-card.component';
import { cohortGrid, METRICS } from './cohorts/cohort.grid';
import { cellWords } from './cohorts/cohort.words';
import { ValueCardComponent } from './cohorts/value-card.component';
import { barOf, cellOf } from './revenue.address';
import { barMember, revenueQueries, TREND_KEYS, TrendKey, TRENDS } from './revenue.questions';
import { RevenueState } from './revenue.state';
import { TrendCardComponent } from './trend-card.component';
import { tileOf } from './trend.view';

/** Recurring revenue: what moved it, how it and its ratios went over the months, and what became of each cohort. All figures are asked as one question and so stand at one watermark. */
@Component({
  selector: 'crm-revenue',
  imports: [RouterLink, TranslatePipe, PeriodPickerComponent, IconComponent, KpiTileComponent, PageHeaderComponent, EmptyComponent, ProblemComponent, BridgeCardComponent, CohortCardComponent, ValueCardComponent, TrendCardComponent],
  providers: [RevenueState, PageFigures, MemberDictionary, PickedNumber],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './revenue.component.html',
  styleUrl: './revenue.component.scss',
})
export class RevenueComponent {
  private readonly session = inject(SessionService);
  private readonly words = inject(PageReader);
  private readonly picked = inject(PickedNumber);
  private readonly panel = inject(NumberPanelService);
  protected readonly dictionary = inject(MemberDictionary);
  protected readonly state = inject(RevenueState);
  protected readonly figures = inject(PageFigures);

  /** The period by its name, from the address like all that follows. */
  readonly period = input<string>();
  /** The first day of a custom period. */
  readonly from = input<string>();
  /** The last day of a custom period. */
  readonly to = input<string>();
  /** The number whose trend is drawn. */
  readonly trend = input<string>();
  /** What the cells of the cohorts are. */
  readonly show = input<string>();
  /** The bar or cell whose rows are open. */
  readonly pick = input<string>();

  protected readonly maySwitch = computed(() => this.session.can('flags', 'write'));
  protected readonly access = computed((): 'open' | 'off' | 'closed' => {
    if (!this.session.feature('crm_feature_revenue') || !this.session.feature('crm_feature_analytics')) return 'off';
    return this.session.can('subscriptions', 'read') ? 'open' : 'closed';
  });
  protected readonly tiles = computed(() => TREND_KEYS.map((key) => tileOf(key, this.figures.rows('now')?.[0] ?? null, this.figures.rows('before')?.[0] ?? null, this.figures.rows('trend') ?? [], this.words.reader())));
  protected readonly waiting = computed(() => this.figures.answer('now') === null);
  protected readonly refused = computed(() => this.figures.refusal('now') ?? (this.waiting() ? this.figures.problem() : null));
  protected readonly fresh = computed(() => {
    const mark = this.figures.answer('now')?.watermark;
    return mark ? freshText(mark, this.words.reader()) : { text: '', title: '' };
  });
  protected readonly versus = computed(() => (this.state.address().period.previous ? this.words.reader().text('revenue.versus', { period: this.state.previousText() }) : ''));

  /** What the address picks, as a question about a number. */
  private readonly asked = computed((): NumberQuestion | null => {
    const { pick, show } = this.state.address();
    const queries = this.figures.shown();
    const [bar, cell, reader] = [barOf(pick), cellOf(pick), this.words.reader()];
    if (queries === null) return null;
    if (bar) return { query: { ...queries['now'] }, measure: barMember(bar), title: `${reader.text(`revenue.bars.${bar}`)}, ${this.state.periodText()}` };
    if (!cell) return null;
    const { view, rows: measure } = METRICS[show];
    const key = view === 'retention' ? 'retention' : 'value';
    const line = cohortGrid(this.figures.rows(key) ?? [], show, this.state.cohorts()).lines.find((one) => one.key === cell.cohort);
    const found = line?.cells[cell.since];
    if (!line || found?.state !== 'known') return null;
    return { query: { ...queries[key] }, measure, point: { [`${view}.cohort.month`]: line.at, [`${view}.months_since`]: cell.since }, title: cellWords(show, line, found, reader) };
  });

  constructor() {
    effect(() => {
      const params = { period: this.period(), from: this.from(), to: this.to(), trend: this.trend(), show: this.show(), pick: this.pick() };
      untracked(() => this.state.params.set(params));
    });
    effect(() => {
      const queries = this.access() === 'open' ? revenueQueries(this.state.address().period, this.state.cohorts()) : null;
      untracked(() => this.figures.queries.set(queries));
    });
    effect(() => {
      const [pick, question] = [this.state.address().pick, this.asked()];
      untracked(() => void this.picked.show(pick, question, () => void this.state.go({ pick: null })));
    });
  }

  protected choose({ key, custom }: PeriodChoice): void {
    void this.state.go({ period: key, from: custom?.[0] ?? null, to: custom?.[1] ?? null, pick: null });
  }

  protected questionOf(key: TrendKey): Record<string, unknown> | null {
    const query = this.figures.shown()?.['now'];
    return query ? { ...query, measures: [TRENDS[key].member] } : null;
  }

  protected explain(key: TrendKey): void {
    const query = this.questionOf(key);
    if (query) void this.panel.open({ query, measure: TRENDS[key].member, title: this.dictionary.of(TRENDS[key].member).title });
  }

  protected memberOf(key: TrendKey): string {
    return TRENDS[key].member;
  }
}
