import { ChangeDetectionStrategy, Component, inject, Injectable, signal } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { DialogService } from '@shared/dialog/dialog.service';
import { ValuePipe } from '@shared/format/format.pipes';

/** The reasons that most businesses know, as they are kept; they have words in both languages. */
export const LOST_REASONS = ['Price', 'Timing', 'No decision', 'No response', 'Budget cut', 'Competitor', 'Missing feature'] as const;

/** Asks why a deal was lost: one of the known reasons, or own words. */
@Component({
  selector: 'crm-lost-reason',
  imports: [TranslatePipe, ValuePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form (submit)="$event.preventDefault(); finish()">
      <h2 id="crm-lost-title">{{ 'deals.lost.title' | translate }}</h2><p class="crm-muted"><bdi>{{ name }}</bdi></p>
      <fieldset><legend class="crm-visually-hidden">{{ 'deals.lost.reason' | translate }}</legend>
        @for (reason of reasons; track reason) { <label><input type="radio" name="reason" [value]="reason" [checked]="chosen() === reason" (change)="pick(reason)" />{{ reason | crmValue: 'lost_reason' }}</label> }
        <label><input type="radio" name="reason" value="" [checked]="chosen() === ''" (change)="pick('')" />{{ 'deals.lost.other' | translate }}</label>
      </fieldset>
      @if (chosen() === '') { <label class="own"><span>{{ 'deals.lost.own' | translate }}</span><input class="crm-input" dir="auto" maxlength="200" [value]="own()" (input)="own.set($any($event.target).value)" [attr.aria-invalid]="asked() && !own().trim()" /></label> }
      @if (asked()) { <p class="error" role="alert">{{ 'deals.lost.needed' | translate }}</p> }
      <div class="actions"><button type="button" class="crm-button" (click)="dialog.close()">{{ 'shared.cancel' | translate }}</button><button type="submit" class="crm-button crm-button--danger">{{ 'deals.lost.action' | translate }}</button></div>
    </form>
  `,
  styles: `
    form { display: grid; gap: var(--crm-3); padding: var(--crm-6); } fieldset { display: grid; grid-template-columns: 1fr 1fr; gap: 2px var(--crm-3); border: 0; margin: 0; padding: 0; } fieldset label { display: flex; align-items: center; gap: var(--crm-2); min-block-size: 36px; cursor: pointer; }
    input[type='radio'] { margin: 0; } .own { display: grid; gap: 4px; font-size: var(--crm-text-13); } .error { font-size: var(--crm-text-13); color: var(--crm-lost); } .actions { display: flex; justify-content: flex-end; gap: var(--crm-2); margin-block-start: var(--crm-2); }
  `,
})
export class LostReasonComponent {
  protected readonly name = inject<string>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<LostReasonComponent, string>>(MatDialogRef);
  protected readonly reasons = LOST_REASONS;
  protected readonly chosen = signal<string | null>(null);
  protected readonly own = signal('');
  protected readonly asked = signal(false);

  protected pick(reason: string): void {
    this.chosen.set(reason);
    this.asked.set(false);
  }

  protected finish(): void {
    const reason = this.chosen() === '' ? this.own().trim() : this.chosen();
    if (reason) this.dialog.close(reason);
    else this.asked.set(true);
  }
}

/** Opens the question for the reason. */
@Injectable({ providedIn: 'root' })
export class LostReasonService {
  private readonly dialogs = inject(DialogService);

  /** The reason, or undefined when the person gave up. */
  ask(name: string): Promise<string | undefined> {
    return firstValueFrom(this.dialogs.open<LostReasonComponent, string, string>(LostReasonComponent, { data: name, width: 'min(440px, 92vw)', ariaLabelledBy: 'crm-lost-title', autoFocus: 'input' }).afterClosed());
  }
}
