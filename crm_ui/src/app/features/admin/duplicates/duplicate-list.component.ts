import { ChangeDetectionStrategy, Component, computed, effect, inject, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { GaugeComponent } from '@shared/chip/gauge.component';
import { RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { TabsComponent } from '@shared/states/tabs.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { AdminWords } from '../admin.words';
import { DuplicateSearchComponent } from './duplicate-search.component';
import { namesOf } from './duplicate.calc';
import { MATCH_ENTITIES, Pair, PAIR_STATES, PairRecord, Reason } from './duplicate.model';
import { MergeListComponent } from './merge-list.component';
import { ProposalListComponent } from './proposal-list.component';

const REASONS_SHOWN = 3;

/** Records that may be one, merges that were made, and values that other sources propose. Kind, state and tab stand in the address. */
@Component({
  selector: 'crm-duplicate-list',
  imports: [RouterLink, TranslatePipe, CellDirective, ChipComponent, DataTableComponent, DuplicateSearchComponent, EmptyComponent, GaugeComponent, IconComponent, MergeListComponent, PageHeaderComponent, ProposalListComponent, RelativePipe, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'duplicates.title' | translate" [subtitle]="'duplicates.text' | translate">
        <crm-tabs slot="actions" look="segmented" [controls]="false" [tabs]="kinds()" [active]="entity()" (activeChange)="go({ entity: $event })" [label]="'duplicates.kind' | translate" />
      </crm-page-header>
      <crm-tabs #tabs="crmTabs" [tabs]="tabList()" [active]="tab()" (activeChange)="go({ tab: $event === 'pairs' ? null : $event })" [label]="'duplicates.title' | translate" />
      <div role="tabpanel" class="panel" [id]="tabs.panelId" [attr.aria-labelledby]="tabs.id + '-' + tab()">
        @switch (tab()) {
          @case ('merges') { <crm-merge-list [entity]="entity()" /> }
          @case ('proposals') { <crm-proposal-list [entity]="entity()" /> }
          @default {
            <crm-duplicate-search [entity]="entity()" (done)="store.reload()" />
            <crm-data-table [columns]="columns" [store]="store" [label]="'duplicates.tab.pairs' | translate" [rowLink]="link" [searchable]="false" [fit]="true">
              <label slot="tools" class="state"><span>{{ 'record.fields.status' | translate }}</span><select class="crm-input" name="status" (change)="go({ status: $any($event.target).value === 'open' ? null : $any($event.target).value })">@for (one of states; track one) { <option [value]="one" [selected]="one === status()">{{ 'duplicates.state.' + one | translate }}</option> }</select></label>
              <ng-template crmCell="similarity" [crmCellOf]="store.items()" let-row><crm-gauge shape="bar" [value]="row.similarity" [label]="'duplicates.similarity' | translate" /></ng-template>
              <ng-template crmCell="left" [crmCellOf]="store.items()" let-row><a class="name crm-ellipsis" dir="auto" [routerLink]="link(row)">{{ nameOf(row.left) }}</a></ng-template>
              <ng-template crmCell="right" [crmCellOf]="store.items()" let-row><span class="name crm-ellipsis" dir="auto">{{ nameOf(row.right) }}</span></ng-template>
              <ng-template crmCell="reasons" [crmCellOf]="store.items()" let-row><span class="reasons">@for (reason of reasonsOf(row); track reason.field) { <span [attr.data-agreement]="reason.agreement"><crm-icon [name]="reason.agreement === 'different' ? 'x' : 'check'" [size]="12" />{{ words.field(reason.field) }}</span> }</span></ng-template>
              <ng-template crmCell="created_at" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ row.created_at | crmRelative }}</span></ng-template>
              <ng-template crmCell="status" [crmCellOf]="store.items()" let-row><crm-chip [tone]="row.status === 'open' ? 'accent' : 'neutral'">{{ 'duplicates.state.' + row.status | translate }}</crm-chip></ng-template>
              <crm-empty slot="empty" icon="merge" [title]="(status() === 'open' ? 'duplicates.none' : 'table.emptyFiltered') | translate" [text]="status() === 'open' ? ('duplicates.noneText' | translate) : ''" />
            </crm-data-table>
          }
        }
      </div>
    </div>
  `,
  styles: `
    .panel { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-4); min-inline-size: 0; } .name { font-weight: 500; color: var(--crm-text); } .state { display: inline-flex; align-items: center; gap: var(--crm-2); font-size: var(--crm-text-13); color: var(--crm-text-2); } .state select { inline-size: auto; min-block-size: 30px; }
    .reasons { display: flex; gap: var(--crm-3); overflow: hidden; font-size: var(--crm-text-13); } .reasons > span { display: inline-flex; align-items: center; gap: 3px; white-space: nowrap; } .reasons crm-icon { color: var(--crm-won); } .reasons [data-agreement='different'] crm-icon { color: var(--crm-lost); } .reasons [data-agreement='similar'] crm-icon { color: var(--crm-risk); }
  `,
})
export class DuplicateListComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly session = inject(SessionService);
  protected readonly words = inject(AdminWords);
  private readonly params = toSignal(this.route.queryParamMap, { initialValue: this.route.snapshot.queryParamMap });
  private readonly readable = computed(() => MATCH_ENTITIES.filter((entity) => this.session.can(entity, 'read')));
  protected readonly entity = computed(() => this.readable().find((one) => one === this.params().get('entity')) ?? this.readable()[0] ?? 'contacts');
  protected readonly tab = computed(() => this.tabList().find(({ key }) => key === this.params().get('tab'))?.key ?? 'pairs');
  protected readonly status = computed(() => PAIR_STATES.find((one) => one === this.params().get('status')) ?? 'open');
  protected readonly states = PAIR_STATES;
  protected readonly kinds = computed(() => this.readable().map((key) => ({ key, label: this.words.resource(key) })));
  protected readonly tabList = computed(() => ['pairs', 'merges', ...(this.session.feature('crm_feature_enrichment') ? ['proposals'] : [])].map((key) => ({ key, label: this.words.text(`duplicates.tab.${key}`) })));
  protected readonly store = new ListStore<Pair>((_query, { limit, cursor }) => this.api.get('duplicates', { entity: this.entity(), status: this.status(), limit: String(limit), ...(cursor ? { cursor } : {}) }));
  protected readonly link = (row: Pair): string => `/admin/duplicates/${row.id}`;
  protected readonly columns: readonly TableColumn<Pair>[] = [
    { key: 'left', label: 'duplicates.one', width: 'minmax(180px, 1.3fr)', card: 'title' },
    { key: 'right', label: 'duplicates.other', width: 'minmax(180px, 1.3fr)' },
    { key: 'similarity', label: 'duplicates.similarity', width: '160px' },
    { key: 'reasons', label: 'duplicates.reasons', width: 'minmax(220px, 1.6fr)' },
    { key: 'created_at', label: 'duplicates.found', width: 'minmax(132px, 0.8fr)' },
    { key: 'status', label: 'record.fields.status', width: '150px', card: 'aside' },
  ];

  constructor() {
    effect(() => {
      this.entity();
      this.status();
      untracked(() => void this.store.show(EMPTY_QUERY));
    });
  }

  protected go(params: Readonly<Record<string, string | null>>): void {
    void this.router.navigate([], { relativeTo: this.route, queryParams: params, queryParamsHandling: 'merge' });
  }

  protected nameOf(record: PairRecord | null): string {
    return record ? this.words.name(namesOf(record)) : this.words.text('duplicates.goneRecord');
  }

  protected reasonsOf({ reasons }: Pair): readonly Reason[] {
    return reasons.slice(0, REASONS_SHOWN);
  }
}
