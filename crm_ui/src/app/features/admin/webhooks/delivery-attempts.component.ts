import { ChangeDetectionStrategy, Component, computed, inject, input, resource } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { toProblem } from '@core/api/problem';
import { DatePipe, NumberPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Delivery, DeliveryDetail } from './webhook.model';
import { WebhookWords } from './webhook.words';

/** The attempts of one delivery: when, what came back, how long it took, what the endpoint said. */
@Component({
  selector: 'crm-delivery-attempts',
  imports: [TranslatePipe, DatePipe, IconComponent, NumberPipe, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (detail(); as detail) {
      <dl>
        <div><dt>{{ 'webhooks.message' | translate }}</dt><dd><code dir="ltr">{{ detail.message_id }}</code></dd></div>
        <div><dt>{{ 'webhooks.position' | translate }}</dt><dd><code dir="ltr">{{ detail.lsn }}</code></dd></div>
        <div><dt>{{ 'webhooks.happened' | translate }}</dt><dd>{{ detail.occurred_at | crmDate: 'datetime' }}</dd></div>
        @if (detail.next_attempt_at) { <div><dt>{{ 'webhooks.next' | translate }}</dt><dd>{{ detail.next_attempt_at | crmDate: 'datetime' }}</dd></div> }
      </dl>
      <ol>
        @for (one of detail.log; track one.request_id) {
          <li><crm-icon [name]="one.error === null ? 'circle-check' : 'circle-x'" [size]="16" [class.bad]="one.error !== null" />
            <div><p class="line"><strong><bdi>{{ words.outcome(one.status, one.error) }}</bdi></strong><span>{{ one.at | crmDate: 'date' }}, {{ one.at | crmDate: 'time' }}</span><bdi class="crm-number">{{ one.duration_ms | crmNumber }} {{ 'webhooks.ms' | translate }}</bdi></p>
              @if (one.response) { <pre dir="ltr" tabindex="0" role="group" [attr.aria-label]="'webhooks.response' | translate">{{ one.response }}</pre> } @else { <p class="crm-muted">{{ 'webhooks.noResponse' | translate }}</p> }
              <p class="request">{{ 'webhooks.request' | translate }} <code dir="ltr">{{ one.request_id }}</code></p></div></li>
        }
      </ol>
    } @else if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="record.reload()" /> } @else { <crm-skeleton [lines]="3" /> }
  `,
  styles: `
    :host { display: grid; gap: var(--crm-3); padding: var(--crm-3); margin-block-end: var(--crm-2); border-radius: var(--crm-radius); background: var(--crm-sunken); min-inline-size: 0; } dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(190px, 100%), 1fr)); gap: var(--crm-2) var(--crm-4); } dt, .request { font-size: var(--crm-text-12); color: var(--crm-text-3); } code { font: 400 var(--crm-text-12) ui-monospace, monospace; overflow-wrap: anywhere; }
    ol { display: grid; gap: var(--crm-3); } li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: var(--crm-2); } li > crm-icon { align-self: start; color: var(--crm-won); margin-block-start: 2px; } li > .bad { color: var(--crm-lost); } li > div { display: grid; gap: 4px; min-inline-size: 0; } .line { display: flex; flex-wrap: wrap; gap: 2px var(--crm-3); font-size: var(--crm-text-13); color: var(--crm-text-2); } strong { font-weight: 600; color: var(--crm-text); }
    pre { margin: 0; padding: var(--crm-2) var(--crm-3); max-block-size: 160px; overflow: auto; border: 1px solid var(--crm-border); border-radius: 4px; background: var(--crm-surface); font: 400 var(--crm-text-12) / 1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; text-align: left; } .crm-muted { font-size: var(--crm-text-13); }
  `,
})
export class DeliveryAttemptsComponent {
  private readonly api = inject(ApiClient);
  protected readonly words = inject(WebhookWords);
  /** The webhook's id. */
  readonly webhookId = input.required<string>();
  /** The delivery as the log has it; read anew when that changes. */
  readonly delivery = input.required<Delivery>();

  protected readonly record = resource({
    params: () => ({ hook: this.webhookId(), id: this.delivery().id, at: this.delivery().last_attempt_at }),
    loader: ({ params: { hook, id } }) => this.api.get<DeliveryDetail>(`webhooks/${hook}/deliveries/${id}`),
  });
  protected readonly detail = computed(() => (this.record.hasValue() ? this.record.value() : null));
  protected readonly problem = computed(() => (this.record.error() ? toProblem(this.record.error()?.cause ?? this.record.error()) : null));
}
