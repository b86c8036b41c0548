import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { Again } from '@core/again';
import { CountPipe, DatePipe, NumberPipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { PageHeaderComponent } from '@shared/states/page-header.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Erasure } from '../admin.model';
import { AdminWords } from '../admin.words';
import { ErasureRowsComponent } from './erasure-rows.component';

/** The stream takes about a second; whoever keeps the page open for long need not ask so often. */
const SOON_MS = 1000;
const LATER_MS = 10_000;
const SOON_TIMES = 60;

/** One erasure: the ledger at once, the warehouse with the stream, the certificate by hand. */
@Component({
  selector: 'crm-erasure-detail',
  imports: [TranslatePipe, CountPipe, DatePipe, ErasureRowsComponent, IconComponent, NumberPipe, PageHeaderComponent, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="crm-page">
      @if (erasure(); as one) {
        <crm-page-header [title]="'admin.privacy.one' | translate: { kind: words.text('admin.subject.' + one.subject_type) }" [subtitle]="'admin.reason.' + one.reason | translate" backTo="/admin/privacy" [backLabel]="'admin.privacy.title' | translate" />
        <section class="crm-card">
          <ol aria-live="polite">
            <li class="done"><span class="mark"><crm-icon name="check" [size]="14" /></span><div><strong>{{ 'admin.privacy.inLedger' | translate }}</strong><p class="crm-muted">{{ one.created_at | crmDate: 'datetime' }} · {{ 'admin.privacy.identifiers' | translate: { count: one.identifier_count | crmCount } }}</p></div></li>
            <li [class.done]="one.warehouse"><span class="mark">@if (one.warehouse) { <crm-icon name="check" [size]="14" /> } @else { <crm-icon name="clock" [size]="14" /> }</span>
              <div><strong>{{ 'admin.privacy.inWarehouse' | translate }}</strong>
                @if (one.warehouse; as there) { <p class="crm-muted" data-test="warehouse-done">{{ there.completed_at | crmDate: 'datetime' }} · {{ 'admin.privacy.removed' | translate: { count: there.removed | crmCount } }}</p> } @else { <p class="crm-muted">{{ 'admin.privacy.waiting' | translate }}</p> }</div></li>
            <li [class.done]="one.certified_at"><span class="mark">@if (one.certified_at) { <crm-icon name="check" [size]="14" /> } @else { <crm-icon name="badge-check" [size]="14" /> }</span>
              <div><strong>{{ 'admin.privacy.certificate' | translate }}</strong>
                @if (one.certified_at) { <p class="crm-muted">{{ one.certified_at | crmDate: 'datetime' }}</p><code dir="ltr">{{ one.certificate_hash }}</code> } @else { <p class="crm-muted">{{ 'admin.privacy.certificateText' | translate }}</p><code dir="ltr">npm run privacy:certificate -- --erasure {{ one.id }} --find-file FILE</code> }</div></li>
          </ol>
        </section>
        <section class="crm-card"><h2>{{ 'admin.privacy.erasedRows' | translate }}</h2><crm-erasure-rows [rows]="one.rows" />
          <dl><div><dt>{{ 'admin.privacy.id' | translate }}</dt><dd><code dir="ltr">{{ one.id }}</code></dd></div>@if (one.warehouse; as there) { <div><dt>{{ 'admin.privacy.position' | translate }}</dt><dd class="crm-number"><bdi dir="ltr">{{ there.lsn }}</bdi></dd></div> }<div><dt>{{ 'admin.privacy.identifierCount' | translate }}</dt><dd class="crm-number">{{ one.identifier_count | crmNumber }}</dd></div></dl>
        </section>
      } @else if (problem(); as problem) { <crm-problem [problem]="problem" (retry)="load()" /> }
      @else { <crm-skeleton [height]="56" /><crm-skeleton [height]="240" /> }
    </div>
  `,
  styles: `
    section { display: grid; gap: var(--crm-3); padding: var(--crm-4); max-inline-size: 860px; } ol { display: grid; } li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: var(--crm-3); padding-block-end: var(--crm-4); position: relative; } li:last-child { padding: 0; } li:not(:last-child)::before { content: ''; position: absolute; inset-inline-start: 12px; inset-block: 28px 2px; inline-size: 2px; background: var(--crm-border); }
    .mark { display: grid; place-items: center; inline-size: 26px; block-size: 26px; border-radius: 50%; background: var(--crm-stale-soft); color: var(--crm-stale); } .done .mark { background: var(--crm-won-soft); color: var(--crm-won); } strong { font-weight: 600; } code { display: inline-block; font: 400 var(--crm-text-12) ui-monospace, monospace; overflow-wrap: anywhere; color: var(--crm-text-2); text-align: start; }
    dl { display: grid; gap: var(--crm-3); } dt { font-size: var(--crm-text-12); color: var(--crm-text-3); }
  `,
})
export class ErasureDetailComponent {
  private readonly api = inject(ApiClient);
  protected readonly words = inject(AdminWords);
  /** The erasure's id, from the address. */
  readonly id = input.required<string>();
  protected readonly erasure = signal<Erasure | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  private readonly waiting = computed(() => this.erasure()?.warehouse === null);
  private readonly again = new Again(() => this.load());
  private asked = 0;

  constructor() {
    effect(() => {
      this.id();
      untracked(() => void this.load());
    });
  }

  protected async load(): Promise<void> {
    try {
      this.erasure.set(await this.api.get<Erasure>(`privacy/erasures/${this.id()}`));
      this.problem.set(null);
    } catch (error) {
      this.problem.set(toProblem(error));
      if (this.erasure() === null) return;
    }
    if (!this.waiting()) return;
    this.asked += 1;
    this.again.in(this.asked < SOON_TIMES ? SOON_MS : LATER_MS);
  }
}
