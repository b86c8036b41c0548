import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { listAddress } from '@core/api/list.address';
import { EMPTY_QUERY, paramsFromQuery } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { saveFile } from '@core/save.file';
import { NoticeService } from '@shared/dialog/notice.service';
import { DatePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { dayOf } from '@shared/record/names';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AuditFilterComponent } from './audit-filter.component';
import { iconOf, isLoud } from './audit.calc';
import { AuditEntry } from './audit.model';
import { AuditWords } from './audit.words';
import { ChainPanelComponent } from './chain-panel.component';

/** The audit log: who did, saw and was refused what, and whether it is as it was written. */
@Component({
  selector: 'crm-audit-list',
  imports: [RouterLink, TranslatePipe, AuditFilterComponent, CellDirective, ChainPanelComponent, DataTableComponent, DatePipe, EmptyComponent, IconComponent, PageHeaderComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'audit.title' | translate" [subtitle]="'audit.text' | translate">
        @if (mayExport()) { <button slot="actions" type="button" class="crm-button" (click)="export()" [attr.aria-disabled]="exporting()" data-test="export"><crm-icon name="download" [size]="16" />{{ (exporting() ? 'audit.exporting' : 'audit.export') | translate }}</button> }
      </crm-page-header>
      <crm-chain-panel />
      <crm-audit-filter [store]="store" (queryChange)="ask($event)" />
      <crm-data-table [columns]="columns" [store]="store" [label]="'audit.title' | translate" [rowLink]="link" [searchable]="false" (queryChange)="ask($event)">
        @if (store.query().filters.length) { <button slot="tools" type="button" class="crm-button crm-button--ghost" (click)="ask(nothing)">{{ 'table.clearFilters' | translate }}</button> }
        @if (request()) { <span slot="tools" class="crm-muted">{{ 'audit.oneRequest' | translate }}</span> }
        <ng-template crmCell="when" [crmCellOf]="store.items()" let-row><span class="crm-number crm-ellipsis">{{ row.occurred_at | crmDate: 'short' }}, {{ row.occurred_at | crmDate: 'time' }}</span></ng-template>
        <ng-template crmCell="who" [crmCellOf]="store.items()" let-row><bdi class="crm-ellipsis">{{ words.actor(row) }}</bdi></ng-template>
        <ng-template crmCell="what" [crmCellOf]="store.items()" let-row><a class="what" [class.loud]="isLoud(row.action)" [routerLink]="link(row)"><crm-icon [name]="icon(row.action)" [size]="14" /><span class="crm-ellipsis">{{ words.action(row.action) }}</span></a></ng-template>
        <ng-template crmCell="about" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis"><span class="crm-muted">{{ words.entity(row.entity) }}</span>@if (words.record(row); as name) {&ngsp;<bdi class="record">{{ name }}</bdi> }</span></ng-template>
        <ng-template crmCell="changes" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ row.erased ? ('audit.erased' | translate) : words.summary(row) || (row.status ? 'HTTP ' + row.status : '–') }}</span></ng-template>
        <ng-template crmCell="from" [crmCellOf]="store.items()" let-row><bdi class="crm-ellipsis" dir="ltr">{{ row.ip ?? '–' }}</bdi></ng-template>
        <crm-empty slot="empty" icon="scroll" [title]="'audit.none' | translate" [text]="'audit.text' | translate" />
      </crm-data-table>
    </div>
  `,
  styles: `.what { display: inline-flex; align-items: center; gap: 6px; min-inline-size: 0; color: var(--crm-text); font-weight: 500; } .what crm-icon { color: var(--crm-text-3); flex: none; } .what.loud crm-icon { color: var(--crm-lost); } .record { font-weight: 500; }`,
})
export class AuditListComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AuditWords);
  protected readonly store = new ListStore<AuditEntry>((query, options) => this.api.list('audit', query, options));
  protected readonly ask = listAddress(this.store, '-occurred_at');
  protected readonly nothing = EMPTY_QUERY;
  protected readonly link = (row: AuditEntry): string => `/admin/audit/${row.id}`;
  protected readonly icon = iconOf;
  protected readonly isLoud = isLoud;
  protected readonly exporting = signal(false);
  protected readonly mayExport = computed(() => this.session.can('audit', 'export'));
  protected readonly request = computed(() => this.store.query().filters.some(({ field }) => field === 'request_id'));
  protected readonly columns: readonly TableColumn<AuditEntry>[] = [
    { key: 'when', label: 'audit.when', width: '168px', sort: 'occurred_at' },
    { key: 'who', label: 'audit.who', width: 'minmax(140px, 1fr)' },
    { key: 'what', label: 'audit.what', width: 'minmax(150px, 1fr)', card: 'title' },
    { key: 'about', label: 'audit.about', width: 'minmax(200px, 1.7fr)' },
    { key: 'changes', label: 'audit.changes', width: 'minmax(180px, 1.5fr)' },
    { key: 'from', label: 'audit.from', width: '132px', card: 'none' },
  ];

  constructor() {
    effect(() => {
      const items = this.store.items();
      untracked(() => void this.words.need(items));
    });
  }

  protected async export(): Promise<void> {
    if (this.exporting()) return;
    this.exporting.set(true);
    try {
      const { filters, sort } = this.store.query();
      const file = await this.api.download(`audit/entries.csv?${new URLSearchParams(paramsFromQuery({ filters, sort })).toString()}`);
      saveFile(file, `audit-${dayOf(new Date())}.csv`);
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.exporting.set(false);
    }
  }
}
