import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { NumberPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { TabsComponent } from '@shared/states/tabs.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { Erasure } from '../admin.model';
import { AdminWords } from '../admin.words';
import { AccessComponent } from './access.component';
import { stateOf } from './erasure.calc';
import { PurposesComponent } from './purposes.component';
import { RetentionComponent } from './retention.component';

/** Persons that were erased, exports for persons, purposes of consent, and how long history is kept. */
@Component({
  selector: 'crm-privacy',
  imports: [RouterLink, TranslatePipe, AccessComponent, CellDirective, ChipComponent, DataTableComponent, EmptyComponent, IconComponent, NumberPipe, PageHeaderComponent, PurposesComponent, RelativePipe, RetentionComponent, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.privacy.title' | translate" [subtitle]="'admin.privacy.text' | translate">
        @if (mayErase()) { <a slot="actions" class="crm-button crm-button--primary" routerLink="/admin/privacy/new"><crm-icon name="user-x" [size]="16" />{{ 'admin.privacy.new' | translate }}</a> }
      </crm-page-header>
      <crm-tabs #tabs="crmTabs" [tabs]="tabList()" [(active)]="tab" [label]="'admin.privacy.title' | translate" />
      <div role="tabpanel" [id]="tabs.panelId" [attr.aria-labelledby]="tabs.id + '-' + tab()">
        @if (tab() === 'retention') { <crm-retention /> } @else if (tab() === 'access') { <crm-access /> } @else if (tab() === 'purposes') { <crm-purposes /> } @else {
          <crm-data-table [columns]="columns" [store]="store" [label]="'admin.privacy.tab.erasures' | translate" [rowLink]="link" [searchable]="false" [fit]="true">
            <ng-template crmCell="subject" [crmCellOf]="store.items()" let-row><a [routerLink]="link(row)" class="name">{{ 'admin.subject.' + row.subject_type | translate }} <code dir="ltr">…{{ row.subject_id.slice(-8) }}</code></a></ng-template>
            <ng-template crmCell="reason" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ 'admin.reason.' + row.reason | translate }}</span></ng-template>
            <ng-template crmCell="rows" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ total(row) | crmNumber }}</span></ng-template>
            <ng-template crmCell="created_at" [crmCellOf]="store.items()" let-row>{{ row.created_at | crmRelative }}</ng-template>
            <ng-template crmCell="state" [crmCellOf]="store.items()" let-row><crm-chip [tone]="tone(row)">{{ 'admin.privacy.state.' + state(row) | translate }}</crm-chip></ng-template>
            <crm-empty slot="empty" icon="user-x" [title]="'admin.privacy.none' | translate" [text]="'admin.privacy.noneText' | translate" />
          </crm-data-table>
        }
      </div>
    </div>
  `,
  styles: `.name { font-weight: 500; color: var(--crm-text); } code { font: 400 var(--crm-text-12) var(--crm-font); color: var(--crm-text-2); }`,
})
export class PrivacyComponent {
  private readonly api = inject(ApiClient);
  private readonly session = inject(SessionService);
  private readonly words = inject(AdminWords);
  protected readonly store = new ListStore<Erasure>(async () => {
    const page = await this.api.get<Page<Erasure>>('privacy/erasures');
    return { ...page, total: page.items.length };
  });
  protected readonly tab = signal('erasures');
  protected readonly tabList = computed(() => ['erasures', ...(this.session.feature('crm_feature_access_export') ? ['access'] : []), ...(this.session.feature('crm_feature_consent') ? ['purposes'] : []), 'retention'].map((key) => ({ key, label: this.words.text(`admin.privacy.tab.${key}`) })));
  protected readonly mayErase = computed(() => this.session.can('privacy', 'write'));
  protected readonly state = stateOf;
  protected readonly link = (row: Erasure): string => `/admin/privacy/${row.id}`;
  protected readonly columns: readonly TableColumn<Erasure>[] = [
    { key: 'subject', label: 'admin.privacy.subject', card: 'title', width: 'minmax(200px, 1.6fr)' },
    { key: 'reason', label: 'admin.privacy.reason', width: 'minmax(180px, 1.6fr)' },
    { key: 'rows', label: 'admin.privacy.rows', align: 'end', width: '120px' },
    { key: 'created_at', label: 'admin.privacy.when', width: 'minmax(130px, 1fr)' },
    { key: 'state', label: 'record.fields.status', card: 'aside', width: 'minmax(190px, 1.2fr)' },
  ];

  constructor() {
    void this.store.show(EMPTY_QUERY);
  }

  protected tone(row: Erasure): 'accent' | 'info' | 'won' {
    return ({ ledger: 'accent', warehouse: 'info', certified: 'won' } as const)[stateOf(row)];
  }

  protected total(row: Erasure): number {
    return Object.values(row.rows).reduce((sum, count) => sum + count, 0);
  }
}
