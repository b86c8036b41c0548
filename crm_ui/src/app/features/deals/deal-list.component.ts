import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { listAddress } from '@core/api/list.address';
import { withFilter } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { ChipComponent, toneOfStatus } from '@shared/chip/chip.component';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { GaugeComponent } from '@shared/chip/gauge.component';
import { DatePipe, MoneyPipe } from '@shared/format/format.pipes';
import { extendedList } from '@shared/extend/extended.list';
import { SegmentPickerComponent } from '@shared/extend/segment-picker.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ChoicesService } from '@shared/record/choices.service';
import { FilterChipsComponent, ValueWords } from '@shared/record/filter-chips.component';
import { LookupService } from '@shared/record/lookup.service';
import { dayOf } from '@shared/record/names';
import { Deal } from '@shared/record/record.model';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { DealForm } from '@shared/record/deal.form';
import { overdueDays } from './stage.path';

const STATUSES = ['all', 'open', 'won', 'lost'] as const;

/** The deals that the reader may see. */
@Component({
  selector: 'crm-deal-list',
  imports: [RouterLink, TranslatePipe, SegmentPickerComponent, CellDirective, ChipComponent, DataTableComponent, DatePipe, EmptyComponent, EntityLinkComponent, FilterChipsComponent, GaugeComponent, IconComponent, MoneyPipe, PageHeaderComponent, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'deals.title' | translate">
        @if (mayWrite()) { <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()"><crm-icon name="plus" [size]="16" />{{ 'deals.new' | translate }}</button> }
      </crm-page-header>
      <crm-segment-picker entity="deals" [query]="store.query()" (queryChange)="ask($event)" />
      <div class="bar"><crm-tabs #tabs="crmTabs" look="segmented" [tabs]="statusTabs()" [active]="status()" (activeChange)="show($event)" [label]="'deals.statusLabel' | translate" />
        <crm-filter-chips [query]="store.query()" [words]="words" [names]="extended.nameOf" [hidden]="chipsHidden()" (queryChange)="ask($event)" /></div>
      <crm-data-table [id]="tabs.panelId" role="tabpanel" [columns]="columns()" [extras]="extended.columns()" list="deals" [store]="store" [label]="'deals.title' | translate" [rowLink]="link" (queryChange)="ask($event)">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row><a [routerLink]="link(row)" class="crm-ellipsis name" dir="auto">{{ row.name }}</a></ng-template>
        <ng-template crmCell="account" [crmCellOf]="store.items()" let-row><crm-entity-link kind="accounts" [to]="row.account" /></ng-template>
        <ng-template crmCell="stage" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ row.stage ? stageName(row) : '–' }}</span></ng-template>
        <ng-template crmCell="value" [crmCellOf]="store.items()" let-row><span class="crm-number" [title]="row.expected_value | crmMoney: row.currency">{{ row.expected_value | crmMoney: row.currency : 'whole' }}</span></ng-template>
        <ng-template crmCell="win" [crmCellOf]="store.items()" let-row>@if (row.status === 'open') { <crm-gauge shape="bar" [value]="row.win_probability" [label]="'deals.winProbability' | translate" /> } @else { <span class="crm-muted">–</span> }</ng-template>
        <ng-template crmCell="close" [crmCellOf]="store.items()" let-row><span class="crm-number" [class.late]="late(row)" [title]="late(row) ? ('deals.overdue' | translate) : ''">@if (late(row)) { <crm-icon name="triangle-alert" [size]="13" /><span class="crm-visually-hidden">{{ 'deals.overdue' | translate }}</span> }{{ row.close_date | crmDate }}</span></ng-template>
        <ng-template crmCell="closed" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ row.closed_at | crmDate }}</span></ng-template>
        <ng-template crmCell="reason" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ row.lost_reason ? choices.known('lost_reason', row.lost_reason) : '–' }}</span></ng-template>
        <ng-template crmCell="owner" [crmCellOf]="store.items()" let-row><crm-entity-link kind="users" [to]="lookup.named(row.owner)" [avatar]="true" /></ng-template>
        <ng-template crmCell="status" [crmCellOf]="store.items()" let-row><crm-chip [tone]="tone(row.status)">{{ 'status.' + row.status | translate }}</crm-chip></ng-template>
        <crm-empty slot="empty" icon="handshake" [title]="'deals.none' | translate" [text]="(mayImport() ? 'deals.noneImport' : 'deals.noneText') | translate">
          @if (mayImport()) { <a class="crm-button crm-button--primary" routerLink="/admin/imports">{{ 'record.import' | translate }}</a> }
          @if (mayWrite()) { <button type="button" class="crm-button" (click)="create()">{{ 'deals.new' | translate }}</button> }
        </crm-empty>
      </crm-data-table>
    </div>
  `,
  styles: `.bar { display: flex; flex-wrap: wrap; align-items: center; gap: var(--crm-2) var(--crm-3); min-inline-size: 0; } .name { font-weight: 500; } .late { display: inline-flex; align-items: center; gap: 4px; color: var(--crm-risk); } crm-data-table { --crm-table-height: max(320px, calc(100dvh - 300px)); }`,
})
export class DealListComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly session = inject(SessionService);
  private readonly form = inject(DealForm);
  protected readonly lookup = inject(LookupService);
  protected readonly choices = inject(ChoicesService);

  protected readonly extended = extendedList<Deal>('deals');
  protected readonly store = new ListStore<Deal>((query, options) => this.api.list('deals', query, options));
  protected readonly ask = listAddress(this.store, '-created_at');
  protected readonly tone = toneOfStatus;
  protected readonly link = (row: Deal): string => `/sell/deals/${row.id}`;
  protected readonly mayWrite = computed(() => this.session.can('deals', 'write'));
  protected readonly mayImport = computed(() => this.session.can('imports', 'write') && this.session.feature('crm_feature_imports'));
  protected readonly statusTabs = computed((): Tab[] => STATUSES.map((key) => ({ key, label: this.choices.text(key === 'all' ? 'shared.all' : `deals.tab.${key}`) })));
  /** The tab that the address stands for; several statuses at once are all of them with a condition in words. */
  protected readonly status = computed(() => this.store.query().filters.find((item) => item.field === 'status' && item.operator === 'eq')?.value ?? 'all');
  protected readonly chipsHidden = computed(() => (this.status() === 'all' ? [] : ['status']));
  private readonly today = dayOf(new Date());

  protected readonly words: ValueWords = this.extended.words((field, value) => {
    switch (field) {
      case 'status': return this.choices.text(`status.${value}`);
      case 'stage_id': return this.choices.stages().find((stage) => stage.value === value)?.label ?? '…';
      case 'owner_id': case 'product_id': return this.lookup.named({ id: value, name: '…' })?.name ?? null;
      case 'source': return this.choices.known('source', value);
      case 'lost_reason': return this.choices.known('lost_reason', value);
      case 'account_id': return this.store.items().find((deal) => deal.account_id === value)?.account?.name ?? '…';
      case 'primary_contact_id': return this.store.items().find((deal) => deal.primary_contact_id === value)?.primary_contact?.name ?? '…';
      default: return null;
    }
  });

  protected readonly columns = computed((): TableColumn<Deal>[] => {
    const status = this.status();
    const asked = this.store.query().filters.find((item) => item.field === 'status' && (item.operator === 'eq' || item.operator === 'in'))?.value.split(',') ?? [];
    const closed = asked.length > 0 && !asked.includes('open');
    const closedOnly = closed || this.store.query().filters.some(({ field }) => field === 'closed_at');
    return [
      { key: 'name', label: 'record.fields.name', width: 'minmax(240px, 2.4fr)', sort: 'name', card: 'title' },
      { key: 'account', label: 'record.fields.account_id', width: 'minmax(130px, 1.3fr)' },
      ...(status === 'all' ? [{ key: 'status', label: 'record.fields.status', width: '100px', card: 'aside' } as const] : []),
      ...(closed ? [] : [{ key: 'stage', label: 'record.fields.stage_id', width: '128px', filter: { field: 'stage_id', kind: 'select', options: this.choices.stages() } } as const]),
      { key: 'value', label: 'record.fields.expected_value', width: '124px', align: 'end', sort: 'expected_value', filter: { field: 'expected_value', kind: 'number' }, card: status === 'all' ? 'fact' : 'aside' },
      ...(closed || !this.session.feature('crm_feature_win_scores') ? [] : [{ key: 'win', label: 'deals.win', width: '138px' } as const]),
      ...(closedOnly ? [{ key: 'closed', label: 'record.fields.closed_at', width: '130px', sort: 'closed_at', filter: { field: 'closed_at', kind: 'timestamp' } } as const]
        : [{ key: 'close', label: 'record.fields.close_date', width: '130px', sort: 'close_date', filter: { field: 'close_date', kind: 'date' } } as const]),
      ...(status === 'lost' ? [{ key: 'reason', label: 'record.fields.lost_reason', width: 'minmax(130px, 1.3fr)' } as const] : []),
      { key: 'owner', label: 'record.fields.owner_id', width: 'minmax(140px, 1.4fr)', filter: { field: 'owner_id', kind: 'select', options: this.choices.people() } },
    ];
  });

  constructor() {
    void this.lookup.need('pipelines', 'users', 'products');
  }

  protected stageName(row: Deal): string {
    return row.stage ? this.lookup.stageName(row.stage) : '';
  }

  protected late(row: Deal): boolean {
    return overdueDays(row, this.today) !== null;
  }

  protected show(status: string): void {
    this.ask(withFilter(this.store.query(), 'status', status === 'all' ? [] : [{ operator: 'eq', value: status }]));
  }

  protected async create(): Promise<void> {
    const deal = await this.form.create();
    if (deal) await this.router.navigateByUrl(this.link(deal));
  }
}
