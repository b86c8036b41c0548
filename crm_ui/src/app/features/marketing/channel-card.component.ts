import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { formatDays } from '@core/format/format';
import { SwitchComponent } from '@shared/field/switch.component';
import { PageReader } from '@shared/format/reader';
import { IconComponent } from '@shared/icon/icon.component';
import { AnswerFootComponent } from '@shared/kpi/answer-foot.component';
import { MemberDictionary } from '@shared/kpi/member.words';
import { PageFigures } from '@shared/kpi/page.figures';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { blendedLine, ChannelLine, channelLines } from './channels.view';
import { costMembers } from './marketing.questions';
import { MarketingState } from './marketing.state';

/** What a customer costs by channel and blended, as spent or one sales cycle earlier; every number opens its rows. */
@Component({
  selector: 'crm-marketing-channels',
  imports: [TranslatePipe, SwitchComponent, IconComponent, AnswerFootComponent, EmptyComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.aria-busy]': 'figures.loading()' },
  template: `
    <header><div><h2>{{ 'marketing.costs' | translate }}</h2><p class="crm-muted">{{ dictionary.of(member('cac')).description }}</p></div>
      <label class="lag"><crm-switch [on]="state.address().lag" [label]="'marketing.lag' | translate" (turned)="state.go({ lag: $event ? '1' : null })" /><span>{{ 'marketing.lag' | translate }}@if (days(); as days) { <small>{{ 'marketing.lagDays' | translate: { days: days } }}</small> }</span></label></header>
    @if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="figures.refresh()" /> }
    @else if (lines(); as lines) {
      @if (lines.length === 0) { <crm-empty icon="megaphone" [title]="'marketing.noCosts' | translate" [text]="'marketing.noCostsText' | translate" /> }
      @else {
        <div class="scroll" role="region" tabindex="0" [attr.aria-label]="'marketing.costs' | translate"><table>
          <thead><tr><th scope="col">{{ 'marketing.channel' | translate }}</th>@for (column of columns; track column) { <th scope="col" class="end"><button type="button" [title]="dictionary.of(member(column)).description" (click)="state.explain('blended', member(column))">{{ dictionary.of(member(column)).title }}</button></th> }</tr></thead>
          <tbody>@for (line of lines; track line.channel) {
            <tr><th scope="row"><bdi>{{ line.name }}</bdi></th>@for (column of columns; track column) { <td class="end crm-number">@if (line.known[column]) { <button type="button" (click)="open(line, column)"><bdi>{{ line[column] }}</bdi></button> } @else { <bdi>{{ line[column] }}</bdi> }</td> }</tr>
          }</tbody>
          @if (blended(); as all) { <tfoot><tr><th scope="row">{{ all.name }}</th>@for (column of columns; track column) { <td class="end crm-number"><button type="button" (click)="state.explain('blended', member(column))"><bdi>{{ all[column] }}</bdi></button></td> }</tr></tfoot> }
        </table></div>
        <p class="note crm-muted"><crm-icon name="info" [size]="14" /><span>{{ 'marketing.costsNote' | translate }}</span></p>
      }
    } @else { <crm-skeleton [lines]="7" /> }
    <crm-answer-foot [answer]="figures.answer('channels')" />
  `,
  styleUrl: './table-card.scss',
})
export class ChannelCardComponent {
  protected readonly state = inject(MarketingState);
  protected readonly figures = inject(PageFigures);
  protected readonly dictionary = inject(MemberDictionary);
  private readonly words = inject(PageReader);

  protected readonly columns = ['customers', 'cost', 'cac'] as const;
  protected readonly problem = computed(() => this.figures.refusal('channels') ?? (this.figures.answer('channels') ? null : this.figures.problem()));
  protected readonly lines = computed(() => { const rows = this.figures.rows('channels'); return rows && channelLines(rows, this.state.address().lag, this.words.reader()); });
  protected readonly blended = computed(() => { const row = this.figures.rows('blended')?.[0]; return row ? blendedLine(row, this.state.address().lag, this.words.reader()) : null; });
  protected readonly days = computed(() => { const lag = this.figures.rows('blended')?.[0]?.['acquisition.lag_days']; return lag === null || lag === undefined ? '' : formatDays(lag, this.words.reader().tag); });

  protected member(column: 'customers' | 'cost' | 'cac'): string {
    return `acquisition.${column === 'customers' ? 'count' : costMembers(this.state.address().lag)[column]}`;
  }

  protected open(line: ChannelLine, column: 'customers' | 'cost' | 'cac'): void {
    this.state.explain('channels', this.member(column), { 'acquisition.channel': line.channel }, line.name);
  }
}
