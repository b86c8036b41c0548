import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { listAddress } from '@core/api/list.address';
import { ListStore } from '@core/api/list.store';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { ChipComponent, toneOfStatus } from '@shared/chip/chip.component';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { MoneyPipe, ValuePipe } from '@shared/format/format.pipes';
import { extendedList } from '@shared/extend/extended.list';
import { SegmentPickerComponent } from '@shared/extend/segment-picker.component';
import { IconComponent } from '@shared/icon/icon.component';
import { AccountForm } from '@shared/record/account.form';
import { ChoicesService } from '@shared/record/choices.service';
import { FilterChipsComponent, ValueWords } from '@shared/record/filter-chips.component';
import { LookupService } from '@shared/record/lookup.service';
import { countryName, namePair } from '@shared/record/names';
import { Account } from '@shared/record/record.model';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';

/** The accounts that the reader may see. */
@Component({
  selector: 'crm-account-list',
  imports: [RouterLink, TranslatePipe, SegmentPickerComponent, AvatarComponent, CellDirective, ChipComponent, DataTableComponent, EmptyComponent, EntityLinkComponent, FilterChipsComponent, IconComponent, MoneyPipe, PageHeaderComponent, ValuePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'accounts.title' | translate">
        @if (mayWrite()) { <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()"><crm-icon name="plus" [size]="16" />{{ 'accounts.new' | translate }}</button> }
      </crm-page-header>
      <crm-segment-picker entity="accounts" [query]="store.query()" (queryChange)="ask($event)" />
      @if (store.query().filters.length) { <crm-filter-chips [query]="store.query()" [words]="words" [names]="extended.nameOf" (queryChange)="ask($event)" /> }
      <crm-data-table [columns]="columns()" [extras]="extended.columns()" list="accounts" [store]="store" [label]="'accounts.title' | translate" [rowLink]="link" (queryChange)="ask($event)">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row><crm-avatar [name]="nameOf(row)" [size]="24" [square]="true" /><a [routerLink]="link(row)" class="crm-ellipsis name" [title]="row.legal_name" dir="auto">{{ nameOf(row) }}</a></ng-template>
        <ng-template crmCell="lifecycle" [crmCellOf]="store.items()" let-row><crm-chip [tone]="tone(row.lifecycle)">{{ 'record.lifecycle.' + row.lifecycle | translate }}</crm-chip></ng-template>
        <ng-template crmCell="region" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ row.region | crmValue: 'region' }}</span></ng-template>
        <ng-template crmCell="country" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ row.country_code ? country(row.country_code) : '–' }}</span></ng-template>
        <ng-template crmCell="industry" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ row.industry | crmValue: 'industry' }}</span></ng-template>
        <ng-template crmCell="size" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ row.size_tier ? ('record.size.' + row.size_tier | translate) : '–' }}</span></ng-template>
        <ng-template crmCell="revenue" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ row.annual_revenue | crmMoney: row.currency : 'compact' }}</span></ng-template>
        <ng-template crmCell="owner" [crmCellOf]="store.items()" let-row><crm-entity-link kind="users" [to]="lookup.named(row.owner)" /></ng-template>
        <crm-empty slot="empty" icon="building" [title]="'accounts.none' | translate" [text]="(mayImport() ? 'accounts.noneImport' : 'accounts.noneText') | translate">
          @if (mayImport()) { <a class="crm-button crm-button--primary" routerLink="/admin/imports">{{ 'record.import' | translate }}</a> }
          @if (mayWrite()) { <button type="button" class="crm-button" (click)="create()">{{ 'accounts.new' | translate }}</button> }
        </crm-empty>
      </crm-data-table>
    </div>
  `,
  styles: `.name { font-weight: 500; margin-inline-start: var(--crm-2); }`,
})
export class AccountListComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);
  private readonly locale = inject(LocaleService);
  private readonly form = inject(AccountForm);
  private readonly choices = inject(ChoicesService);
  protected readonly lookup = inject(LookupService);

  protected readonly extended = extendedList<Account>('accounts');
  protected readonly store = new ListStore<Account>((query, options) => this.api.list('accounts', query, options));
  protected readonly ask = listAddress(this.store, 'legal_name');
  protected readonly tone = toneOfStatus;
  protected readonly link = (row: Account): string => `/sell/accounts/${row.id}`;
  protected readonly mayWrite = computed(() => this.session.can('accounts', 'write'));
  protected readonly mayImport = computed(() => this.session.can('imports', 'write') && this.session.feature('crm_feature_imports'));

  protected readonly words: ValueWords = this.extended.words((field, value) => {
    switch (field) {
      case 'lifecycle': case 'size_tier': return this.choices.text(`record.${field === 'size_tier' ? 'size' : field}.${value}`);
      case 'region': case 'industry': return this.choices.known(field, value);
      case 'country_code': return this.country(value);
      case 'owner_id': return this.lookup.named({ id: value, name: '…' })?.name ?? null;
      case 'parent_id': return this.store.items().find((row) => row.parent_id === value)?.parent?.name ?? '…';
      default: return null;
    }
  });

  protected readonly columns = computed((): TableColumn<Account>[] => {
    // A business's own regions and industries are offered as soon as they are seen.
    const rows = this.store.items();
    const asked = (field: string): string | undefined => this.store.query().filters.find((item) => item.field === field && item.operator === 'eq')?.value;
    return [
      { key: 'name', label: 'record.fields.legal_name', width: 'minmax(216px, 2.16fr)', sort: 'legal_name', card: 'title' },
      { key: 'lifecycle', label: 'record.fields.lifecycle', width: '148px', card: 'aside', filter: { field: 'lifecycle', kind: 'select', options: this.choices.lifecycles() } },
      { key: 'industry', label: 'record.fields.industry', width: 'minmax(146px, 1.46fr)', filter: { field: 'industry', kind: 'select', options: this.choices.industries(asked('industry'), ...rows.map((row) => row.industry)) } },
      { key: 'region', label: 'record.fields.region', width: 'minmax(122px, 1.22fr)', filter: { field: 'region', kind: 'select', options: this.choices.regions(asked('region'), ...rows.map((row) => row.region)) } },
      { key: 'country', label: 'record.fields.country_code', width: 'minmax(146px, 1.46fr)', filter: { field: 'country_code', kind: 'select', options: this.choices.countries(...rows.map((row) => row.country_code)) } },
      { key: 'size', label: 'record.fields.size_tier', width: '112px', card: 'none', filter: { field: 'size_tier', kind: 'select', options: this.choices.sizes() } },
      { key: 'revenue', label: 'record.fields.annual_revenue', width: '136px', align: 'end', sort: 'annual_revenue' },
      { key: 'owner', label: 'record.fields.owner_id', width: 'minmax(126px, 1.26fr)', filter: { field: 'owner_id', kind: 'select', options: this.choices.people() } },
    ];
  });

  constructor() {
    void this.lookup.need('users');
  }

  protected nameOf(row: Account): string {
    return namePair(this.locale.language(), row.legal_name, row.legal_name_ar).first;
  }

  protected country(code: string): string {
    return countryName(code, this.locale.language());
  }

  protected async create(): Promise<void> {
    const account = await this.form.create();
    if (account) await this.router.navigateByUrl(this.link(account));
  }
}
