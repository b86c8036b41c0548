import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { ChipComponent, toneOfStatus } from '@shared/chip/chip.component';
import { NumberPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { ImportApi } from './import.api';
import { ImportJob } from './import.model';

/** Every import that was made or checked, newest first. */
@Component({
  selector: 'crm-import-list',
  imports: [RouterLink, TranslatePipe, CellDirective, ChipComponent, DataTableComponent, EmptyComponent, IconComponent, NumberPipe, PageHeaderComponent, RelativePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'imports.title' | translate" [subtitle]="'imports.text' | translate">
        <a slot="actions" class="crm-button crm-button--primary" routerLink="/admin/imports/new" [hidden]="!mayImport()"><crm-icon name="upload" [size]="16" />{{ 'imports.new' | translate }}</a>
      </crm-page-header>
      <crm-data-table [columns]="columns" [store]="store" [label]="'imports.title' | translate" [rowLink]="link" [searchable]="false">
        <ng-template crmCell="file_name" [crmCellOf]="store.items()" let-row><a [routerLink]="link(row)" class="crm-ellipsis"><bdi>{{ row.file_name }}</bdi></a></ng-template>
        <ng-template crmCell="entity" [crmCellOf]="store.items()" let-row>{{ 'imports.entity.' + row.entity | translate }}</ng-template>
        <ng-template crmCell="status" [crmCellOf]="store.items()" let-row><crm-chip [tone]="toneOf(row.status)">{{ 'imports.status.' + (row.dry_run && row.status === 'done' ? 'checked' : row.status) | translate }}</crm-chip></ng-template>
        <ng-template crmCell="rows" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ row.total_rows | crmNumber }}</span></ng-template>
        <ng-template crmCell="errors" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ row.counts.errors | crmNumber }}</span></ng-template>
        <ng-template crmCell="created_at" [crmCellOf]="store.items()" let-row>{{ row.created_at | crmRelative }}</ng-template>
        <crm-empty slot="empty" icon="upload" [title]="'imports.none' | translate" [text]="'imports.noneText' | translate"><a class="crm-button crm-button--primary" routerLink="/admin/imports/new" [hidden]="!mayImport()">{{ 'imports.new' | translate }}</a></crm-empty>
      </crm-data-table>
    </div>
  `,
})
export class ImportListComponent {
  private readonly api = inject(ImportApi);
  private readonly session = inject(SessionService);
  protected readonly store = new ListStore<ImportJob>((query, options) => this.api.list(query, options));
  protected readonly mayImport = computed(() => this.session.can('imports', 'write'));
  protected readonly toneOf = toneOfStatus;
  protected readonly link = (row: ImportJob): string => `/admin/imports/${row.id}`;
  protected readonly columns: readonly TableColumn<ImportJob>[] = [
    { key: 'file_name', label: 'imports.list.file', card: 'title', width: 'minmax(200px, 2fr)' },
    { key: 'entity', label: 'imports.list.entity' },
    { key: 'status', label: 'imports.list.status', card: 'aside' },
    { key: 'rows', label: 'imports.list.rows', align: 'end' },
    { key: 'errors', label: 'imports.list.errors', align: 'end' },
    { key: 'created_at', label: 'imports.list.when' },
  ];

  constructor() {
    void this.store.show({ q: '', sort: '', filters: [] });
  }
}
