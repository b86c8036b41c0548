import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { formatMoney, formatNumber } from '@core/format/format';
import { approximate } from '@shared/format/exact';
import { PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { PageFigures } from '@shared/kpi/page.figures';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { checkCredits, CreditLine, creditLines } from './credits.view';
import { Split, SPLITS } from './marketing.address';
import { creditOf, Model, MODELS } from './marketing.questions';
import { MarketingState } from './marketing.state';

/** Won revenue by channel or campaign in five models side by side, with the check that each shares out all of it. */
@Component({
  selector: 'crm-marketing-credits',
  imports: [TranslatePipe, IconComponent, AnswerFootComponent, EmptyComponent, ProblemComponent, SkeletonComponent, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.aria-busy]': 'figures.loading()' },
  template: `
    <header><div><h2>{{ 'marketing.attribution' | translate }}</h2><p class="crm-muted">{{ 'marketing.attributionText' | translate }}</p></div>
      <crm-tabs [tabs]="tabs()" [active]="state.address().by" (activeChange)="state.go({ by: $event })" [label]="'marketing.splitBy' | translate" [controls]="false" look="segmented" /></header>
    @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="figures.refresh()" /> }
    @else if (lines(); as lines) {
      @if (lines.length === 0) { <crm-empty icon="share" [title]="'marketing.noCredits' | translate" [text]="'marketing.noCreditsText' | translate" /> }
      @else {
        @if (check(); as check) { <p class="check" [attr.role]="check.whole ? null : 'alert'" [attr.data-whole]="check.whole"><crm-icon [name]="check.whole ? 'badge-check' : 'triangle-alert'" [size]="15" /><span>{{ check.words }}</span></p> }
        <div class="scroll" role="region" tabindex="0" [attr.aria-label]="'marketing.attribution' | translate"><table>
          <thead><tr><th scope="col">{{ 'marketing.by.' + split() | translate }}</th>@for (model of models; track model) { <th scope="col" class="end"><button type="button" [title]="dictionary.of(memberOf(model)).description" (click)="state.explain('credited', memberOf(model))">{{ dictionary.of(memberOf(model)).title }}</button></th> }<th scope="col" class="end">{{ 'marketing.deals' | translate }}</th></tr></thead>
          <tbody>@for (line of lines; track line.key) {
            <tr><th scope="row"><bdi>{{ line.name }}</bdi>@if (line.under) { <small><bdi>{{ line.under }}</bdi></small> }</th>
              @for (credit of line.credits; track credit.model) { <td class="end crm-number">@if (credit.some) { <button type="button" [title]="credit.full" [attr.data-credit]="credit.model" (click)="open(line, credit.model)"><bdi>{{ credit.text }}</bdi><small><bdi>{{ credit.percent }}</bdi></small></button><span class="share" aria-hidden="true"><i [style.inline-size.%]="credit.share * 100"></i></span> } @else { <span class="crm-muted">{{ credit.text }}</span> }</td> }
              <td class="end crm-number">{{ line.deals }}</td></tr>
          }</tbody>
          <tfoot><tr><th scope="row">{{ 'pipeline.total' | translate }}</th>@for (sum of sums(); track sum.model) { <td class="end crm-number"><button type="button" (click)="state.explain('credited', memberOf(sum.model))"><bdi>{{ sum.text }}</bdi></button></td> }<td></td></tr></tfoot>
        </table></div>
        <p class="note crm-muted"><crm-icon name="info" [size]="14" /><span>{{ unsampled() }}</span></p>
      }
    } @else { <crm-skeleton [lines]="9" /> }
    <crm-answer-foot [answer]="figures.answer('credits')" />
  `,
  styleUrl: './table-card.scss',
})
export class CreditCardComponent {
  protected readonly state = inject(MarketingState);
  protected readonly figures = inject(PageFigures);
  protected readonly dictionary = inject(MemberDictionary);
  private readonly words = inject(PageReader);

  protected readonly models = MODELS;
  protected readonly memberOf = creditOf;
  /** What the answer in sight is split by: another one may be on its way. */
  protected readonly split = computed<Split>(() => { const asked = this.figures.shown()?.['credits']?.['dimensions']; return Array.isArray(asked) && asked.length > 1 ? 'campaign' : 'channel'; });
  protected readonly tabs = computed<Tab[]>(() => SPLITS.map((key) => ({ key, label: this.words.reader().text(`marketing.by.${key}`) })));
  protected readonly problem = computed(() => this.figures.refusal('credits') ?? (this.figures.answer('credits') ? null : this.figures.problem()));
  private readonly checked = computed(() => {
    const rows = this.figures.rows('credits');
    return rows && checkCredits(rows, this.figures.rows('revenue')?.[0]?.['deals.won_amount']);
  });
  protected readonly lines = computed(() => { const [rows, checked] = [this.figures.rows('credits'), this.checked()]; return rows && checked && creditLines(rows, this.split(), checked, this.words.reader()); });
  protected readonly check = computed(() => {
    const checked = this.checked();
    const { currency, tag, text } = this.words.reader();
    if (!checked || this.figures.rows('revenue') === null) return null;
    const revenue = formatMoney(approximate(checked.revenue), currency, tag);
    return { whole: checked.whole, words: checked.whole ? text('marketing.whole', { revenue }) : text('marketing.broken', { revenue, models: checked.broken.map((model) => this.dictionary.of(creditOf(model)).title).join(', ') }) };
  });
  protected readonly sums = computed(() => MODELS.map((model) => ({ model, text: formatMoney(approximate(this.checked()?.sums.get(model) ?? 0n), this.words.reader().currency, this.words.reader().tag) })));
  protected readonly unsampled = computed(() => {
    const row = this.figures.rows('credited')?.[0];
    const { tag, text } = this.words.reader();
    return text('marketing.unsampled', { touches: formatNumber(row?.['attribution.touch_count'], tag), deals: formatNumber(row?.['attribution.deal_count'], tag) });
  });

  protected open({ point, name }: CreditLine, model: Model): void {
    this.state.explain('credits', creditOf(model), point, name);
  }
}
