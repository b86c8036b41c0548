import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { ListFilter } from '@core/api/list.query';
import { ListStore } from '@core/api/list.store';
import { ChipComponent, Tone } from '../chip/chip.component';
import { EntityLinkComponent } from '../chip/entity-link.component';
import { DatePipe, NumberPipe, RelativePipe } from '../format/format.pipes';
import { IconComponent } from '../icon/icon.component';
import { IconName } from '../icon/icons';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '../states/states.component';
import { LookupService } from './lookup.service';
import { isRecent } from './names';
import { Activity } from './record.model';

const ICONS: Readonly<Record<string, IconName>> = { call: 'phone', email: 'mail', meeting: 'users', task: 'circle-check', note: 'file-text', message: 'inbox' };

/** Kinds that go from one side to the other. */
const SPOKEN = new Set(['call', 'email', 'message']);

/** The tone of an activity: late where it was due before now and is not done. */
export function activityTone({ status, due_at }: Pick<Activity, 'status' | 'due_at'>, now = Date.now()): Tone {
  if (status === 'done') return 'won';
  if (status === 'planned' && due_at !== null && Date.parse(due_at) < now) return 'risk';
  return status === 'planned' ? 'accent' : 'neutral';
}

/** The activities of a record, the latest first; what is planned stands above what was done. */
@Component({
  selector: 'crm-activities',
  imports: [TranslatePipe, ChipComponent, DatePipe, EmptyComponent, EntityLinkComponent, IconComponent, NumberPipe, ProblemComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (store.problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="store.reload()" /> }
    <ul [attr.aria-busy]="store.loading()">
      @for (item of rows(); track item.row.id) {
        <li>
          <span class="mark"><crm-icon [name]="item.icon" [size]="15" /></span>
          <div class="what">
            <p class="line"><strong><bdi>{{ item.row.subject || ('record.activity.kind.' + item.row.kind | translate) }}</bdi></strong>
              <crm-chip [tone]="item.tone">{{ (item.tone === 'risk' ? 'record.activity.late' : 'record.activity.status.' + item.row.status) | translate }}</crm-chip></p>
            <p class="crm-muted by"><span>{{ 'record.activity.kind.' + item.row.kind | translate }}</span>
              @if (item.row.direction && item.spoken) { <span>{{ 'record.activity.direction.' + item.row.direction | translate }}</span> }
              @if (item.row.outcome) { <span>{{ 'record.activity.outcome.' + item.row.outcome | translate }}</span> }
              @if (item.row.duration_minutes) { <span>{{ 'record.activity.minutes' | translate: { n: (item.row.duration_minutes | crmNumber) } }}</span> }</p>
            @if (item.row.body) { <p class="body"><bdi>{{ item.row.body }}</bdi></p> }
            <p class="by"><time [attr.datetime]="item.when" [title]="item.when | crmDate: 'datetime'">{{ recent(item.when) ? (item.when | crmRelative) : (item.when | crmDate) }}</time>@if (item.owner; as owner) { <bdi>{{ owner }}</bdi> }</p>
            @if (showDeal() && item.row.deal) { <crm-entity-link class="of" kind="deals" [to]="item.row.deal" /> } @else if (!showDeal() && item.row.contact) { <crm-entity-link class="of" kind="contacts" [to]="item.row.contact" /> }
          </div>
        </li>
      }
    </ul>
    @if (store.loading() || store.loadingMore()) { <crm-skeleton [lines]="3" /> }
    @else if (store.empty()) { <crm-empty icon="calendar" [title]="'record.activity.none' | translate" [text]="'record.activity.noneText' | translate" /> }
    @else if (!store.complete()) { <button type="button" class="crm-button crm-button--small" (click)="store.more()">{{ 'record.showEarlier' | translate }}</button> }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-3); justify-items: start; } ul, crm-skeleton, crm-problem, crm-empty { inline-size: 100%; }
    li { display: grid; grid-template-columns: 28px minmax(0, 1fr); gap: var(--crm-3); padding-block: var(--crm-3); border-block-end: 1px solid var(--crm-border); } li:first-child { padding-block-start: 0; } li:last-child { border: 0; }
    .mark { display: grid; place-items: center; inline-size: 28px; block-size: 28px; border-radius: 50%; background: var(--crm-sunken); color: var(--crm-text-2); }
    .what { display: grid; gap: 2px; min-inline-size: 0; } .line { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 4px var(--crm-3); } strong { font-weight: 500; overflow-wrap: anywhere; }
    .by { display: flex; flex-wrap: wrap; gap: 0 var(--crm-2); font-size: var(--crm-text-12); color: var(--crm-text-3); align-items: center; } .by > :not(:first-child)::before { content: '·'; margin-inline-end: var(--crm-2); color: var(--crm-text-3); } .of { font-size: var(--crm-text-13); }
    .body { font-size: var(--crm-text-13); white-space: pre-line; overflow-wrap: anywhere; }
  `,
})
export class ActivitiesComponent {
  private readonly lookup = inject(LookupService);
  /** Which activities, such as `deal_id` equals. */
  readonly filters = input.required<readonly ListFilter[]>();
  /** Names the deal of each instead of the contact. */
  readonly showDeal = input(false);

  private readonly api = inject(ApiClient);
  protected readonly recent = isRecent;
  protected readonly store = new ListStore<Activity>((query, options) => this.api.list('activities', query, options), 20);
  protected readonly rows = computed(() => this.store.items().map((row) => ({ row, icon: ICONS[row.kind] ?? 'activity', tone: activityTone(row), spoken: SPOKEN.has(row.kind), when: row.status === 'planned' ? row.due_at ?? row.occurred_at : row.occurred_at ?? row.due_at, owner: this.lookup.named(row.owner)?.name ?? null })));

  constructor() {
    effect(() => {
      const filters = this.filters();
      untracked(() => void this.store.show({ q: '', sort: '-occurred_at', filters }));
    });
  }
}
