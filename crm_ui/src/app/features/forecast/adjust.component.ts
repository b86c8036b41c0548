import { ChangeDetectionStrategy, Component, computed, inject, Injectable, resource, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { ApiClient } from '@core/api/api.client';
import { Problem, toProblem } from '@core/api/problem';
import { DialogService } from '@shared/dialog/dialog.service';
import { ControlDirective, FieldComponent } from '@shared/field/field.component';
import { DatePipe, MoneyPipe } from '@shared/format/format.pipes';
import { plainNumber } from '@shared/record/names';
import { ProblemComponent, SkeletonComponent } from '@shared/states/states.component';
import { Adjustment } from './forecast.model';

/** Whose forecast is adjusted. */
export interface AdjustQuestion {
  readonly id: string;
  readonly name: string;
  readonly period: string;
  readonly periodText: string;
  readonly currency: string;
  /** The forecast as the deals give it. */
  readonly gross: string;
}

/** Adds to a forecast or takes off, with a reason; shows every version there was. */
@Component({
  selector: 'crm-adjust',
  imports: [TranslatePipe, ControlDirective, DatePipe, FieldComponent, MoneyPipe, ProblemComponent, SkeletonComponent],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form novalidate (submit)="$event.preventDefault(); save()">
      <h2 id="crm-adjust-title">{{ 'forecast.adjust.title' | translate }}</h2><p class="crm-muted"><bdi>{{ asked.name }}</bdi> · <bdi>{{ asked.periodText }}</bdi></p>
      @if (problem() ?? unread(); as failed) { <crm-problem [problem]="failed" [inline]="true" [retryable]="failed.status === 412" (retry)="again()" /> }
      <dl><div><dt>{{ 'forecast.money.forecast' | translate }}</dt><dd class="crm-number">{{ asked.gross | crmMoney: asked.currency }}</dd></div>
        <div><dt>{{ 'forecast.adjust.now' | translate }}</dt><dd class="crm-number">{{ (current()?.delta ?? '0') | crmMoney: (current()?.currency ?? asked.currency) }}</dd></div>
        <div><dt>{{ 'forecast.money.adjusted' | translate }}</dt><dd class="crm-number" aria-live="polite">{{ result() | crmMoney: asked.currency }}</dd></div></dl>
      <fieldset><legend class="crm-visually-hidden">{{ 'forecast.adjust.how' | translate }}</legend>
        @for (way of ways; track way) { <label><input type="radio" name="way" [value]="way" [checked]="way === kind()" (change)="kind.set(way)" />{{ 'forecast.adjust.' + way | translate }}</label> }</fieldset>
      <crm-field [label]="'forecast.adjust.amount' | translate" [hint]="'forecast.adjust.hint.' + kind() | translate" [error]="tried() && value() === null ? ('forecast.adjust.amountWrong' | translate) : null"><input crmControl name="amount" type="text" inputmode="decimal" dir="ltr" autocomplete="off" [value]="amount()" (input)="amount.set($any($event.target).value)" /></crm-field>
      <crm-field [label]="'forecast.adjust.reason' | translate" [error]="tried() && reason().trim().length < 3 ? ('forecast.adjust.reasonNeeded' | translate) : null"><textarea crmControl name="reason" rows="2" dir="auto" maxlength="500" [value]="reason()" (input)="reason.set($any($event.target).value)"></textarea></crm-field>
      <section aria-labelledby="crm-adjust-history"><h3 id="crm-adjust-history">{{ 'forecast.adjust.history' | translate }}</h3>
        @if (story.hasValue()) {
          <ol>@for (one of story.value().body.versions; track one.version) { <li><strong class="crm-number">{{ one.delta | crmMoney: one.currency }}</strong> <bdi>{{ one.reason }}</bdi><span class="crm-muted"><bdi>{{ one.author?.name ?? '–' }}</bdi> · {{ one.created_at | crmDate: 'datetime' }}</span></li> } @empty { <li class="crm-muted">{{ 'forecast.adjust.none' | translate }}</li> }</ol>
        } @else if (story.isLoading()) { <crm-skeleton [lines]="2" /> }
      </section>
      <div class="actions"><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--primary" [attr.aria-disabled]="busy() || !story.hasValue()">{{ 'forecast.adjust.action' | translate }}</button></div>
    </form>
  `,
  styles: `
    form { display: grid; gap: var(--crm-3); padding: var(--crm-6); } dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: var(--crm-2); padding: var(--crm-3); border-radius: var(--crm-radius); background: var(--crm-sunken); } dt { font-size: var(--crm-text-12); color: var(--crm-text-2); } dd { margin: 0; font-weight: 600; }
    fieldset { display: flex; flex-wrap: wrap; gap: var(--crm-1) var(--crm-4); border: 0; margin: 0; padding: 0; } fieldset label { display: flex; align-items: center; gap: var(--crm-2); min-block-size: 32px; cursor: pointer; } input[type='radio'] { margin: 0; } .crm-input { text-align: start; } textarea { block-size: auto; padding-block: 6px; }
    h3 { font-size: var(--crm-text-13); } ol { display: grid; gap: var(--crm-2); max-block-size: 180px; overflow: auto; margin-block-start: var(--crm-2); font-size: var(--crm-text-13); } li { display: grid; grid-template-columns: auto 1fr; gap: 0 var(--crm-3); } li .crm-muted { grid-column: 1 / -1; font-size: var(--crm-text-12); } .actions { display: flex; justify-content: flex-end; gap: var(--crm-2); }
  `,
})
export class AdjustComponent {
  private readonly api = inject(ApiClient);
  protected readonly asked = inject<AdjustQuestion>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<AdjustComponent, boolean>>(MatDialogRef);
  private readonly path = `forecasts/${this.asked.period}/adjustments/${this.asked.id}`;

  protected readonly ways = ['delta', 'amountOf'] as const;
  protected readonly kind = signal<(typeof this.ways)[number]>('delta');
  protected readonly amount = signal('');
  protected readonly reason = signal('');
  protected readonly tried = signal(false);
  protected readonly busy = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly story = resource({ loader: () => this.api.tagged<Adjustment>(this.path) });
  protected readonly current = computed(() => (this.story.hasValue() ? this.story.value().body.current : null));
  protected readonly unread = computed(() => (this.story.error() ? toProblem(this.story.error()?.cause ?? this.story.error()) : null));
  /** What was typed as the API takes it; null where it is no amount. */
  protected readonly value = computed(() => {
    const plain = plainNumber(this.amount());
    return plain !== null && /^-?\d{1,16}(\.\d{1,2})?$/.test(plain) ? plain : null;
  });
  /** A preview; what counts is computed by the API. */
  protected readonly result = computed(() => {
    const value = this.value();
    if (value !== null && this.kind() === 'amountOf') return Number(value);
    const current = this.current();
    // An adjustment in another currency is converted by the API only.
    const before = current === null ? 0 : current.currency === this.asked.currency ? Number(current.delta) : null;
    const delta = value === null ? before : Number(value);
    return delta === null ? null : Number(this.asked.gross) + delta;
  });

  protected again(): void {
    this.problem.set(null);
    this.story.reload();
  }

  protected async save(): Promise<void> {
    this.tried.set(true);
    const [value, reason] = [this.value(), this.reason().trim()];
    if (value === null || reason.length < 3 || this.busy() || !this.story.hasValue()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.api.put(this.path, { [this.kind() === 'delta' ? 'delta' : 'amount']: value, reason }, this.story.value().tag);
      this.dialog.close(true);
    } catch (error) {
      this.problem.set(toProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}

/** Opens the dialog. */
@Injectable({ providedIn: 'root' })
export class AdjustService {
  private readonly dialogs = inject(DialogService);

  /** True when the forecast was adjusted. */
  async ask(question: AdjustQuestion): Promise<boolean> {
    const dialog = this.dialogs.open<AdjustComponent, AdjustQuestion, boolean>(AdjustComponent, { data: question, width: 'min(520px, 94vw)', maxHeight: '92dvh', ariaLabelledBy: 'crm-adjust-title', autoFocus: 'input[name=amount]' });
    return (await firstValueFrom(dialog.afterClosed())) === true;
  }
}
