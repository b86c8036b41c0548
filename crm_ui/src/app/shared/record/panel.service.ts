import { inject, Injectable } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { LocaleService } from '@core/i18n/locale.service';
import { RecordFormComponent, RecordFormData } from './record-form.component';

/** Opens the form of a record in a panel at the end of the line of reading. */
@Injectable({ providedIn: 'root' })
export class RecordPanelService {
  private readonly dialogs = inject(MatDialog);
  private readonly locale = inject(LocaleService);

  /** What was saved, or undefined when the person left the form. */
  async open<T>(data: RecordFormData<T>): Promise<T | undefined> {
    const end = this.locale.direction() === 'rtl' ? { left: '0' } : { right: '0' };
    const dialog = this.dialogs.open<RecordFormComponent, RecordFormData<T>, T>(RecordFormComponent, {
      data, width: 'min(480px, 100vw)', maxWidth: '100vw', height: '100dvh', maxHeight: '100dvh', position: { top: '0', ...end }, panelClass: 'crm-side-panel',
      ariaLabelledBy: 'crm-record-form-title', autoFocus: 'input, select, textarea', restoreFocus: true,
    });
    return firstValueFrom(dialog.afterClosed());
  }
}
