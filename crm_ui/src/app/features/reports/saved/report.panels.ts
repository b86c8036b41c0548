import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { DialogService } from '@shared/dialog/dialog.service';
import { ReportBuilder } from '../builder/report.builder';
import { ReportFile } from './report.file';
import { ShareOpener } from './share.opener';
import type { VersionsData } from './versions-panel.component';

/** The panels of a saved report: its versions, and whom it is shared with. */
@Injectable()
export class ReportPanels {
  private readonly builder = inject(ReportBuilder);
  private readonly dialogs = inject(DialogService);
  private readonly file = inject(ReportFile);
  private readonly sharing = inject(ShareOpener);

  /** The version that the reader wants back. */
  async versions(): Promise<number | undefined> {
    const report = this.file.saved();
    if (!report) return undefined;
    const { VersionsPanelComponent } = await import('./versions-panel.component');
    const data: VersionsData = { report, words: this.builder.words(), mayRestore: this.file.mayEdit() };
    return firstValueFrom(this.dialogs.openAside<unknown, VersionsData, number>(VersionsPanelComponent, { data, width: '560px', ariaLabelledBy: 'crm-versions-title', autoFocus: 'first-heading' }).afterClosed());
  }

  async share(): Promise<void> {
    const report = this.file.saved();
    if (report && (await this.sharing.open({ path: 'reports', id: report.id }))) await this.file.open(report.id);
  }
}
