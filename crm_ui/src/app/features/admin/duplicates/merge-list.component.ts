import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { NumberPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AdminWords } from '../admin.words';
import { RecordNames } from '../record.names';
import { movedCount } from './duplicate.calc';
import { MatchEntity, Merge } from './duplicate.model';
import { MergeUndo } from './merge.undo';

/** Merges of a kind of records, newest first; each can be taken back. */
@Component({
  selector: 'crm-merge-list',
  imports: [TranslatePipe, CellDirective, ChipComponent, DataTableComponent, EmptyComponent, EntityLinkComponent, IconComponent, NumberPipe, RelativePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <crm-data-table [columns]="columns" [store]="store" [label]="'duplicates.tab.merges' | translate" [searchable]="false" [fit]="true">
      <ng-template crmCell="survivor" [crmCellOf]="store.items()" let-row><crm-entity-link [kind]="entity()" [to]="linked(row)" /></ng-template>
      <ng-template crmCell="loser" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ row.loser ? words.name(row.loser) : '–' }}</span></ng-template>
      <ng-template crmCell="moved" [crmCellOf]="store.items()" let-row>{{ moved(row) | crmNumber }}</ng-template>
      <ng-template crmCell="by" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis" dir="auto">{{ (row.merged_by && names.of('users', row.merged_by)) || '–' }}</span></ng-template>
      <ng-template crmCell="created_at" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ row.created_at | crmRelative }}</span></ng-template>
      <ng-template crmCell="state" [crmCellOf]="store.items()" let-row>
        @if (row.undone_at) { <crm-chip tone="stale">{{ 'duplicates.undone' | translate }}</crm-chip> } @else if (mayUndo()) { <button type="button" class="crm-button crm-button--small" (click)="undo(row)" [attr.aria-label]="('duplicates.undo' | translate) + ': ' + (row.survivor ? words.name(row.survivor) : '')" data-test="undo-merge"><crm-icon name="undo" [size]="14" />{{ 'duplicates.undo' | translate }}</button> }
      </ng-template>
      <crm-empty slot="empty" icon="merge" [title]="'duplicates.noMerges' | translate" [text]="'duplicates.noMergesText' | translate" />
    </crm-data-table>
  `,
})
export class MergeListComponent {
  private readonly api = inject(ApiClient);
  private readonly undoing = inject(MergeUndo);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  protected readonly names = inject(RecordNames);
  /** The kind of records. */
  readonly entity = input.required<MatchEntity>();
  protected readonly mayUndo = computed(() => this.session.can(this.entity(), 'write') && this.session.can(this.entity(), 'delete'));
  protected readonly store = new ListStore<Merge>(async () => {
    const page = await this.api.get<Page<Merge>>('merges', { entity: this.entity() });
    void this.names.need(page.items.flatMap(({ merged_by: id }) => (id ? [{ entity: 'users', id }] : [])));
    return { ...page, total: page.items.length };
  });
  protected readonly columns: readonly TableColumn<Merge>[] = [
    { key: 'survivor', label: 'duplicates.survivor', width: 'minmax(180px, 1.4fr)', card: 'title' },
    { key: 'loser', label: 'duplicates.loser', width: 'minmax(180px, 1.4fr)' },
    { key: 'moved', label: 'duplicates.moved', width: '128px', align: 'end' },
    { key: 'by', label: 'audit.who', width: 'minmax(130px, 1fr)' },
    { key: 'created_at', label: 'audit.when', width: 'minmax(132px, 0.8fr)' },
    { key: 'state', label: 'shared.actions', width: '150px', card: 'aside' },
  ];

  constructor() {
    effect(() => {
      this.entity();
      untracked(() => void this.store.show(EMPTY_QUERY));
    });
  }

  protected moved(row: Merge): number {
    return movedCount(row.moved);
  }

  protected linked(row: Merge): { readonly id: string; readonly name: string; readonly name_ar: string | null } | null {
    return row.survivor && { id: row.survivor_id, ...row.survivor };
  }

  protected async undo(row: Merge): Promise<void> {
    if (await this.undoing.undo(row.id)) await this.store.reload();
  }
}
