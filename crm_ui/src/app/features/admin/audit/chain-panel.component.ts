import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { Again } from '@core/again';
import { NoticeService } from '@shared/dialog/notice.service';
import { CountPipe, NumberPipe, PercentPipe, RelativePipe } from '@shared/format/format.pipes';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { differencesOf, isRunning, progressOf } from './audit.calc';
import { AuditChain, Verification } from './audit.model';

const LOOK_MS = 800;
const SHOWN = 5;

/** Whether the log is as it was written: the newest seal, the last verification, and a button that has the server verify all of it. */
@Component({
  selector: 'crm-chain-panel',
  imports: [RouterLink, TranslatePipe, CountPipe, IconComponent, NumberPipe, PercentPipe, ProblemComponent, RelativePipe, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card', '[attr.data-state]': 'state()' },
  template: `
    @if (chain(); as chain) {
      <span class="mark"><crm-icon [name]="state() === 'sound' ? 'shield-check' : state() === 'broken' ? 'shield-alert' : 'shield'" [size]="22" /></span>
      <div class="words">
        <h2 data-test="verdict">{{ 'audit.chain.' + state() | translate: { share: (share() | crmPercent: 0) } }}</h2>
        <p class="crm-muted">
          @if (chain.head; as head) { {{ 'audit.chain.sealed' | translate: { position: (head.position | crmNumber), at: (head.sealed_at | crmRelative) } }} } @else { {{ 'audit.chain.unsealed' | translate }} }
          @if (chain.waiting) { {{ 'audit.chain.waiting' | translate: { count: (chain.waiting | crmCount) } }} }
          @if (!chain.sealing) { <strong>{{ 'audit.chain.off' | translate }}</strong> }
        </p>
        @if (last(); as one) {
          @if (running()) { <progress [value]="share() ?? null" max="1" [attr.aria-label]="'audit.chain.progress' | translate"></progress> }
          @else if (one.status === 'failed') { <p>{{ 'audit.chain.failed.' + one.error | translate }}</p> }
          @else { <p class="crm-muted">{{ 'audit.chain.checked' | translate: { count: (one.checked | crmCount), at: (one.finished_at | crmRelative) } }}@if (one.anchors; as anchors) { {{ (anchors.reachable ? 'audit.chain.anchors' : 'audit.chain.noAnchors') | translate: { count: (anchors.compared | crmCount) } }} }</p> }
          @if (one.sound === false) {
            <div class="found"><h3>{{ 'audit.chain.first' | translate: { shown: (shown().length | crmNumber), count: (differences() | crmCount) } }}</h3>
              <ol>@for (finding of shown(); track $index) { <li data-test="finding"><strong>@if (finding.position !== null) { {{ 'audit.chain.at' | translate: { position: (finding.position | crmNumber) } }} } @else { {{ 'audit.chain.nowhere' | translate }} }</strong> {{ 'audit.finding.' + finding.kind | translate }}@if (finding.id && finding.kind !== 'removed') {&ngsp;<a [routerLink]="['/admin/audit', finding.id]">{{ 'audit.chain.entry' | translate }}</a> }</li> }</ol>
              <p>{{ 'audit.chain.keep' | translate }}</p></div>
          }
        }
      </div>
      <button type="button" class="crm-button" (click)="verify()" [attr.aria-disabled]="running() || asking()" data-test="verify"><crm-icon name="shield-check" [size]="16" />{{ (running() ? 'audit.chain.verifying' : 'audit.chain.verify') | translate }}</button>
    } @else if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" (retry)="load()" /> } @else { <crm-skeleton [lines]="2" /> }
    <span class="crm-visually-hidden" role="status">{{ said() ? (said() | translate) : '' }}</span>
  `,
  styles: `
    :host { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: var(--crm-2) var(--crm-4); align-items: start; padding: var(--crm-4); } :host > crm-problem, :host > crm-skeleton { grid-column: 1 / -1; }
    .mark { display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 50%; background: var(--crm-stale-soft); color: var(--crm-stale); } :host([data-state='sound']) .mark { background: var(--crm-won-soft); color: var(--crm-won); } :host([data-state='broken']) .mark { background: var(--crm-lost-soft); color: var(--crm-lost); } :host([data-state='running']) .mark { background: var(--crm-accent-soft); color: var(--crm-accent); }
    :host([data-state='broken']) { border-color: var(--crm-lost); } .words { display: grid; gap: 2px; min-inline-size: 0; } p { font-size: var(--crm-text-13); } progress { inline-size: min(360px, 100%); block-size: 8px; margin-block-start: var(--crm-2); accent-color: var(--crm-accent-fill); }
    .found { display: grid; gap: var(--crm-2); margin-block-start: var(--crm-2); padding: var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-lost-soft); } ol { display: grid; gap: 4px; font-size: var(--crm-text-13); } li strong { font-weight: 600; margin-inline-end: 4px; } li a { text-decoration: underline; text-underline-offset: 2px; }
    @media (max-width: 720px) { :host { grid-template-columns: auto minmax(0, 1fr); } :host > button { grid-column: 1 / -1; } }
  `,
})
export class ChainPanelComponent {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  protected readonly chain = signal<AuditChain | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly asking = signal(false);
  /** Key of what screen readers are told when a verification ends here. */
  protected readonly said = signal('');
  protected readonly last = computed((): Verification | null => this.chain()?.verification ?? null);
  protected readonly running = computed(() => isRunning(this.last()));
  protected readonly share = computed(() => { const one = this.last(); return one ? progressOf(one) : null; });
  protected readonly differences = computed(() => { const one = this.last(); return one ? differencesOf(one) : 0; });
  protected readonly shown = computed(() => this.last()?.findings.slice(0, SHOWN) ?? []);
  protected readonly state = computed((): 'unknown' | 'running' | 'sound' | 'broken' => {
    const one = this.last();
    if (this.running()) return 'running';
    return one === null || one.sound === null ? 'unknown' : one.sound ? 'sound' : 'broken';
  });
  private readonly again = new Again(() => this.load());

  constructor() {
    void this.load();
  }

  protected async load(): Promise<void> {
    const before = this.running();
    try {
      this.chain.set(await this.api.get<AuditChain>('audit/chain'));
      this.problem.set(null);
    } catch (error) {
      if (this.chain() === null) this.problem.set(toProblem(error));
    }
    if (before && !this.running()) this.said.set(`audit.chain.${this.state()}`);
    this.again.in(this.running() ? LOOK_MS : null);
  }

  protected async verify(): Promise<void> {
    if (this.running() || this.asking()) return;
    this.asking.set(true);
    this.said.set('audit.chain.verifying');
    try {
      const verification = await this.api.post<Verification>('audit/verifications', {});
      this.chain.update((chain) => chain && { ...chain, verification });
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.asking.set(false);
      await this.load();
    }
  }
}
