import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { NumberPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { Role } from '../admin.model';
import { AdminWords } from '../admin.words';
import { summaryOf } from './role.calc';
import { RoleForm } from './role.form';

/** The roles in force. */
@Component({
  selector: 'crm-role-list',
  imports: [RouterLink, TranslatePipe, CellDirective, DataTableComponent, IconComponent, NumberPipe, PageHeaderComponent, RelativePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.roles.title' | translate" [subtitle]="'admin.roles.text' | translate">
        <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()"><crm-icon name="plus" [size]="16" />{{ 'admin.roles.new' | translate }}</button>
      </crm-page-header>
      <crm-data-table [columns]="columns" [store]="store" [label]="'admin.roles.title' | translate" [rowLink]="link" [searchable]="false" [fit]="true">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row><a [routerLink]="link(row)" class="crm-ellipsis name" dir="auto">{{ words.name(row) }}</a></ng-template>
        <ng-template crmCell="key" [crmCellOf]="store.items()" let-row><code dir="ltr">{{ row.key }}</code></ng-template>
        <ng-template crmCell="read" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ sum(row).read | crmNumber }}</span></ng-template>
        <ng-template crmCell="write" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ sum(row).write | crmNumber }}</span></ng-template>
        <ng-template crmCell="fields" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ sum(row).fields | crmNumber }}</span></ng-template>
        <ng-template crmCell="version" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ row.version | crmNumber }}</span></ng-template>
        <ng-template crmCell="updated_at" [crmCellOf]="store.items()" let-row>{{ row.updated_at | crmRelative }}</ng-template>
      </crm-data-table>
    </div>
  `,
  styles: `.name { font-weight: 500; color: var(--crm-text); } code { font: 400 var(--crm-text-13) var(--crm-font); color: var(--crm-text-2); }`,
})
export class RoleListComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly form = inject(RoleForm);
  protected readonly words = inject(AdminWords);
  protected readonly store = new ListStore<Role>(async () => {
    const page = await this.api.get<Page<Role>>('roles');
    return { ...page, total: page.items.length };
  });
  protected readonly sum = summaryOf;
  protected readonly link = (row: Role): string => `/admin/roles/${row.id}`;
  protected readonly columns: readonly TableColumn<Role>[] = [
    { key: 'name', label: 'record.fields.name', card: 'title', width: 'minmax(180px, 2fr)' },
    { key: 'key', label: 'admin.roles.key', card: 'aside', width: 'minmax(110px, 1fr)' },
    { key: 'read', label: 'admin.roles.reads', align: 'end', width: '132px' },
    { key: 'write', label: 'admin.roles.writes', align: 'end', width: '132px' },
    { key: 'fields', label: 'admin.roles.restricted', align: 'end', width: '148px' },
    { key: 'version', label: 'admin.roles.versionColumn', align: 'end', width: '100px' },
    { key: 'updated_at', label: 'record.fields.updated_at', width: 'minmax(120px, 1fr)' },
  ];

  constructor() {
    void this.store.show(EMPTY_QUERY);
  }

  protected async create(): Promise<void> {
    const role = await this.form.create(this.store.items());
    if (role) await this.router.navigateByUrl(this.link(role));
  }
}
