import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { DialogService } from '@shared/dialog/dialog.service';
import type { VersionsData } from './versions-panel.component';

/** Opens the panel of versions. */
@Injectable({ providedIn: 'root' })
export class VersionsOpener {
  private readonly dialogs = inject(DialogService);

  /** The version that the reader wants back. */
  async open(data: VersionsData): Promise<number | undefined> {
    const { VersionsPanelComponent } = await import('./versions-panel.component');
    return firstValueFrom(this.dialogs.openAside<unknown, VersionsData, number>(VersionsPanelComponent, { data, width: '560px', ariaLabelledBy: 'crm-versions-title', autoFocus: 'first-heading' }).afterClosed());
  }
}
