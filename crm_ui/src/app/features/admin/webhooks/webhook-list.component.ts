import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { EMPTY_QUERY } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { NumberPipe, PercentPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { EmptyComponent } from '@shared/states/states.component';
import { CellDirective } from '@shared/table/cell.directive';
import { DataTableComponent } from '@shared/table/data-table.component';
import { TableColumn } from '@shared/table/table.model';
import { SecretService } from './secret.service';
import { STATE_TONES, stateOf, successRate } from './webhook.calc';
import { WebhookForm } from './webhook-form.component';
import { Webhook, WebhookStatistics } from './webhook.model';
import { WebhookWords } from './webhook.words';

/** All webhooks and how they do. */
@Component({
  selector: 'crm-webhook-list',
  imports: [RouterLink, TranslatePipe, CellDirective, ChipComponent, DataTableComponent, EmptyComponent, IconComponent, NumberPipe, PageHeaderComponent, PercentPipe, RelativePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      <crm-page-header [title]="'webhooks.title' | translate" [subtitle]="'webhooks.text' | translate">
        @if (mayWrite()) { <button slot="actions" type="button" class="crm-button crm-button--primary" (click)="create()" data-test="new-webhook"><crm-icon name="plus" [size]="16" />{{ 'webhooks.new' | translate }}</button> }
      </crm-page-header>
      <crm-data-table [columns]="columns" [store]="store" [label]="'webhooks.title' | translate" [rowLink]="link" [searchable]="false" [fit]="true">
        <ng-template crmCell="name" [crmCellOf]="store.items()" let-row><a class="name crm-ellipsis" dir="auto" [routerLink]="link(row)">{{ row.name }}</a></ng-template>
        <ng-template crmCell="url" [crmCellOf]="store.items()" let-row><bdi class="crm-ellipsis url" dir="ltr" [title]="row.url">{{ row.url }}</bdi></ng-template>
        <ng-template crmCell="events" [crmCellOf]="store.items()" let-row><span class="crm-ellipsis">{{ words.events(row.event_types) }}</span></ng-template>
        <ng-template crmCell="state" [crmCellOf]="store.items()" let-row><crm-chip [tone]="tones[stateOf(row)]">{{ 'webhooks.state.' + stateOf(row) | translate }}</crm-chip></ng-template>
        <ng-template crmCell="last" [crmCellOf]="store.items()" let-row>
          @if (of(row)?.last_at; as at) { <span class="last crm-ellipsis"><crm-icon [name]="of(row)?.last_error ? 'circle-x' : 'circle-check'" [size]="14" [class.bad]="of(row)?.last_error" /><span class="crm-visually-hidden">{{ (of(row)?.last_error ? 'webhooks.notTaken' : 'webhooks.taken') | translate }}</span><span class="crm-ellipsis">{{ at | crmRelative }}</span></span> } @else { <span class="crm-muted">{{ 'webhooks.never' | translate }}</span> }
        </ng-template>
        <ng-template crmCell="rate" [crmCellOf]="store.items()" let-row><bdi>{{ rate(row) | crmPercent: 0 }}</bdi></ng-template>
        <ng-template crmCell="pending" [crmCellOf]="store.items()" let-row>{{ of(row)?.pending ?? 0 | crmNumber }}</ng-template>
        <ng-template crmCell="dead" [crmCellOf]="store.items()" let-row><span [class.bad]="of(row)?.dead">{{ of(row)?.dead ?? 0 | crmNumber }}</span></ng-template>
        <crm-empty slot="empty" icon="webhook" [title]="'webhooks.none' | translate" [text]="'webhooks.noneText' | translate">@if (mayWrite()) { <button type="button" class="crm-button" (click)="create()">{{ 'webhooks.new' | translate }}</button> }</crm-empty>
      </crm-data-table>
    </div>
  `,
  styles: `.name { font-weight: 500; color: var(--crm-text); } .name:hover { color: var(--crm-accent); } .url { color: var(--crm-text-2); font-size: var(--crm-text-13); } .last { display: inline-flex; align-items: center; gap: 6px; } .last crm-icon { color: var(--crm-won); } .bad, .last .bad { color: var(--crm-lost); }`,
})
export class WebhookListComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly form = inject(WebhookForm);
  private readonly secrets = inject(SecretService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  protected readonly words = inject(WebhookWords);
  private readonly statistics = signal<ReadonlyMap<string, WebhookStatistics>>(new Map());
  protected readonly store = new ListStore<Webhook>(async () => {
    const [page, numbers] = await Promise.all([this.api.get<Page<Webhook>>('webhooks'), this.api.get<Page<WebhookStatistics>>('webhooks/statistics')]);
    this.statistics.set(new Map(numbers.items.map((one) => [one.webhook_id, one])));
    return { ...page, total: page.items.length };
  });
  protected readonly mayWrite = computed(() => this.session.can('webhooks', 'write'));
  protected readonly link = (row: Webhook): string => `/admin/webhooks/${row.id}`;
  protected readonly stateOf = stateOf;
  protected readonly tones = STATE_TONES;
  protected readonly columns: readonly TableColumn<Webhook>[] = [
    { key: 'name', label: 'record.fields.name', card: 'title', width: 'minmax(150px, 1.3fr)' },
    { key: 'state', label: 'record.fields.status', card: 'aside', width: '132px' },
    { key: 'url', label: 'webhooks.url', width: 'minmax(180px, 1.6fr)' },
    { key: 'events', label: 'webhooks.events', width: 'minmax(170px, 1.5fr)' },
    { key: 'last', label: 'webhooks.last', width: 'minmax(156px, 1.4fr)' },
    { key: 'rate', label: 'webhooks.rate', width: '104px', align: 'end' },
    { key: 'pending', label: 'webhooks.pending', width: '92px', align: 'end' },
    { key: 'dead', label: 'webhooks.dead', width: '92px', align: 'end' },
  ];

  constructor() {
    void this.store.show(EMPTY_QUERY);
  }

  protected of(row: Webhook): WebhookStatistics | undefined {
    return this.statistics().get(row.id);
  }

  protected rate(row: Webhook): number | null {
    const numbers = this.of(row);
    return numbers ? successRate(numbers) : null;
  }

  protected async create(): Promise<void> {
    try {
      const made = await this.form.open(null);
      if (!made) return;
      this.secrets.keep(made);
      await this.router.navigateByUrl(this.link(made));
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
