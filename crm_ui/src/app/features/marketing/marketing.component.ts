import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { SessionService } from '@core/session/session.service';
import { PeriodChoice, PeriodPickerComponent } from '@shared/field/period-picker.component';
import { freshText, PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { KpiTileComponent } from '@shared/kpi/kpi-tile.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { NumberQuestion } from '@shared/kpi/number.model';
import { PageFigures } from '@shared/kpi/page.figures';
import { PickedNumber } from '@shared/kpi/picked.number';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent, ProblemComponent } from '@shared/states/states.component';
import { ChannelCardComponent } from './channel-card.component';
import { CreditCardComponent } from './credit-card.component';
import { FunnelCardComponent } from './funnel-card.component';
import { marketingQueries, STEPS, TILE_KEYS } from './marketing.questions';
import { MarketingState } from './marketing.state';
import { marketingTile, MarketingTile } from './tiles.view';

/** Leads, what customers cost and bring, and which touches won the revenue. All figures are asked as one question and so stand at one watermark. */
@Component({
  selector: 'crm-marketing',
  imports: [RouterLink, TranslatePipe, PeriodPickerComponent, IconComponent, KpiTileComponent, PageHeaderComponent, EmptyComponent, ProblemComponent, ChannelCardComponent, CreditCardComponent, FunnelCardComponent],
  providers: [PageFigures, MemberDictionary, MarketingState, PickedNumber],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './marketing.component.html',
  styleUrl: '../revenue/revenue.component.scss',
})
export class MarketingComponent {
  private readonly session = inject(SessionService);
  private readonly words = inject(PageReader);
  private readonly picked = inject(PickedNumber);
  protected readonly dictionary = inject(MemberDictionary);
  protected readonly state = inject(MarketingState);
  protected readonly figures = inject(PageFigures);

  /** The period by its name, from the address like all that follows. */
  readonly period = input<string>();
  /** The first day of a custom period. */
  readonly from = input<string>();
  /** The last day of a custom period. */
  readonly to = input<string>();
  /** Whether costs are those of one sales cycle earlier: `1`. */
  readonly lag = input<string>();
  /** What credits are split by. */
  readonly by = input<string>();
  /** The step of the funnel whose leads are open. */
  readonly pick = input<string>();

  protected readonly maySwitch = computed(() => this.session.can('flags', 'write'));
  protected readonly access = computed((): 'open' | 'off' | 'closed' => {
    if (!this.session.feature('crm_feature_revenue') || !this.session.feature('crm_feature_analytics')) return 'off';
    return this.session.can('leads', 'read') ? 'open' : 'closed';
  });
  /** Costs and margins are the company's; who may not see them sees the rest of the page. */
  protected readonly tiles = computed(() => TILE_KEYS.filter((key) => this.figures.refusal(key === 'observed' ? 'observed' : 'unit') === null).map((key) => {
    const answer = key === 'observed' ? 'observed' : 'unit';
    return marketingTile(key, this.figures.rows(answer)?.[0] ?? null, this.figures.rows(`${answer}Before`)?.[0] ?? null, this.state.address().lag, this.words.reader());
  }));
  protected readonly hidden = computed(() => this.figures.refusal('unit') !== null);
  protected readonly waiting = computed(() => this.figures.shown() === null);
  protected readonly failed = computed(() => (this.waiting() ? this.figures.problem() : null));
  protected readonly fresh = computed(() => {
    const mark = this.figures.answer('unit')?.watermark ?? this.figures.answer('funnel')?.watermark;
    return mark ? freshText(mark, this.words.reader()) : { text: '', title: '' };
  });
  protected readonly versus = computed(() => (this.state.address().period.previous ? this.words.reader().text('revenue.versus', { period: this.state.previousText() }) : ''));

  /** The leads of the step that the address picks. */
  private readonly asked = computed((): NumberQuestion | null => {
    const step = STEPS.find(({ key }) => key === this.state.address().pick);
    const query = this.figures.shown()?.['funnel'];
    return step && query ? { query: { ...query }, measure: step.count, title: `${this.words.reader().text(`marketing.steps.${step.key}`)}, ${this.state.periodText()}` } : null;
  });

  constructor() {
    effect(() => {
      const params = { period: this.period(), from: this.from(), to: this.to(), lag: this.lag(), by: this.by(), pick: this.pick() };
      untracked(() => this.state.params.set(params));
    });
    effect(() => {
      const { period, by } = this.state.address();
      const queries = this.access() === 'open' ? marketingQueries(period, by) : null;
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

  protected questionOf({ rows, answer, member }: MarketingTile): Record<string, unknown> | null {
    const query = rows ? this.figures.shown()?.[answer] : undefined;
    return query ? { ...query, measures: [member] } : null;
  }
}
