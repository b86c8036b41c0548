import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { listAddress } from '@core/api/list.address';
import { ListStore } from '@core/api/list.store';
import { AvatarComponent } from '@shared/chip/avatar.component';
import { ChipComponent } from '@shared/chip/chip.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { ValuePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ChoicesService } from '@shared/record/choices.service';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AdminLookup } from '../admin.lookup';
import { AdminUser } from '../admin.model';
import { AdminWords } from '../admin.words';
import { UserForm } from './user.form';

/** Everybody who works with the product. */
@Component({
  selector: 'crm-user-list',
  imports: [RouterLink, TranslatePipe, AvatarComponent, CellDirective, ChipComponent, DataTableComponent, EmptyComponent, IconComponent, PageHeaderComponent, ValuePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'admin.users.title' | translate" [subtitle]="'admin.users.text' | translate">
        <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()"><crm-icon name="user-plus" [size]="16" />{{ 'admin.users.new' | translate }}</button>
      </crm-page-header>
      <crm-data-table [columns]="columns()" [store]="store" [label]="'admin.users.title' | translate" [rowLink]="link" (queryChange)="ask($event)">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row><crm-avatar [name]="words.name(row)" [size]="24" /><a [routerLink]="link(row)" class="crm-ellipsis name" dir="auto">{{ words.name(row) }}</a></ng-template>
        <ng-template crmCell="email" [crmCellOf]="store.items()" let-row><bdi class="crm-ellipsis" dir="ltr">{{ row.email ?? '–' }}</bdi></ng-template>
        <ng-template crmCell="roles" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ rolesOf(row) }}</span></ng-template>
        <ng-template crmCell="team" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ teamOf(row) }}</span></ng-template>
        <ng-template crmCell="region" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ regionOf(row) | crmValue: 'region' }}</span></ng-template>
        <ng-template crmCell="is_active" [crmCellOf]="store.items()" let-row><crm-chip [tone]="row.is_active ? 'won' : 'stale'">{{ (row.is_active ? 'admin.active' : 'admin.inactive') | translate }}</crm-chip></ng-template>
        <crm-empty slot="empty" icon="user" [title]="'admin.users.none' | translate" [text]="'admin.users.text' | translate" />
      </crm-data-table>
    </div>
  `,
  styles: `.name { font-weight: 500; margin-inline-start: var(--crm-2); color: var(--crm-text); }`,
})
export class UserListComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly form = inject(UserForm);
  private readonly lookup = inject(AdminLookup);
  private readonly choices = inject(ChoicesService);
  private readonly notice = inject(NoticeService);
  protected readonly words = inject(AdminWords);
  protected readonly store = new ListStore<AdminUser>((query, options) => this.api.list('users', query, options));
  protected readonly ask = listAddress(this.store, 'name');
  protected readonly link = (row: AdminUser): string => `/admin/users/${row.id}`;
  private readonly lists = resource({ loader: async () => ({ roles: await this.lookup.roles().catch(() => []), teams: await this.lookup.teams().catch(() => []) }) });
  private readonly teams = computed(() => new Map((this.lists.hasValue() ? this.lists.value().teams : []).map((team) => [team.id, team])));
  private readonly roles = computed(() => new Map((this.lists.hasValue() ? this.lists.value().roles : []).map((role) => [role.key, role])));

  protected readonly columns = computed((): TableColumn<AdminUser>[] => [
    { key: 'name', label: 'record.fields.name', width: 'minmax(200px, 2fr)', sort: 'name', card: 'title' },
    { key: 'is_active', label: 'record.fields.status', width: '128px', card: 'aside', filter: { field: 'is_active', kind: 'select', options: ['true', 'false'].map((value) => ({ value, label: this.words.text(value === 'true' ? 'admin.active' : 'admin.inactive') })) } },
    { key: 'roles', label: 'admin.field.roles', width: 'minmax(160px, 1.6fr)' },
    { key: 'team', label: 'admin.field.team_id', width: 'minmax(140px, 1.3fr)', filter: { field: 'team_id', kind: 'select', options: [...this.teams().values()].map((team) => ({ value: team.id, label: this.words.name(team) })) } },
    { key: 'region', label: 'record.fields.region', width: 'minmax(120px, 1fr)', filter: { field: 'region', kind: 'select', options: this.choices.regions() } },
    { key: 'email', label: 'record.fields.email', width: 'minmax(200px, 1.8fr)', sort: 'email', filter: { field: 'email', kind: 'text' } },
  ]);

  protected rolesOf(user: AdminUser): string {
    return user.roles.map((key) => { const role = this.roles().get(key); return role ? this.words.name(role) : key; }).join(this.words.text('record.comma')) || '–';
  }

  protected teamOf(user: AdminUser): string {
    const team = user.team && (this.teams().get(user.team.id) ?? user.team);
    return team ? this.words.name(team) : '–';
  }

  /** The team's region counts before one's own. */
  protected regionOf(user: AdminUser): string | null {
    return this.teams().get(user.team_id ?? '')?.region ?? user.region;
  }

  protected async create(): Promise<void> {
    try {
      const user = await this.form.create();
      if (user) await this.router.navigateByUrl(this.link(user));
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
