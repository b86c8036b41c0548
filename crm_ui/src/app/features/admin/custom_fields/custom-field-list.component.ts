import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CUSTOM_ENTITIES, CustomField, labelOf } from '@shared/extend/custom.model';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { Tab, TabsComponent } from '@shared/states/tabs.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AdminWords } from '../admin.words';
import { CustomFieldForm } from './custom-field.form';

/** Which further fields records have, by kind of record. */
@Component({
  selector: 'crm-custom-field-list',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, CellDirective, ChipComponent, DataTableComponent, EmptyComponent, IconComponent, PageHeaderComponent, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'extend.fields.title' | translate" [subtitle]="'extend.fields.text' | translate">
        <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()" data-test="new-field"><crm-icon name="plus" [size]="16" />{{ 'extend.fields.new' | translate }}</button>
      </crm-page-header>
      <crm-tabs #tabs="crmTabs" look="segmented" [tabs]="entities()" [active]="entity()" (activeChange)="show($event)" [label]="'extend.fields.entity' | translate" />
      <crm-data-table [id]="tabs.panelId" role="tabpanel" [columns]="columns" [store]="store" [label]="'extend.fields.title' | translate" [searchable]="false" [fit]="true">
        <ng-template crmCell="label" [crmCellOf]="store.items()" let-row><button type="button" class="name crm-ellipsis" dir="auto" (click)="edit(row)">{{ labelOf(row) }}</button></ng-template>
        <ng-template crmCell="key" [crmCellOf]="store.items()" let-row><code class="crm-ellipsis" dir="ltr">{{ row.key }}</code></ng-template>
        <ng-template crmCell="type" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ 'extend.fields.types.' + row.type | translate }}</span></ng-template>
        <ng-template crmCell="rules" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ rulesOf(row) }}</span></ng-template>
        <ng-template crmCell="archived" [crmCellOf]="store.items()" let-row><crm-chip [tone]="row.archived ? 'stale' : 'won'">{{ (row.archived ? 'extend.fields.archived' : 'admin.active') | translate }}</crm-chip></ng-template>
        <ng-template crmCell="do" [crmCellOf]="store.items()" let-row>
          <button type="button" class="crm-icon-button crm-icon-button--small" [matMenuTriggerFor]="menu" [attr.aria-label]="('shared.actions' | translate) + ': ' + labelOf(row)"><crm-icon name="ellipsis" [size]="16" /></button>
          <mat-menu #menu="matMenu" xPosition="before">
            <button mat-menu-item (click)="edit(row)"><crm-icon name="pencil" [size]="15" />{{ 'shared.edit' | translate }}</button>
            <button mat-menu-item (click)="archive(row)"><crm-icon [name]="row.archived ? 'undo' : 'inbox'" [size]="15" />{{ (row.archived ? 'extend.fields.bringBack' : 'extend.fields.archive') | translate }}</button>
            @if (row.archived && mayDelete()) { <button mat-menu-item (click)="remove(row)"><crm-icon name="trash" [size]="15" />{{ 'shared.delete' | translate }}</button> }
          </mat-menu>
        </ng-template>
        <crm-empty slot="empty" icon="list" [title]="'extend.fields.none' | translate" [text]="'extend.fields.text' | translate"><button type="button" class="crm-button" (click)="create()">{{ 'extend.fields.new' | translate }}</button></crm-empty>
      </crm-data-table>
    </div>
  `,
  styles: `.name { font-weight: 500; text-align: start; } .name:hover { color: var(--crm-accent); text-decoration: underline; text-underline-offset: 2px; } code { font: 400 var(--crm-text-13) var(--crm-font); color: var(--crm-text-2); }`,
})
export class CustomFieldListComponent {
  private readonly api = inject(ApiClient);
  private readonly form = inject(CustomFieldForm);
  private readonly confirm = inject(ConfirmService);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly words = inject(AdminWords);

  protected readonly entity = signal<string>(CUSTOM_ENTITIES[0]);
  protected readonly entities = computed((): Tab[] => CUSTOM_ENTITIES.map((key) => ({ key, label: this.words.resource(key) })));
  protected readonly store = new ListStore<CustomField>(async () => {
    const page = await this.api.get<Page<CustomField>>('custom-fields', { entity: this.entity(), archived: 'true' });
    return { ...page, total: page.items.length };
  });
  protected readonly mayDelete = computed(() => this.session.can('custom_fields', 'delete'));
  protected readonly columns: readonly TableColumn<CustomField>[] = [
    { key: 'label', label: 'record.fields.name', card: 'title', width: 'minmax(180px, 1.8fr)' },
    { key: 'key', label: 'extend.fields.key', width: 'minmax(140px, 1.2fr)' },
    { key: 'type', label: 'extend.fields.type', width: 'minmax(140px, 1.2fr)' },
    { key: 'rules', label: 'extend.fields.rules', width: 'minmax(180px, 1.6fr)' },
    { key: 'archived', label: 'record.fields.status', width: '128px' },
    { key: 'do', label: 'shared.actions', card: 'aside', width: '84px' },
  ];

  constructor() {
    void this.store.show(EMPTY_QUERY);
  }

  protected labelOf(field: CustomField): string {
    return labelOf(field, this.locale.language());
  }

  protected rulesOf(field: CustomField): string {
    const said = [field.required && 'required', field.unique && 'unique', (field.min !== null || field.max !== null) && 'bounded', field.pattern !== null && 'pattern'].filter((one): one is string => one !== false);
    return said.map((one) => this.words.text(`extend.fields.${one}`)).join(this.words.text('record.comma')) || '–';
  }

  protected show(entity: string): void {
    this.entity.set(entity);
    void this.store.show(EMPTY_QUERY);
  }

  protected create(): Promise<void> {
    return this.run(async () => {
      const made = await this.form.create(this.entity());
      if (made) this.entity.set(made.entity);
      return made !== undefined;
    });
  }

  /** From what the server has now, so that nobody's change is overwritten. */
  protected edit({ id }: CustomField): Promise<void> {
    return this.run(async () => {
      const { body, tag } = await this.api.tagged<CustomField>(`custom-fields/${id}`);
      return (await this.form.edit(body, tag)) !== undefined;
    });
  }

  protected archive(field: CustomField): Promise<void> {
    return this.run(async () => {
      const name = this.labelOf(field);
      if (!field.archived && !(await this.confirm.ask({ title: this.words.text('extend.fields.archiveTitle', { name }), text: this.words.text('extend.fields.archiveText'), action: this.words.text('extend.fields.archive') }))) return false;
      await this.api.patch(`custom-fields/${field.id}`, { archived: !field.archived });
      return true;
    });
  }

  protected remove(field: CustomField): Promise<void> {
    return this.run(async () => {
      const name = this.labelOf(field);
      if (!(await this.confirm.ask({ title: this.words.text('extend.fields.removeTitle', { name }), text: this.words.text('extend.fields.removeText'), action: this.words.text('shared.delete'), danger: true }))) return false;
      await this.api.remove(`custom-fields/${field.id}`);
      return true;
    });
  }

  private async run(work: () => Promise<boolean>): Promise<void> {
    try {
      if (await work()) await this.store.reload();
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
