import { ChangeDetectionStrategy, Component, computed, DestroyRef, effect, inject, input, output, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { ChipComponent } from '@shared/chip/chip.component';
import { NoticeService } from '@shared/dialog/notice.service';
import { RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { EmptyComponent, ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { TabsComponent } from '@shared/states/tabs.component';
import { AdminWords } from '../admin.words';
import { DeliveryAttemptsComponent } from './delivery-attempts.component';
import { DELIVERY_TONES } from './webhook.calc';
import { Delivery, DELIVERY_STATES, DeliveryState, Webhook } from './webhook.model';
import { WebhookWords } from './webhook.words';

const PAGE = 50;
const LOOK_MS = 700;
/** Longer than an endpoint may take to answer. */
const LOOKS = 30;

/** What was sent to a webhook, newest event first; each opens to its attempts and can be sent again. State and open delivery stand in the address. */
@Component({
  selector: 'crm-delivery-log',
  imports: [TranslatePipe, ChipComponent, DeliveryAttemptsComponent, EmptyComponent, IconComponent, ProblemComponent, RelativePipe, SkeletonComponent, TabsComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card' },
  template: `
    <header><h2>{{ 'webhooks.log' | translate }}</h2><button type="button" class="crm-icon-button crm-icon-button--small" (click)="load()" [attr.aria-label]="'webhooks.refresh' | translate" [title]="'webhooks.refresh' | translate"><crm-icon name="refresh" [size]="15" /></button></header>
    <crm-tabs #tabs="crmTabs" look="segmented" [tabs]="tabList()" [active]="status()" (activeChange)="go({ status: $event === 'all' ? null : $event, delivery: null })" [label]="'webhooks.log' | translate" />
    <div role="tabpanel" [id]="tabs.panelId" [attr.aria-labelledby]="tabs.id + '-' + status()">
      @if (waiting()) { <p class="waiting" role="status"><crm-icon name="send" [size]="15" />{{ 'webhooks.pinging' | translate }}</p> }
      @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="items().length > 0" (retry)="load()" /> }
      @else if (loading() && items().length === 0) { <crm-skeleton [lines]="6" /> }
      @else if (items().length === 0) { <crm-empty icon="send" [title]="(status() === 'all' ? 'webhooks.logNone' : 'table.emptyFiltered') | translate" [text]="status() === 'all' ? ('webhooks.logNoneText' | translate) : ''" /> }
      @else {
        <ul>
          @for (one of items(); track one.id) {
            <li [class.open]="one.id === open()">
              <div class="row">
                <button type="button" class="head" [attr.aria-expanded]="one.id === open()" [attr.aria-controls]="'attempts-' + one.id" (click)="go({ delivery: one.id === open() ? null : one.id })" [attr.data-delivery]="one.id" [attr.data-status]="one.status">
                  <crm-icon class="turn" [name]="one.id === open() ? 'chevron-down' : 'chevron-right'" [size]="15" />
                  <crm-chip [tone]="tones[one.status]">{{ 'webhooks.delivery.' + one.status | translate }}</crm-chip>
                  <span class="what crm-ellipsis">{{ words.event(one.event_type) }}</span>
                  <span class="when">{{ one.last_attempt_at | crmRelative }}</span>
                  <span class="tries">{{ 'webhooks.tries' | translate: { count: { value: one.attempts, text: admin.number(one.attempts) } } }}</span>
                </button>
                @if (mayWrite()) { <button type="button" class="crm-icon-button crm-icon-button--small" (click)="resend(one)" [attr.aria-disabled]="!webhook().is_enabled" [attr.aria-label]="('webhooks.resend' | translate) + ': ' + words.event(one.event_type)" [title]="'webhooks.resend' | translate" data-test="resend"><crm-icon name="send" [size]="15" /></button> }
              </div>
              @if (one.id === open()) { <crm-delivery-attempts [id]="'attempts-' + one.id" [webhookId]="webhook().id" [delivery]="one" /> }
            </li>
          }
        </ul>
        @if (cursor()) { <button type="button" class="crm-button more" [attr.aria-disabled]="loading()" (click)="more()">{{ (loading() ? 'table.loadingMore' : 'nav.more') | translate }}</button> }
      }
    </div>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-3); padding: var(--crm-4); align-content: start; min-inline-size: 0; } header { display: flex; align-items: center; justify-content: space-between; } crm-tabs { justify-self: start; max-inline-size: 100%; } [role='tabpanel'] { min-inline-size: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--crm-2); }
    li { border-block-end: 1px solid var(--crm-border); } li:last-child { border: 0; } .row { display: flex; align-items: center; gap: var(--crm-2); } .head { flex: 1; min-inline-size: 0; display: grid; grid-template-columns: auto 116px minmax(0, 1fr) auto 92px; align-items: center; gap: var(--crm-3); min-block-size: 40px; text-align: start; border-radius: 4px; } .head:hover { background: var(--crm-hover); } .head:focus-visible { outline-offset: -2px; }
    crm-chip { justify-self: start; } .what { font-weight: 500; } .when, .tries { font-size: var(--crm-text-13); color: var(--crm-text-2); } .tries { text-align: end; } .turn { color: var(--crm-text-3); } .waiting { display: flex; align-items: center; gap: var(--crm-2); padding: var(--crm-2) var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-info-soft); font-size: var(--crm-text-13); } .more { justify-self: start; }
    @media (max-width: 720px) { .head { grid-template-columns: auto auto minmax(0, 1fr); gap: 2px var(--crm-2); padding-block: 6px; } .what { grid-column: 1 / -1; grid-row: 2; padding-inline-start: 23px; } .when { text-align: end; } .tries { display: none; } }
  `,
})
export class DeliveryLogComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly notice = inject(NoticeService);
  protected readonly admin = inject(AdminWords);
  protected readonly words = inject(WebhookWords);
  /** The webhook. */
  readonly webhook = input.required<Webhook>();
  /** Grows when there is news. */
  readonly news = input(0);
  /** A delivery that is on its way and opened once it was attempted. */
  readonly pinged = input<string | null>(null);
  /** Whether the reader may send again. */
  readonly mayWrite = input(false);
  /** Something was sent or attempted. */
  readonly changed = output();

  private readonly params = toSignal(this.route.queryParamMap, { initialValue: this.route.snapshot.queryParamMap });
  protected readonly status = computed(() => DELIVERY_STATES.find((one) => one === this.params().get('status')) ?? 'all');
  protected readonly open = computed(() => this.params().get('delivery'));
  protected readonly tabList = computed(() => (['all', ...DELIVERY_STATES] as const).map((key) => ({ key, label: this.admin.text(key === 'all' ? 'shared.all' : `webhooks.delivery.${key}`) })));
  protected readonly items = signal<readonly Delivery[]>([]);
  protected readonly cursor = signal<string | null>(null);
  protected readonly loading = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly waiting = signal(false);
  protected readonly tones: Readonly<Record<DeliveryState, (typeof DELIVERY_TONES)[DeliveryState]>> = DELIVERY_TONES;
  private readonly webhookId = computed(() => this.webhook().id);
  private run = 0;
  private gone = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.gone = true;
      clearTimeout(this.timer);
    });
    effect(() => {
      this.status();
      this.news();
      this.webhookId();
      untracked(() => void this.load());
    });
    effect(() => {
      const id = this.pinged();
      if (id) untracked(() => this.await((items) => items.some((one) => one.id === id), id));
    });
  }

  protected go(params: { readonly status?: string | null; readonly delivery?: string | null }): void {
    void this.router.navigate([], { relativeTo: this.route, queryParams: params, queryParamsHandling: 'merge', replaceUrl: true });
  }

  protected async load(): Promise<void> {
    await this.read(null);
  }

  protected async more(): Promise<void> {
    if (!this.loading()) await this.read(this.cursor());
  }

  protected async resend(delivery: Delivery): Promise<void> {
    if (!this.webhook().is_enabled) return;
    try {
      await this.api.post(`webhooks/${this.webhook().id}/deliveries/${delivery.id}/resend`, {});
      this.await((items) => items.some((one) => one.id === delivery.id && one.last_attempt_at !== delivery.last_attempt_at), delivery.id);
    } catch (error) {
      this.notice.fail(error);
    }
  }

  private async read(cursor: string | null): Promise<void> {
    const run = ++this.run;
    this.loading.set(true);
    this.problem.set(null);
    try {
      const page = await this.api.get<Page<Delivery>>(`webhooks/${this.webhook().id}/deliveries`, { limit: String(PAGE), ...(this.status() === 'all' ? {} : { status: this.status() }), ...(cursor ? { cursor } : {}) });
      if (run !== this.run) return;
      this.items.update((items) => (cursor === null ? page.items : [...items, ...page.items]));
      this.cursor.set(page.next_cursor);
    } catch (error) {
      if (run === this.run) this.problem.set(toProblem(error));
    } finally {
      if (run === this.run) this.loading.set(false);
    }
  }

  /** Looks at the log until what was sent shows there, then opens it. */
  private await(there: (items: readonly Delivery[]) => boolean, id: string): void {
    clearTimeout(this.timer);
    this.waiting.set(true);
    if (this.status() !== 'all') this.go({ status: null, delivery: null });
    const look = async (left: number): Promise<void> => {
      await this.load();
      if (this.gone) return;
      if (!there(this.items()) && left > 0) {
        this.timer = setTimeout(() => void look(left - 1), LOOK_MS);
        return;
      }
      this.waiting.set(false);
      if (!there(this.items())) return;
      this.go({ delivery: id });
      this.changed.emit();
    };
    void look(LOOKS);
  }
}
