import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { ListFilter } from '@core/api/list.query';
import { Problem, toProblem } from '@core/api/problem';
import { LocaleService } from '@core/i18n/locale.service';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { SessionService } from '@core/session/session.service';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { ChipComponent } from '@shared/chip/chip.component';
import { ConsentCardComponent } from '@shared/consent/consent-card.component';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { DatePipe, RelativePipe, ValuePipe } from '@shared/format/format.pipes';
import { CustomFactsComponent } from '@shared/extend/custom-facts.component';
import { RecordTagsComponent } from '@shared/extend/record-tags.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ActivitiesComponent } from '@shared/record/activities.component';
import { ChoicesService } from '@shared/record/choices.service';
import { ContactForm } from '@shared/record/contact.form';
import { FactComponent } from '@shared/record/fact.component';
import { LookupService } from '@shared/record/lookup.service';
import { countryName, namePair, placeOf } from '@shared/record/names';
import { Contact } from '@shared/record/record.model';
import { RelatedDealsComponent } from '@shared/record/related.component';
import { RecordRemoval } from '@shared/record/removal.service';
import { StoryComponent } from '@shared/record/story.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';

/** One contact: how to reach the person, what they agreed to, their deals and what happened. */
@Component({
  selector: 'crm-contact-detail',
  imports: [TranslatePipe, CustomFactsComponent, RecordTagsComponent, ActivitiesComponent, AvatarComponent, ChipComponent, ConsentCardComponent, DatePipe, EntityLinkComponent, FactComponent, IconComponent, PageHeaderComponent, ProblemComponent, RelatedDealsComponent, RelativePipe, SkeletonComponent, StoryComponent, TabsComponent, ValuePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './contact-detail.component.html',
  styleUrl: '../../shared/record/record-page.scss',
})
export class ContactDetailComponent {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  private readonly session = inject(SessionService);
  private readonly titles = inject(TranslatedTitleStrategy);
  private readonly choices = inject(ChoicesService);
  private readonly form = inject(ContactForm);
  private readonly removal = inject(RecordRemoval);
  protected readonly lookup = inject(LookupService);

  /** The contact's id, from the address. */
  readonly id = input.required<string>();

  protected readonly contact = signal<Contact | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly version = signal(0);
  protected readonly chosen = signal<string | null>(null);
  protected readonly names = computed(() => {
    const contact = this.contact();
    return contact ? namePair(this.locale.language(), contact.full_name, contact.full_name_ar) : null;
  });
  protected readonly place = computed(() => {
    const contact = this.contact();
    const country = contact?.country_code ? countryName(contact.country_code, this.locale.language()) : null;
    return placeOf(contact?.city, country, this.choices.text('record.comma'));
  });
  protected readonly can = {
    write: computed(() => this.session.can('contacts', 'write')), remove: computed(() => this.session.can('contacts', 'delete')),
    consent: computed(() => this.session.feature('crm_feature_consent')),
    deals: computed(() => this.session.can('deals', 'read') && this.session.feature('crm_feature_deals')),
    activities: computed(() => this.session.can('activities', 'read') && this.session.feature('crm_feature_activities')),
  };
  protected readonly tabs = computed((): Tab[] => [
    ...(this.can.activities() ? [{ key: 'activities', label: this.choices.text('record.activity.title') }] : []),
    { key: 'story', label: this.choices.text('record.story.title') },
  ]);
  /** What people want to know of a person first is what was talked about. */
  protected readonly tab = computed(() => this.chosen() ?? this.tabs()[0]?.key ?? 'story');
  protected readonly dealFilters = computed((): ListFilter[] => [{ field: 'primary_contact_id', operator: 'eq', value: this.id() }]);
  protected readonly activityFilters = computed((): ListFilter[] => [{ field: 'contact_id', operator: 'eq', value: this.id() }]);

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
    if (this.contact()?.id !== id) this.contact.set(null);
    this.problem.set(null);
    try {
      const contact = await this.api.get<Contact>(`contacts/${id}`);
      if (id === this.id()) this.contact.set(contact);
    } catch (error) {
      if (id === this.id()) this.problem.set(toProblem(error));
    }
  }

  /** What was recorded elsewhere on the page is part of the record and its story. */
  protected async refresh(): Promise<void> {
    await this.load();
    this.version.update((version) => version + 1);
  }

  protected async edit(contact: Contact): Promise<void> {
    const changed = await this.form.edit(contact);
    if (!changed) return;
    this.contact.set(changed);
    this.version.update((version) => version + 1);
  }

  protected remove(contact: Contact): Promise<void> {
    return this.removal.remove('contacts', contact.id, this.choices.text('record.deleted', { name: this.names()?.first }));
  }
}
