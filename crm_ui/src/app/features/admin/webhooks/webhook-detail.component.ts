import { ChangeDetectionStrategy, Component, computed, effect, inject, input, resource, signal, untracked } from '@angular/core';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { Router } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient, Page } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { TranslatedTitleStrategy } from '@core/i18n/title.strategy';
import { SessionService } from '@core/session/session.service';
import { ChipComponent } from '@shared/chip/chip.component';
import { ConfirmService } from '@shared/dialog/confirm.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { DatePipe, NumberPipe, PercentPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { AdminWords } from '../admin.words';
import { SecretComponent } from '../secret.component';
import { DeliveryLogComponent } from './delivery-log.component';
import { ReplayComponent } from './replay.component';
import { SecretService } from './secret.service';
import { STATE_TONES, stateOf, successRate } from './webhook.calc';
import { WebhookForm } from './webhook-form.component';
import { Webhook, WebhookStatistics, WebhookWithSecret } from './webhook.model';
import { WebhookWords } from './webhook.words';

/** Hours for which the secret before a rotation goes on signing. */
const OVERLAPS = [0, 1, 24, 72, 168] as const;
const USUAL_OVERLAP = 24;

/** One webhook: how it does, what was sent, its secret, and sending again. */
@Component({
  selector: 'crm-webhook-detail',
  imports: [MatMenu, MatMenuItem, MatMenuTrigger, TranslatePipe, ChipComponent, DatePipe, DeliveryLogComponent, IconComponent, NumberPipe, PageHeaderComponent, PercentPipe, ProblemComponent, RelativePipe, ReplayComponent, SecretComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './webhook-detail.component.html',
  styles: `
    .note { display: flex; gap: var(--crm-2); align-items: flex-start; padding: var(--crm-3) var(--crm-4); border-radius: var(--crm-radius); background: var(--crm-risk-soft); color: var(--crm-text); } .note crm-icon { color: var(--crm-risk); margin-block-start: 1px; flex: none; } .note.stopped { background: var(--crm-lost-soft); } .note.stopped crm-icon { color: var(--crm-lost); }
    .numbers { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: var(--crm-4); } .numbers > div { display: grid; gap: 2px; padding: var(--crm-3) var(--crm-4); } .numbers dt { font-size: var(--crm-text-13); color: var(--crm-text-2); } .numbers dd { font-size: var(--crm-text-28); font-weight: 600; line-height: 1.2; } .numbers dd small { font-size: var(--crm-text-14); font-weight: 400; color: var(--crm-text-2); } .numbers .hint { font-size: var(--crm-text-12); font-weight: 400; line-height: 1.4; color: var(--crm-text-3); } .bad { color: var(--crm-lost); }
    .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(300px, 360px); gap: var(--crm-4); align-items: start; } .side { display: grid; gap: var(--crm-4); min-inline-size: 0; } section { display: grid; gap: var(--crm-3); padding: var(--crm-4); min-inline-size: 0; }
    .facts { display: grid; gap: var(--crm-3); } .facts dt { font-size: var(--crm-text-12); color: var(--crm-text-3); } .facts dd { overflow-wrap: anywhere; } .events { display: flex; flex-wrap: wrap; gap: 4px; margin-block-start: 2px; } .events li { padding: 1px 8px; border: 1px solid var(--crm-border); border-radius: 999px; font-size: var(--crm-text-12); }
    form { display: flex; flex-wrap: wrap; gap: var(--crm-2); align-items: end; } form label { display: grid; gap: 4px; flex: 1 1 150px; font-size: var(--crm-text-13); font-weight: 500; color: var(--crm-text-2); }
    @media (max-width: 1040px) { .columns { grid-template-columns: minmax(0, 1fr); } } @media (max-width: 720px) { .numbers { grid-template-columns: 1fr 1fr; gap: var(--crm-2); } .numbers dd { font-size: var(--crm-text-20); } .numbers .hint { font-size: var(--crm-text-12); } }
  `,
})
export class WebhookDetailComponent {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly form = inject(WebhookForm);
  private readonly secrets = inject(SecretService);
  private readonly confirm = inject(ConfirmService);
  private readonly notice = inject(NoticeService);
  private readonly session = inject(SessionService);
  private readonly title = inject(TranslatedTitleStrategy);
  protected readonly admin = inject(AdminWords);
  protected readonly words = inject(WebhookWords);
  /** The webhook's id, from the address. */
  readonly id = input.required<string>();

  protected readonly record = resource({ params: () => this.id(), loader: ({ params: id }) => this.api.get<Webhook>(`webhooks/${id}`) });
  protected readonly webhook = computed(() => (this.record.hasValue() ? this.record.value() : null));
  protected readonly problem = computed(() => (this.record.error() ? toProblem(this.record.error()?.cause ?? this.record.error()) : null));
  private readonly statistics = resource({
    params: () => this.id(), loader: async ({ params: id }) => (await this.api.get<Page<WebhookStatistics>>('webhooks/statistics')).items.find((one) => one.webhook_id === id) ?? null,
  });
  protected readonly numbers = computed(() => (this.statistics.hasValue() ? this.statistics.value() : null));
  protected readonly rate = computed(() => { const numbers = this.numbers(); return numbers ? successRate(numbers) : null; });
  protected readonly state = computed(() => { const webhook = this.webhook(); return webhook ? stateOf(webhook) : 'on'; });
  protected readonly tones = STATE_TONES;
  protected readonly overlaps = OVERLAPS;
  protected readonly overlap = signal<number>(USUAL_OVERLAP);
  /** The secret that is shown now. */
  protected readonly secret = signal<string | null>(null);
  protected readonly busy = signal(false);
  /** Grows when the log has news that it cannot know of. */
  protected readonly news = signal(0);
  /** The delivery of the last ping, which the log opens once it is there. */
  protected readonly pinged = signal<string | null>(null);
  protected readonly mayWrite = computed(() => this.session.can('webhooks', 'write'));
  protected readonly mayDelete = computed(() => this.session.can('webhooks', 'delete'));

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => this.secret.set(this.secrets.take(id)));
    });
    effect(() => {
      const webhook = this.webhook();
      if (webhook) this.title.name(webhook.name);
    });
  }

  /** The numbers and the state after something was sent. */
  protected refresh(): void {
    this.statistics.reload();
    this.record.reload();
  }

  protected edit(webhook: Webhook): Promise<void> {
    return this.run(async () => {
      const saved = await this.form.open(webhook.id);
      if (saved) this.record.set(saved);
    });
  }

  protected turn(webhook: Webhook): Promise<void> {
    return this.run(async () => {
      if (webhook.is_enabled && !(await this.ask('pause', webhook))) return;
      this.record.set(await this.api.patch<Webhook>(`webhooks/${webhook.id}`, { is_enabled: !webhook.is_enabled }));
      this.notice.say(this.admin.text(webhook.is_enabled ? 'webhooks.paused' : 'webhooks.resumed'));
    });
  }

  protected ping(webhook: Webhook): Promise<void> {
    return this.run(async () => {
      const { delivery_id: id } = await this.api.post<{ delivery_id: string }>(`webhooks/${webhook.id}/ping`, {});
      this.pinged.set(id);
    });
  }

  protected rotate(webhook: Webhook): Promise<void> {
    return this.run(async () => {
      const hours = this.overlap();
      if (!(await this.ask('rotate', webhook, hours === 0 ? 'rotateNowText' : 'rotateText'))) return;
      const { secret, ...saved } = await this.api.post<WebhookWithSecret>(`webhooks/${webhook.id}/rotate`, { overlap_hours: hours });
      this.record.set(saved);
      this.secret.set(secret);
    });
  }

  protected remove(webhook: Webhook): Promise<void> {
    return this.run(async () => {
      if (!(await this.ask('remove', webhook))) return;
      await this.api.remove(`webhooks/${webhook.id}`);
      await this.router.navigateByUrl('/admin/webhooks');
    });
  }

  protected replayed(): void {
    this.news.update((count) => count + 1);
    this.refresh();
  }

  private ask(what: 'pause' | 'rotate' | 'remove', { name }: Webhook, text = `${what}Text`): Promise<boolean> {
    return this.confirm.ask({ title: this.admin.text(`webhooks.${what}Title`, { name }), text: this.admin.text(`webhooks.${text}`), action: this.admin.text(what === 'remove' ? 'shared.delete' : `webhooks.${what}`), danger: what !== 'pause' });
  }

  private async run(work: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    try {
      await work();
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.busy.set(false);
    }
  }
}
