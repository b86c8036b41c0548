import { inject, Injectable } from '@angular/core';
import { DialogService } from '../dialog/dialog.service';
import { NumberQuestion } from './number.model';

/** Opens what is behind a number in a panel at the end of the line of reading. */
@Injectable({ providedIn: 'root' })
export class NumberPanelService {
  private readonly dialogs = inject(DialogService);

  /** Shows definition, freshness, proof, SQL and records of a number. */
  async open(question: NumberQuestion): Promise<void> {
    // Read when it is wanted, so that pages of tiles stay light.
    const { NumberPanelComponent } = await import('./number-panel.component');
    this.dialogs.openAside(NumberPanelComponent, { data: question, width: '760px', ariaLabelledBy: 'crm-number-panel-title', autoFocus: 'first-heading' });
  }
}
