import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { TranslatePipe } from '@ngx-translate/core';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { CountPipe } from '@shared/format/format.pipes';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { IconComponent } from '@shared/icon/icon.component';
import { ProblemComponent } from '@shared/states/states.component';
import { lsnOf } from './webhook.calc';
import { Replayed, Webhook } from './webhook.model';

/** Sends everything from a time or a position of the log on again. */
@Component({
  selector: 'crm-replay',
  imports: [TranslatePipe, ControlDirective, CountPipe, FieldComponent, IconComponent, ProblemComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'crm-card' },
  template: `
    <h2>{{ 'webhooks.replay' | translate }}</h2><p class="crm-muted">{{ 'webhooks.replayText' | translate }}</p>
    <form novalidate (submit)="$event.preventDefault(); send()">
      <div class="kinds"><label><input type="radio" name="from" [checked]="from() === 'since'" (change)="from.set('since')" />{{ 'webhooks.since' | translate }}</label><label><input type="radio" name="from" [checked]="from() === 'lsn'" (change)="from.set('lsn')" data-test="by-position" />{{ 'webhooks.position' | translate }}</label></div>
      @if (from() === 'since') { <crm-field [label]="'webhooks.since' | translate" [error]="tried() && !start() ? ('record.required' | translate) : null"><input crmControl type="datetime-local" name="since" [value]="since()" (input)="since.set($any($event.target).value)" /></crm-field> }
      @else { <crm-field [label]="'webhooks.position' | translate" [hint]="'webhooks.positionHint' | translate" [error]="tried() && !start() ? ('webhooks.positionWrong' | translate) : null"><input crmControl type="text" inputmode="numeric" dir="ltr" name="lsn" autocomplete="off" [value]="lsn()" (input)="lsn.set($any($event.target).value)" /></crm-field> }
      <button type="submit" class="crm-button" [attr.aria-disabled]="busy() || !webhook().is_enabled" data-test="replay"><crm-icon name="history" [size]="16" />{{ 'webhooks.replayAction' | translate }}</button>
      @if (!webhook().is_enabled) { <p class="hint">{{ 'webhooks.replayOff' | translate }}</p> }
      @if (problem(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="false" /> }
      @if (done(); as result) {
        <div class="done" role="status"><p>{{ 'webhooks.replayed' | translate: { count: (result.queued | crmCount) } }}</p>
          @if (!result.complete) { <p>{{ 'webhooks.incomplete' | translate }}</p> }
          @if (result.more) { <button type="button" class="crm-button crm-button--small" (click)="goOn(result)">{{ 'webhooks.replayMore' | translate }}</button> }</div>
      }
    </form>
  `,
  styles: `
    :host { display: grid; gap: var(--crm-2); padding: var(--crm-4); min-inline-size: 0; } form { display: grid; gap: var(--crm-3); justify-items: start; } crm-field { inline-size: 100%; } .kinds { display: flex; flex-wrap: wrap; gap: var(--crm-1) var(--crm-4); } .kinds label { display: inline-flex; align-items: center; gap: 6px; min-block-size: 28px; }
    .hint { font-size: var(--crm-text-12); color: var(--crm-text-3); } .done { display: grid; gap: var(--crm-2); justify-items: start; padding: var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-info-soft); font-size: var(--crm-text-13); inline-size: 100%; } :host-context([dir='rtl']) [dir='ltr'] { text-align: right; }
  `,
})
export class ReplayComponent {
  private readonly api = inject(ApiClient);
  /** The webhook. */
  readonly webhook = input.required<Webhook>();
  /** Something was queued. */
  readonly replayed = output();

  protected readonly from = signal<'since' | 'lsn'>('since');
  protected readonly since = signal('');
  protected readonly lsn = signal('');
  protected readonly tried = signal(false);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly done = signal<Replayed | null>(null);
  protected readonly start = computed(() => {
    if (this.from() === 'lsn') { const lsn = lsnOf(this.lsn()); return lsn === null ? null : { lsn }; }
    const at = new Date(this.since());
    return Number.isNaN(at.getTime()) ? null : { since: at.toISOString() };
  });

  protected goOn({ last_lsn: lsn }: Replayed): void {
    this.from.set('lsn');
    this.lsn.set(lsn ?? '');
    void this.send();
  }

  protected async send(): Promise<void> {
    this.tried.set(true);
    const start = this.start();
    if (start === null || this.busy() || !this.webhook().is_enabled) return;
    this.busy.set(true);
    this.problem.set(null);
    this.done.set(null);
    try {
      this.done.set(await this.api.post<Replayed>(`webhooks/${this.webhook().id}/replay`, start));
      this.tried.set(false);
      this.replayed.emit();
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
