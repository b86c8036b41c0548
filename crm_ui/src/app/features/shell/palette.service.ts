import { inject, Injectable } from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { DialogService } from '@shared/dialog/dialog.service';

/** Opens the command palette; its code comes with the first use. */
@Injectable({ providedIn: 'root' })
export class PaletteService {
  private readonly dialogs = inject(DialogService);
  private opened: MatDialogRef<unknown> | null = null;

  /** Opens it, or leaves it open. */
  async open(): Promise<void> {
    if (this.opened) return;
    const { PaletteComponent } = await import('./palette.component');
    this.opened ??= this.dialogs.open(PaletteComponent, { width: '620px', maxWidth: 'calc(100vw - 24px)', position: { top: 'min(14vh, 120px)' }, ariaLabelledBy: 'crm-palette-title', autoFocus: 'input' });
    this.opened.afterClosed().subscribe(() => (this.opened = null));
  }
}
