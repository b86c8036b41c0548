import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { listAddress } from '@core/api/list.address';
import { ListStore } from '@core/api/list.store';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { extendedList } from '@shared/extend/extended.list';
import { SegmentPickerComponent } from '@shared/extend/segment-picker.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ChoicesService } from '@shared/record/choices.service';
import { ContactForm } from '@shared/record/contact.form';
import { FilterChipsComponent, ValueWords } from '@shared/record/filter-chips.component';
import { LookupService } from '@shared/record/lookup.service';
import { countryName, namePair } from '@shared/record/names';
import { Contact } from '@shared/record/record.model';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';

/** The contacts that the reader may see. */
@Component({
  selector: 'crm-contact-list',
  imports: [RouterLink, TranslatePipe, SegmentPickerComponent, AvatarComponent, CellDirective, DataTableComponent, EmptyComponent, EntityLinkComponent, FilterChipsComponent, IconComponent, PageHeaderComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'contacts.title' | translate">
        @if (mayWrite()) { <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()"><crm-icon name="plus" [size]="16" />{{ 'contacts.new' | translate }}</button> }
      </crm-page-header>
      <crm-segment-picker entity="contacts" [query]="store.query()" (queryChange)="ask($event)" />
      @if (store.query().filters.length) { <crm-filter-chips [query]="store.query()" [words]="words" [names]="extended.nameOf" (queryChange)="ask($event)" /> }
      <crm-data-table [columns]="columns()" [extras]="extended.columns()" list="contacts" [store]="store" [label]="'contacts.title' | translate" [rowLink]="link" (queryChange)="ask($event)">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row><crm-avatar [name]="nameOf(row)" [size]="24" /><a [routerLink]="link(row)" class="crm-ellipsis name" [title]="row.full_name" dir="auto">{{ nameOf(row) }}</a></ng-template>
        <ng-template crmCell="job" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ row.job_title || '–' }}</span></ng-template>
        <ng-template crmCell="account" [crmCellOf]="store.items()" let-row><crm-entity-link kind="accounts" [to]="row.account" /></ng-template>
        <ng-template crmCell="email" [crmCellOf]="store.items()" let-row>@if (row.email) { <a class="crm-ellipsis" dir="ltr" [href]="'mailto:' + row.email">{{ row.email }}</a> } @else { <span class="crm-muted">–</span> }</ng-template>
        <ng-template crmCell="phone" [crmCellOf]="store.items()" let-row>@if (row.mobile || row.phone; as number) { <a class="crm-number crm-ellipsis" dir="ltr" [href]="'tel:' + number">{{ number }}</a> } @else { <span class="crm-muted">–</span> }</ng-template>
        <ng-template crmCell="consent" [crmCellOf]="store.items()" let-row>@if (row.email_opt_in) { <span class="yes"><crm-icon name="check" [size]="14" />{{ 'contacts.optedIn' | translate }}</span> } @else { <span class="crm-muted">{{ 'contacts.optedOut' | translate }}</span> }</ng-template>
        <ng-template crmCell="owner" [crmCellOf]="store.items()" let-row><crm-entity-link kind="users" [to]="lookup.named(row.owner)" [avatar]="true" /></ng-template>
        <crm-empty slot="empty" icon="users" [title]="'contacts.none' | translate" [text]="(mayImport() ? 'contacts.noneImport' : 'contacts.noneText') | translate">
          @if (mayImport()) { <a class="crm-button crm-button--primary" routerLink="/admin/imports">{{ 'record.import' | translate }}</a> }
          @if (mayWrite()) { <button type="button" class="crm-button" (click)="create()">{{ 'contacts.new' | translate }}</button> }
        </crm-empty>
      </crm-data-table>
    </div>
  `,
  styles: `.name { font-weight: 500; margin-inline-start: var(--crm-2); } .yes { display: inline-flex; align-items: center; gap: 4px; color: var(--crm-won); }`,
})
export class ContactListComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  private readonly form = inject(ContactForm);
  private readonly choices = inject(ChoicesService);
  protected readonly lookup = inject(LookupService);

  protected readonly extended = extendedList<Contact>('contacts');
  protected readonly store = new ListStore<Contact>((query, options) => this.api.list('contacts', query, options));
  protected readonly ask = listAddress(this.store, 'full_name');
  protected readonly link = (row: Contact): string => `/sell/contacts/${row.id}`;
  protected readonly mayWrite = computed(() => this.session.can('contacts', 'write'));
  protected readonly mayImport = computed(() => this.session.can('imports', 'write') && this.session.feature('crm_feature_imports'));

  protected readonly words: ValueWords = this.extended.words((field, value) => {
    switch (field) {
      case 'country_code': return this.country(value);
      case 'owner_id': return this.lookup.named({ id: value, name: '…' })?.name ?? null;
      case 'account_id': return this.store.items().find((row) => row.account_id === value)?.account?.name ?? '…';
      case 'email_opt_in': case 'sms_opt_in': return this.choices.text(value === 'true' ? 'contacts.optedIn' : 'contacts.optedOut');
      case 'lead_source': return this.choices.known('source', value);
      case 'locale': return this.choices.text(`record.language.${value}`);
      default: return null;
    }
  });

  protected readonly columns = computed((): TableColumn<Contact>[] => [
    { key: 'name', label: 'record.fields.full_name', width: 'minmax(200px, 2fr)', sort: 'full_name', card: 'title' },
    { key: 'job', label: 'record.fields.job_title', width: 'minmax(140px, 1.4fr)', filter: { field: 'job_title', kind: 'text' } },
    { key: 'account', label: 'record.fields.account_id', width: 'minmax(150px, 1.5fr)' },
    { key: 'email', label: 'record.fields.email', width: 'minmax(180px, 2fr)', sort: 'email', filter: { field: 'email', kind: 'text' } },
    { key: 'phone', label: 'record.fields.phone', width: '150px' },
    { key: 'consent', label: 'record.fields.email_opt_in', width: '124px', card: 'none', filter: { field: 'email_opt_in', kind: 'select', options: ['true', 'false'].map((value) => ({ value, label: this.choices.text(value === 'true' ? 'contacts.optedIn' : 'contacts.optedOut') })) } },
    { key: 'owner', label: 'record.fields.owner_id', width: 'minmax(148px, 1.48fr)', filter: { field: 'owner_id', kind: 'select', options: this.choices.people() } },
  ]);

  constructor() {
    void this.lookup.need('users');
  }

  protected nameOf(row: Contact): string {
    return namePair(this.locale.language(), row.full_name, row.full_name_ar).first;
  }

  protected country(code: string): string {
    return countryName(code, this.locale.language());
  }

  protected async create(): Promise<void> {
    const contact = await this.form.create();
    if (contact) await this.router.navigateByUrl(this.link(contact));
  }
}
