import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AdminLookup } from '../admin.lookup';
import { ApiClientItem } from '../admin.model';
import { AdminWords } from '../admin.words';
import { SecretComponent } from '../secret.component';
import { ClientForm, SavedClient } from './client-form.component';

/** Programs that sign in with a secret of their own. */
@Component({
  selector: 'crm-client-list',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, CellDirective, ChipComponent, CountPipe, DataTableComponent, EmptyComponent, IconComponent, PageHeaderComponent, RelativePipe, SecretComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.clients.title' | translate" [subtitle]="'admin.clients.text' | translate">
        <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="edit(null)" data-test="new-client"><crm-icon name="plus" [size]="16" />{{ 'admin.clients.new' | translate }}</button>
      </crm-page-header>
      @if (fresh(); as client) { <crm-secret [label]="'admin.clients.secretOf' | translate: { id: client.client_id }" [value]="client.client_secret ?? ''" [text]="'admin.clients.secretText' | translate" /> }
      <crm-data-table [columns]="columns" [store]="store" [label]="'admin.clients.title' | translate" [searchable]="false" [fit]="true">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row><button type="button" class="name crm-ellipsis" dir="auto" (click)="edit(row)">{{ row.name }}</button></ng-template>
        <ng-template crmCell="client_id" [crmCellOf]="store.items()" let-row><code class="crm-ellipsis" dir="ltr">{{ row.client_id }}</code></ng-template>
        <ng-template crmCell="role" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ words.name(row.role) }}</span></ng-template>
        <ng-template crmCell="scopes" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ row.scopes === null ? ('admin.clients.whole' | translate) : ('admin.clients.scopeCount' | translate: { count: row.scopes.length | crmCount }) }}</span></ng-template>
        <ng-template crmCell="user" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ row.user ? words.name(row.user) : '–' }}</span></ng-template>
        <ng-template crmCell="last_used_at" [crmCellOf]="store.items()" let-row>{{ row.last_used_at ? (row.last_used_at | crmRelative) : ('admin.clients.never' | translate) }}</ng-template>
        <ng-template crmCell="is_active" [crmCellOf]="store.items()" let-row><crm-chip [tone]="row.is_active ? 'won' : 'stale'">{{ (row.is_active ? 'admin.active' : 'admin.clients.off') | translate }}</crm-chip></ng-template>
        <ng-template crmCell="do" [crmCellOf]="store.items()" let-row>
          <button type="button" class="crm-icon-button crm-icon-button--small" [matMenuTriggerFor]="menu" [attr.aria-label]="('shared.actions' | translate) + ': ' + row.name"><crm-icon name="ellipsis" [size]="16" /></button>
          <mat-menu #menu="matMenu" xPosition="before">
            <button mat-menu-item (click)="edit(row)"><crm-icon name="pencil" [size]="15" />{{ 'shared.edit' | translate }}</button>
            <button mat-menu-item (click)="rotate(row)"><crm-icon name="refresh" [size]="15" />{{ 'admin.clients.rotate' | translate }}</button>
            <button mat-menu-item (click)="turn(row)"><crm-icon [name]="row.is_active ? 'circle-minus' : 'circle-check'" [size]="15" />{{ (row.is_active ? 'admin.clients.disable' : 'admin.clients.enable') | translate }}</button>
            @if (mayDelete()) { <button mat-menu-item (click)="remove(row)"><crm-icon name="trash" [size]="15" />{{ 'shared.delete' | translate }}</button> }
          </mat-menu>
        </ng-template>
        <crm-empty slot="empty" icon="key" [title]="'admin.clients.none' | translate" [text]="'admin.clients.text' | translate"><button type="button" class="crm-button" (click)="edit(null)">{{ 'admin.clients.new' | translate }}</button></crm-empty>
      </crm-data-table>
    </div>
  `,
  styles: `.name { font-weight: 500; text-align: start; } .name:hover { color: var(--crm-accent); text-decoration: underline; text-underline-offset: 2px; } code { font: 400 var(--crm-text-13) var(--crm-font); color: var(--crm-text-2); }`,
})
export class ClientListComponent {
  private readonly api = inject(ApiClient);
  private readonly form = inject(ClientForm);
  private readonly lookup = inject(AdminLookup);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  protected readonly store = new ListStore<ApiClientItem>(async () => {
    const page = await this.api.get<Page<ApiClientItem>>('api-clients');
    return { ...page, total: page.items.length };
  });
  /** The client whose secret is shown now. */
  protected readonly fresh = signal<SavedClient | null>(null);
  protected readonly mayDelete = computed(() => this.session.can('roles', 'delete'));
  protected readonly columns: readonly TableColumn<ApiClientItem>[] = [
    { key: 'name', label: 'record.fields.name', card: 'title', width: 'minmax(160px, 1.6fr)' },
    { key: 'client_id', label: 'admin.clients.id', width: 'minmax(150px, 1.4fr)' },
    { key: 'role', label: 'admin.users.role', width: 'minmax(168px, 1.4fr)' },
    { key: 'scopes', label: 'admin.clients.scopes', width: 'minmax(184px, 1.5fr)' },
    { key: 'user', label: 'admin.clients.user', width: 'minmax(130px, 1.2fr)' },
    { key: 'last_used_at', label: 'admin.clients.lastUsed', width: 'minmax(110px, 0.8fr)' },
    { key: 'is_active', label: 'record.fields.status', width: '128px' },
    { key: 'do', label: 'shared.actions', card: 'aside', width: '84px' },
  ];

  constructor() {
    void this.store.show(EMPTY_QUERY);
  }

  protected edit(client: ApiClientItem | null): Promise<void> {
    return this.run(async () => {
      const saved = await this.form.open(client, await this.lookup.roles());
      if (saved?.client_secret) this.fresh.set(saved);
      return saved !== undefined;
    });
  }

  protected rotate(client: ApiClientItem): Promise<void> {
    return this.run(async () => {
      if (!(await this.ask('rotate', client))) return false;
      this.fresh.set(await this.api.post<SavedClient>(`api-clients/${client.id}/secret`, {}));
      return true;
    });
  }

  protected turn(client: ApiClientItem): Promise<void> {
    return this.run(async () => {
      if (client.is_active && !(await this.ask('disable', client))) return false;
      await this.api.patch(`api-clients/${client.id}`, { is_active: !client.is_active });
      return true;
    });
  }

  protected remove(client: ApiClientItem): Promise<void> {
    return this.run(async () => {
      if (!(await this.ask('remove', client))) return false;
      await this.api.remove(`api-clients/${client.id}`);
      return true;
    });
  }

  private ask(what: 'rotate' | 'disable' | 'remove', { name }: ApiClientItem): Promise<boolean> {
    return this.confirm.ask({ title: this.words.text(`admin.clients.${what}Title`, { name }), text: this.words.text(`admin.clients.${what}Text`), action: this.words.text(what === 'remove' ? 'shared.delete' : `admin.clients.${what}`), danger: true });
  }

  private async run(work: () => Promise<boolean>): Promise<void> {
    try {
      if (await work()) await this.store.reload();
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
