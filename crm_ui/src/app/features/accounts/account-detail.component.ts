import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { ListFilter } from '@core/api/list.query';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { SessionService } from '@core/session/session.service';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { ChipComponent, toneOfStatus } from '@shared/chip/chip.component';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { DatePipe, MoneyPipe, NumberPipe, RelativePipe, ValuePipe } from '@shared/format/format.pipes';
import { CustomFactsComponent } from '@shared/extend/custom-facts.component';
import { RecordTagsComponent } from '@shared/extend/record-tags.component';
import { IconComponent } from '@shared/icon/icon.component';
import { AccountForm } from '@shared/record/account.form';
import { ActivitiesComponent } from '@shared/record/activities.component';
import { ChoicesService } from '@shared/record/choices.service';
import { ContactForm } from '@shared/record/contact.form';
import { DealForm } from '@shared/record/deal.form';
import { FactComponent } from '@shared/record/fact.component';
import { LookupService } from '@shared/record/lookup.service';
import { countryName, namePair, placeOf } from '@shared/record/names';
import { Account } from '@shared/record/record.model';
import { RelatedContactsComponent, RelatedDealsComponent } from '@shared/record/related.component';
import { RecordRemoval } from '@shared/record/removal.service';
import { StoryComponent } from '@shared/record/story.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';

/** One account: its open deals, its people, what is known of it and what happened. */
@Component({
  selector: 'crm-account-detail',
  imports: [TranslatePipe, CustomFactsComponent, RecordTagsComponent, ActivitiesComponent, AvatarComponent, ChipComponent, DatePipe, EntityLinkComponent, FactComponent, IconComponent, MoneyPipe, NumberPipe, PageHeaderComponent, ProblemComponent, RelatedContactsComponent, RelatedDealsComponent, RelativePipe, SkeletonComponent, StoryComponent, TabsComponent, ValuePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './account-detail.component.html',
  styleUrl: '../../shared/record/record-page.scss',
})
export class AccountDetailComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly titles = inject(TranslatedTitleStrategy);
  private readonly choices = inject(ChoicesService);
  private readonly form = inject(AccountForm);
  private readonly deals = inject(DealForm);
  private readonly contacts = inject(ContactForm);
  private readonly removal = inject(RecordRemoval);
  protected readonly lookup = inject(LookupService);

  /** The account's id, from the address. */
  readonly id = input.required<string>();

  protected readonly account = signal<Account | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly version = signal(0);
  protected readonly tab = signal('story');
  protected readonly toneOf = toneOfStatus;
  protected readonly names = computed(() => {
    const account = this.account();
    return account ? namePair(this.locale.language(), account.legal_name, account.legal_name_ar) : null;
  });
  protected readonly country = computed(() => {
    const code = this.account()?.country_code;
    return code ? countryName(code, this.locale.language()) : null;
  });
  protected readonly place = computed(() => placeOf(this.account()?.city, this.country(), this.choices.text('record.comma')));
  /** The web site without what every site has. */
  protected readonly host = computed(() => (this.account()?.website ?? '').replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, ''));
  protected readonly can = {
    write: computed(() => this.session.can('accounts', 'write')), remove: computed(() => this.session.can('accounts', 'delete')),
    deals: computed(() => this.session.can('deals', 'read') && this.session.feature('crm_feature_deals')), newDeal: computed(() => this.session.can('deals', 'write') && this.session.feature('crm_feature_deals')),
    contacts: computed(() => this.session.can('contacts', 'read') && this.session.feature('crm_feature_contacts')), newContact: computed(() => this.session.can('contacts', 'write') && this.session.feature('crm_feature_contacts')),
    activities: computed(() => this.session.can('activities', 'read') && this.session.feature('crm_feature_activities')),
  };
  protected readonly tabs = computed((): Tab[] => [
    { key: 'story', label: this.choices.text('record.story.title') },
    ...(this.can.activities() ? [{ key: 'activities', label: this.choices.text('record.activity.title') }] : []),
    ...(this.can.deals() ? [{ key: 'closed', label: this.choices.text('accounts.closedDeals') }] : []),
  ]);
  protected readonly mine = computed((): ListFilter[] => [{ field: 'account_id', operator: 'eq', value: this.id() }]);
  protected readonly open = computed((): ListFilter[] => [...this.mine(), { field: 'status', operator: 'eq', value: 'open' }]);
  protected readonly closed = computed((): ListFilter[] => [...this.mine(), { field: 'status', operator: 'in', value: 'won,lost' }]);

  constructor() {
    void this.lookup.need('users');
    effect(() => {
      this.id();
      untracked(() => void this.load());
    });
    effect(() => {
      const names = this.names();
      if (names) this.titles.name(names.first);
    });
  }

  protected async load(): Promise<void> {
    const id = this.id();
    if (this.account()?.id !== id) this.account.set(null);
    this.problem.set(null);
    try {
      const account = await this.api.get<Account>(`accounts/${id}`);
      if (id === this.id()) this.account.set(account);
    } catch (error) {
      if (id === this.id()) this.problem.set(toProblem(error));
    }
  }

  protected async edit(account: Account): Promise<void> {
    const changed = await this.form.edit(account);
    if (changed) this.account.set(changed);
    if (changed) this.version.update((version) => version + 1);
  }

  protected async newDeal(account: Account): Promise<void> {
    const deal = await this.deals.create({ account_id: { id: account.id, name: this.names()?.first ?? account.legal_name } });
    if (deal) await this.router.navigateByUrl(`/sell/deals/${deal.id}`);
  }

  protected async newContact(account: Account): Promise<void> {
    const contact = await this.contacts.create({ account_id: { id: account.id, name: this.names()?.first ?? account.legal_name }, country_code: account.country_code });
    if (contact) this.version.update((version) => version + 1);
  }

  protected remove(account: Account): Promise<void> {
    return this.removal.remove('accounts', account.id, this.choices.text('record.deleted', { name: this.names()?.first }));
  }
}
