import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ListFilter } from '@core/api/list.query';
import { toNumber } from '@core/format/format';
import { LocaleService } from '@core/i18n/locale.service';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { SessionService } from '@core/session/session.service';
import { ChipComponent, toneOfStatus } from '@shared/chip/chip.component';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, DatePipe, MoneyPipe, RelativePipe, ValuePipe } from '@shared/format/format.pipes';
import { CustomFactsComponent } from '@shared/extend/custom-facts.component';
import { RecordTagsComponent } from '@shared/extend/record-tags.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ActivitiesComponent } from '@shared/record/activities.component';
import { ChoicesService } from '@shared/record/choices.service';
import { FactComponent } from '@shared/record/fact.component';
import { LookupService } from '@shared/record/lookup.service';
import { dayOf, namePair } from '@shared/record/names';
import { RecordRemoval } from '@shared/record/removal.service';
import { Stage } from '@shared/record/record.model';
import { StoryComponent } from '@shared/record/story.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { DealForm } from '@shared/record/deal.form';
import { DealStore } from './deal.store';
import { LostReasonService } from './lost-reason.component';
import { StageHistoryComponent } from './stage-history.component';
import { StagePathComponent } from './stage-path.component';
import { overdueDays } from './stage.path';
import { WinScoreComponent } from './win-score.component';

/** One deal: where it stands, what it is worth, how likely it is won and why, and what happened. */
@Component({
  selector: 'crm-deal-detail',
  imports: [TranslatePipe, CustomFactsComponent, RecordTagsComponent, ActivitiesComponent, ChipComponent, CountPipe, DatePipe, EntityLinkComponent, FactComponent, IconComponent, MoneyPipe, PageHeaderComponent, ProblemComponent, RelativePipe, SkeletonComponent, StageHistoryComponent, StagePathComponent, StoryComponent, TabsComponent, ValuePipe, WinScoreComponent],
  providers: [DealStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './deal-detail.component.html',
  styleUrl: '../../shared/record/record-page.scss',
})
export class DealDetailComponent {
  protected readonly store = inject(DealStore);
  protected readonly lookup = inject(LookupService);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly notice = inject(NoticeService);
  private readonly titles = inject(TranslatedTitleStrategy);
  private readonly choices = inject(ChoicesService);
  private readonly form = inject(DealForm);
  private readonly lost = inject(LostReasonService);
  private readonly removal = inject(RecordRemoval);

  /** The deal's id, from the address. */
  readonly id = input.required<string>();

  protected readonly tab = signal('story');
  protected readonly toneOf = toneOfStatus;
  protected readonly mayWrite = computed(() => this.session.can('deals', 'write'));
  protected readonly mayDelete = computed(() => this.session.can('deals', 'delete'));
  protected readonly scores = computed(() => this.session.feature('crm_feature_win_scores'));
  protected readonly tabs = computed((): Tab[] => [
    { key: 'story', label: this.choices.text('record.story.title') },
    ...(this.session.can('activities', 'read') && this.session.feature('crm_feature_activities') ? [{ key: 'activities', label: this.choices.text('record.activity.title') }] : []),
    { key: 'history', label: this.choices.text('deals.history') },
  ]);
  protected readonly activityFilters = computed((): ListFilter[] => [{ field: 'deal_id', operator: 'eq', value: this.id() }]);
  protected readonly late = computed(() => {
    const deal = this.store.deal();
    const days = deal ? overdueDays(deal, dayOf(new Date())) : null;
    return days === null ? null : { days };
  });
  /** The account by its name in the reader's language, and the other one. */
  protected readonly account = computed(() => {
    const deal = this.store.deal();
    if (!deal?.account) return null;
    const pair = namePair(this.locale.language(), deal.account.name, this.store.account()?.legal_name_ar);
    return { id: deal.account.id, name: pair.first, second: pair.second };
  });

  protected readonly saveAmount = (value: string | null): Promise<unknown> => this.change('expected_value', value !== null && toNumber(value) !== null ? Number(value).toFixed(2) : value);
  protected readonly saveClose = (value: string | null): Promise<unknown> => this.change('close_date', value);
  protected readonly saveNext = (value: string | null): Promise<unknown> => this.change('next_step', value);

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.store.load(id));
    });
    effect(() => {
      const name = this.store.deal()?.name;
      if (name) this.titles.name(name);
    });
  }

  protected async move(stage: Stage): Promise<void> {
    const deal = this.store.deal();
    if (!deal) return;
    const reason = stage.kind === 'lost' ? await this.lost.ask(deal.name) : null;
    if (reason === undefined) return;
    try {
      const back = await this.store.move(stage, reason);
      const text = stage.kind === 'open' ? this.choices.text('deals.moved', { stage: this.lookup.stageName(stage) }) : this.choices.text(`deals.moved_${stage.kind}`);
      if (await this.notice.undoable(text)) await back();
    } catch (error) {
      this.notice.fail(error);
    }
  }

  protected async edit(): Promise<void> {
    const deal = this.store.deal();
    const changed = deal && (await this.form.edit(deal));
    if (changed) this.store.take(changed);
  }

  protected async remove(): Promise<void> {
    const deal = this.store.deal();
    if (deal) await this.removal.remove('deals', deal.id, this.choices.text('record.deleted', { name: deal.name }));
  }

  private change(field: string, value: string | null): Promise<void> {
    return this.store.change({ [field]: value });
  }
}
