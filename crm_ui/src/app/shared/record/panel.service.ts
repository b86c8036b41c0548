import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { DialogService } from '../dialog/dialog.service';
import { RecordFormComponent, RecordFormData } from './record-form.component';

/** Opens the form of a record in a panel at the end of the line of reading. */
@Injectable({ providedIn: 'root' })
export class RecordPanelService {
  private readonly dialogs = inject(DialogService);

  /** What was saved, or undefined when the person left the form. */
  async open<T>(data: RecordFormData<T>): Promise<T | undefined> {
    const dialog = this.dialogs.openAside<RecordFormComponent, RecordFormData<T>, T>(RecordFormComponent, { data, width: '480px', ariaLabelledBy: 'crm-record-form-title', autoFocus: 'input, select, textarea' });
    return firstValueFrom(dialog.afterClosed());
  }
}
