import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { EntityLinkComponent } from '@shared/chip/entity-link.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { IconComponent } from '@shared/icon/icon.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AdminWords } from '../admin.words';
import { AuditWords } from '../audit/audit.words';
import { MatchEntity, Proposal } from './duplicate.model';

/** Values that other sources know; a person takes or sets aside each. */
@Component({
  selector: 'crm-proposal-list',
  imports: [TranslatePipe, CellDirective, DataTableComponent, EmptyComponent, EntityLinkComponent, IconComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <crm-data-table [columns]="columns" [store]="store" [label]="'duplicates.tab.proposals' | translate" [searchable]="false" [fit]="true">
      <ng-template crmCell="record" [crmCellOf]="store.items()" let-row><crm-entity-link [kind]="entity()" [to]="linked(row)" /></ng-template>
      <ng-template crmCell="field" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ words.field(row.field) }}</span></ng-template>
      <ng-template crmCell="current" [crmCellOf]="store.items()" let-row><bdi class="crm-ellipsis">{{ values.value({ path: [row.field] }, row.current) }}</bdi></ng-template>
      <ng-template crmCell="proposed" [crmCellOf]="store.items()" let-row><bdi class="crm-ellipsis proposed">{{ values.value({ path: [row.field] }, row.proposed) }}</bdi></ng-template>
      <ng-template crmCell="provider" [crmCellOf]="store.items()" let-row><bdi class="crm-ellipsis crm-muted">{{ row.provider }}</bdi></ng-template>
      <ng-template crmCell="do" [crmCellOf]="store.items()" let-row>
        @if (mayWrite()) { <span class="do"><button type="button" class="crm-button crm-button--small" (click)="decide(row, 'accept')" [attr.aria-disabled]="busy() === row.id" [attr.aria-label]="('duplicates.accept' | translate) + ': ' + words.field(row.field)"><crm-icon name="check" [size]="14" />{{ 'duplicates.accept' | translate }}</button><button type="button" class="crm-icon-button crm-icon-button--small" (click)="decide(row, 'reject')" [attr.aria-label]="('duplicates.reject' | translate) + ': ' + words.field(row.field)" [title]="'duplicates.reject' | translate"><crm-icon name="x" [size]="15" /></button></span> }
      </ng-template>
      <crm-empty slot="empty" icon="sparkles" [title]="'duplicates.noProposals' | translate" [text]="'duplicates.noProposalsText' | translate" />
    </crm-data-table>
  `,
  styles: `.proposed { font-weight: 500; } .do { display: inline-flex; gap: var(--crm-1); align-items: center; }`,
})
export class ProposalListComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  protected readonly values = inject(AuditWords);
  /** The kind of records. */
  readonly entity = input.required<MatchEntity>();
  protected readonly busy = signal<string | null>(null);
  protected readonly mayWrite = computed(() => this.session.can(this.entity(), 'write'));
  protected readonly store = new ListStore<Proposal>(async () => {
    const page = await this.api.get<Page<Proposal>>('enrichment/proposals', { entity: this.entity() });
    return { ...page, total: page.items.length };
  });
  protected readonly columns: readonly TableColumn<Proposal>[] = [
    { key: 'record', label: 'audit.about', width: 'minmax(180px, 1.5fr)', card: 'title' },
    { key: 'field', label: 'audit.member', width: 'minmax(130px, 1fr)' },
    { key: 'current', label: 'duplicates.current', width: 'minmax(130px, 1fr)' },
    { key: 'proposed', label: 'duplicates.proposed', width: 'minmax(130px, 1fr)' },
    { key: 'provider', label: 'duplicates.source', width: '130px' },
    { key: 'do', label: 'shared.actions', width: '160px', card: 'aside' },
  ];

  constructor() {
    effect(() => {
      this.entity();
      untracked(() => void this.store.show(EMPTY_QUERY));
    });
  }

  protected linked(row: Proposal): { readonly id: string; readonly name: string; readonly name_ar: string | null } | null {
    return row.record && { id: row.entity_id, ...row.record };
  }

  protected async decide(row: Proposal, how: 'accept' | 'reject'): Promise<void> {
    if (this.busy()) return;
    this.busy.set(row.id);
    try {
      await this.api.post(`enrichment/proposals/${row.id}/${how}`, {});
      this.store.remove(row.id);
      this.notice.say(this.words.text(how === 'accept' ? 'duplicates.accepted' : 'duplicates.rejectedValue', { field: this.words.field(row.field) }));
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.busy.set(null);
    }
  }
}
