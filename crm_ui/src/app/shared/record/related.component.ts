import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { ListFilter, paramsFromQuery } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { LocaleService } from '@core/i18n/locale.service';
import { AvatarComponent } from '../chip/avatar.component';
import { ChipComponent, toneOfStatus } from '../chip/chip.component';
import { GaugeComponent } from '../chip/gauge.component';
import { DatePipe, MoneyPipe, NumberPipe } from '../format/format.pipes';
import { IconComponent } from '../icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '../states/states.component';
import { LookupService } from './lookup.service';
import { namePair } from './names';
import { Contact, Deal } from './record.model';

const SHOWN = 8;

/** The deals of an account or a contact: a short list with a way to all of them. */
@Component({
  selector: 'crm-related-deals',
  imports: [RouterLink, TranslatePipe, ChipComponent, DatePipe, GaugeComponent, MoneyPipe, NumberPipe, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2>{{ title() }}@if (store.total(); as total) { <span class="crm-muted crm-number">{{ total | crmNumber }}</span> }</h2>
      @if ((store.total() ?? 0) > store.items().length) { <a routerLink="/sell/deals" [queryParams]="all()">{{ 'record.showAll' | translate }}</a> }</header>
    @if (store.problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="store.reload()" /> }
    @else if (store.loading() && !store.items().length) { <crm-skeleton [lines]="3" /> }
    @else {
      <ul>@for (deal of store.items(); track deal.id) {
        <li><div class="words"><a class="crm-ellipsis" dir="auto" [routerLink]="'/sell/deals/' + deal.id">{{ deal.name }}</a>
            <p class="crm-muted">@if (deal.status === 'open') { <span>{{ stage(deal) }}</span>@if (deal.close_date) { <span>{{ 'record.closes' | translate: { date: (deal.close_date | crmDate: 'short') } }}</span> } } @else { <crm-chip [tone]="tone(deal.status)">{{ 'status.' + deal.status | translate }}</crm-chip> <span>{{ deal.closed_at | crmDate: 'date' }}</span> }</p></div>
          <div class="end"><span class="crm-number">{{ deal.expected_value | crmMoney: deal.currency : 'whole' }}</span>@if (deal.status === 'open' && deal.win_probability !== undefined) { <crm-gauge shape="bar" [value]="deal.win_probability" [label]="'deals.winProbability' | translate" /> }</div></li>
      } @empty { <li class="none crm-muted">{{ none() }}</li> }</ul>
    }
  `,
  styleUrl: './related.component.scss',
})
export class RelatedDealsComponent {
  private readonly api = inject(ApiClient);
  private readonly lookup = inject(LookupService);
  /** The heading, already translated. */
  readonly title = input.required<string>();
  /** What is said where there is none. */
  readonly none = input.required<string>();
  /** Which deals. */
  readonly filters = input.required<readonly ListFilter[]>();
  /** Their order. */
  readonly sort = input('close_date');
  /** Changes when the list must be read again. */
  readonly version = input<unknown>(null);

  protected readonly tone = toneOfStatus;
  protected readonly store = new ListStore<Deal>((query, options) => this.api.list('deals', query, options), SHOWN);
  protected readonly all = computed(() => paramsFromQuery({ filters: this.filters() }));

  constructor() {
    void this.lookup.need('pipelines');
    effect(() => {
      const query = { q: '', sort: this.sort(), filters: this.filters() };
      this.version();
      untracked(() => void this.store.show(query));
    });
  }

  protected stage(deal: Deal): string {
    return deal.stage ? this.lookup.stageName(deal.stage) : '';
  }
}

/** The people at an account: a short list with a way to all of them. */
@Component({
  selector: 'crm-related-contacts',
  imports: [RouterLink, TranslatePipe, AvatarComponent, IconComponent, NumberPipe, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <header><h2>{{ title() }}@if (store.total(); as total) { <span class="crm-muted crm-number">{{ total | crmNumber }}</span> }</h2>
      @if ((store.total() ?? 0) > store.items().length) { <a routerLink="/sell/contacts" [queryParams]="all()">{{ 'record.showAll' | translate }}</a> }</header>
    @if (store.problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="store.reload()" /> }
    @else if (store.loading() && !store.items().length) { <crm-skeleton [lines]="3" /> }
    @else {
      <ul>@for (item of rows(); track item.row.id) {
        <li><crm-avatar [name]="item.name" [size]="30" /><div class="words"><a class="crm-ellipsis" [routerLink]="'/sell/contacts/' + item.row.id"><bdi>{{ item.name }}</bdi></a><p class="crm-muted"><bdi class="crm-ellipsis">{{ item.row.job_title }}</bdi></p></div>
          @if (item.row.email; as email) { <a class="crm-icon-button crm-icon-button--small" [href]="'mailto:' + email" [attr.aria-label]="('contacts.write' | translate) + ': ' + item.name" [title]="email"><crm-icon name="mail" [size]="16" /></a> }
          @if (item.row.mobile || item.row.phone; as number) { <a class="crm-icon-button crm-icon-button--small" [href]="'tel:' + number" [attr.aria-label]="('contacts.call' | translate) + ': ' + item.name" [title]="number"><crm-icon name="phone" [size]="16" /></a> }</li>
      } @empty { <li class="none crm-muted">{{ none() }}</li> }</ul>
    }
  `,
  styleUrl: './related.component.scss',
})
export class RelatedContactsComponent {
  private readonly api = inject(ApiClient);
  private readonly locale = inject(LocaleService);
  /** The heading, already translated. */
  readonly title = input.required<string>();
  /** What is said where there is none. */
  readonly none = input.required<string>();
  /** Which contacts. */
  readonly filters = input.required<readonly ListFilter[]>();
  /** Changes when the list must be read again. */
  readonly version = input<unknown>(null);

  protected readonly store = new ListStore<Contact>((query, options) => this.api.list('contacts', query, options), SHOWN);
  protected readonly all = computed(() => paramsFromQuery({ filters: this.filters() }));
  protected readonly rows = computed(() => this.store.items().map((row) => ({ row, name: namePair(this.locale.language(), row.full_name, row.full_name_ar).first })));

  constructor() {
    effect(() => {
      const query = { q: '', sort: 'full_name', filters: this.filters() };
      this.version();
      untracked(() => void this.store.show(query));
    });
  }
}
