import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { TagChipComponent } from '@shared/chip/tag-chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, DatePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AdminWords } from '../admin.words';
import { Tag, TagForm } from './tag.form';

/** Which tags there are, and on how many records. */
@Component({
  selector: 'crm-tag-list',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, CellDirective, CountPipe, DataTableComponent, DatePipe, EmptyComponent, IconComponent, PageHeaderComponent, TagChipComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'extend.tags.title' | translate" [subtitle]="'extend.tags.text' | translate">
        @if (mayWrite()) { <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()" data-test="new-tag"><crm-icon name="plus" [size]="16" />{{ 'extend.tags.new' | translate }}</button> }
      </crm-page-header>
      <crm-data-table id="tags" [columns]="columns" [store]="store" [label]="'extend.tags.title' | translate" [searchable]="false" [fit]="true">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row>
          @if (mayWrite()) { <button type="button" class="name" (click)="edit(row)" [attr.aria-label]="('shared.edit' | translate) + ': ' + row.name"><crm-tag-chip [name]="row.name" [color]="row.color" /></button> }
          @else { <crm-tag-chip [name]="row.name" [color]="row.color" /> }
        </ng-template>
        <ng-template crmCell="records" [crmCellOf]="store.items()" let-row><span class="crm-number">{{ 'extend.tags.records' | translate: { count: row.records | crmCount } }}</span></ng-template>
        <ng-template crmCell="updated_at" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ row.updated_at | crmDate }}</span></ng-template>
        <ng-template crmCell="do" [crmCellOf]="store.items()" let-row>
          @if (mayWrite() || mayDelete()) {
            <button type="button" class="crm-icon-button crm-icon-button--small" [matMenuTriggerFor]="menu" [attr.aria-label]="('shared.actions' | translate) + ': ' + row.name"><crm-icon name="ellipsis" [size]="16" /></button>
            <mat-menu #menu="matMenu" xPosition="before">
              @if (mayWrite()) {
                <button mat-menu-item (click)="edit(row)"><crm-icon name="pencil" [size]="15" />{{ 'shared.edit' | translate }}</button>
                @if (store.items().length > 1) { <button mat-menu-item (click)="merge(row)"><crm-icon name="merge" [size]="15" />{{ 'extend.tags.mergeInto' | translate }}</button> }
              }
              @if (mayDelete()) { <button mat-menu-item (click)="remove(row)"><crm-icon name="trash" [size]="15" />{{ 'shared.delete' | translate }}</button> }
            </mat-menu>
          }
        </ng-template>
        <crm-empty slot="empty" icon="tag" [title]="'extend.tags.noneYet' | translate" [text]="'extend.tags.text' | translate">@if (mayWrite()) { <button type="button" class="crm-button" (click)="create()">{{ 'extend.tags.new' | translate }}</button> }</crm-empty>
      </crm-data-table>
    </div>
  `,
  styles: `.name { display: inline-flex; min-inline-size: 0; max-inline-size: 100%; border-radius: 999px; text-align: start; } .name:hover crm-tag-chip { border-color: var(--crm-accent); color: var(--crm-accent); }`,
})
export class TagListComponent {
  private readonly api = inject(ApiClient);
  private readonly form = inject(TagForm);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly words = inject(AdminWords);

  protected readonly mayWrite = computed(() => this.session.can('tags', 'write'));
  protected readonly mayDelete = computed(() => this.session.can('tags', 'delete'));
  protected readonly store = new ListStore<Tag>(async () => {
    const page = await this.api.get<Page<Tag>>('tags');
    return { ...page, total: page.items.length };
  });
  protected readonly columns: readonly TableColumn<Tag>[] = [
    { key: 'name', label: 'record.fields.name', card: 'title', width: 'minmax(200px, 2fr)' },
    { key: 'records', label: 'extend.tags.carriedBy', width: 'minmax(140px, 1fr)' },
    { key: 'updated_at', label: 'extend.tags.changed', width: 'minmax(140px, 1fr)' },
    { key: 'do', label: 'shared.actions', card: 'aside', width: '84px' },
  ];

  constructor() {
    void this.store.show(EMPTY_QUERY);
  }

  protected create(): Promise<void> {
    return this.run(async () => (await this.form.create()) !== undefined);
  }

  /** From what the server has now, so that nobody's change is overwritten. */
  protected edit({ id }: Tag): Promise<void> {
    return this.run(async () => {
      const { body, tag } = await this.api.tagged<Tag>(`tags/${id}`);
      return (await this.form.edit(body, tag)) !== undefined;
    });
  }

  protected merge(tag: Tag): Promise<void> {
    return this.run(async () => {
      const into = await this.form.merge(tag, this.store.items().filter(({ id }) => id !== tag.id));
      if (into) this.notice.say(this.words.text('extend.tags.merged', { name: tag.name, into: into.name }));
      return into !== undefined;
    });
  }

  /** Says on how many records it is now, not when the list was read. */
  protected remove({ id }: Tag): Promise<void> {
    return this.run(async () => {
      const { name, records } = await this.api.get<Tag>(`tags/${id}`);
      const title = this.words.text('extend.tags.deleteTitle', { name });
      if (!(await this.confirm.ask({ title, text: this.words.text('extend.tags.deleteText', { count: { value: records, text: this.words.number(records) } }), action: this.words.text('shared.delete'), danger: true }))) return false;
      await this.api.remove(`tags/${id}`);
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
