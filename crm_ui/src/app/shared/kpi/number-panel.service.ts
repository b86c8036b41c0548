import { inject, Injectable } from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { DialogService } from '../dialog/dialog.service';
import { NumberQuestion } from './number.model';

/** Opens what is behind a number in a panel at the end of the line of reading. */
@Injectable({ providedIn: 'root' })
export class NumberPanelService {
  private readonly dialogs = inject(DialogService);
  private shown: { readonly of: string; readonly panel: Promise<MatDialogRef<unknown>> } | null = null;

  /** Shows definition, freshness, proof, SQL and records of a number; the panel that is open. */
  open(question: NumberQuestion): Promise<MatDialogRef<unknown>> {
    const of = JSON.stringify(question);
    // A double click asks twice.
    if (this.shown?.of === of) return this.shown.panel;
    const panel = this.made(question);
    const shown = { of, panel };
    this.shown = shown;
    const closed = (): void => { if (this.shown === shown) this.shown = null; };
    panel.then((ref) => { ref.afterClosed().subscribe(closed); }, closed);
    return panel;
  }

  private async made(question: NumberQuestion): Promise<MatDialogRef<unknown>> {
    // Read when it is wanted, so that pages of tiles stay light.
    const { NumberPanelComponent } = await import('./number-panel.component');
    return this.dialogs.openAside(NumberPanelComponent, { data: question, width: '760px', ariaLabelledBy: 'crm-number-panel-title', autoFocus: 'first-heading' });
  }
}
