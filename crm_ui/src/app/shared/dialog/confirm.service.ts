import { ChangeDetectionStrategy, Component, inject, Injectable } from '@angular/core';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TranslatePipe } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { DialogService } from './dialog.service';

/** What is asked; texts are already translated. */
export interface ConfirmQuestion {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly danger?: boolean;
}

/** The dialog behind `ConfirmService`. */
@Component({
  selector: 'crm-confirm',
  imports: [TranslatePipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 id="crm-confirm-title">{{ question.title }}</h2><p class="crm-muted">{{ question.text }}</p>
    <div class="actions">
      <button type="button" class="crm-button" (click)="dialog.close(false)">{{ 'shared.cancel' | translate }}</button>
      <button type="button" class="crm-button" [class.crm-button--danger]="question.danger" [class.crm-button--primary]="!question.danger" (click)="dialog.close(true)">{{ question.action }}</button>
    </div>
  `,
  styles: `:host { display: grid; gap: var(--crm-3); padding: var(--crm-6); max-inline-size: 440px; } p { white-space: pre-line; overflow-wrap: anywhere; } .actions { display: flex; justify-content: flex-end; gap: var(--crm-2); margin-block-start: var(--crm-2); }`,
})
export class ConfirmComponent {
  protected readonly question = inject<ConfirmQuestion>(MAT_DIALOG_DATA);
  protected readonly dialog = inject<MatDialogRef<ConfirmComponent, boolean>>(MatDialogRef);
}

/** Asks before something that cannot be undone. */
@Injectable({ providedIn: 'root' })
export class ConfirmService {
  private readonly dialogs = inject(DialogService);

  /** True when the person agreed. */
  async ask(question: ConfirmQuestion): Promise<boolean> {
    const dialog = this.dialogs.open<ConfirmComponent, ConfirmQuestion, boolean>(ConfirmComponent, { data: question, role: 'alertdialog', ariaLabelledBy: 'crm-confirm-title', autoFocus: 'first-tabbable' });
    return (await firstValueFrom(dialog.afterClosed())) ?? false;
  }
}
