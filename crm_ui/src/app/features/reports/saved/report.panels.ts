import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { AlertOpener } from '@shared/alert/alert.opener';
import { DialogService } from '@shared/dialog/dialog.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { ScheduleOpener } from '@shared/schedule/schedule.opener';
import { VersionsOpener } from '@shared/versions/versions.opener';
import { ReportBuilder } from '../builder/report.builder';
import type { EmbedData } from './embed-panel.component';
import { ReportFile } from './report.file';
import { SavedClient } from './saved.client';
import { ShareOpener } from './share.opener';
import { changeText } from './version.words';

/** The panels of a saved report: its versions, whom it is shared with, sending it by e-mail, watching its values, and the pages of others that show it. */
@Injectable()
export class ReportPanels {
  readonly alerts = inject(AlertOpener);
  readonly schedules = inject(ScheduleOpener);
  private readonly builder = inject(ReportBuilder);
  private readonly client = inject(SavedClient);
  private readonly dialogs = inject(DialogService);
  private readonly file = inject(ReportFile);
  private readonly notice = inject(NoticeService);
  private readonly sharing = inject(ShareOpener);
  private readonly versioned = inject(VersionsOpener);

  /** The version that the reader wants back. */
  async versions(): Promise<number | undefined> {
    const report = this.file.saved();
    if (!report) return undefined;
    const [{ id, version: current }, words] = [report, this.builder.words()];
    const changes = async (version: number): Promise<readonly string[]> => {
      const [now, before] = await Promise.all([this.client.version(id, version, version - 1), this.client.version(id, version - 1, null)]);
      const values = [...now.definition.values, ...before.definition.values];
      return (now.changes ?? []).map((change) => changeText(change, values, words));
    };
    return this.versioned.open({ list: () => this.client.versions(id), changes, current, mayRestore: this.file.mayEdit() });
  }

  async share(): Promise<void> {
    const report = this.file.saved();
    if (report && (await this.sharing.open({ path: 'reports', id: report.id }))) await this.file.open(report.id);
  }

  async embed(): Promise<void> {
    const report = this.file.saved();
    if (!report) return;
    const { EmbedPanelComponent } = await import('./embed-panel.component');
    await firstValueFrom(this.dialogs.openAside<unknown, EmbedData, never>(EmbedPanelComponent, { data: { report }, width: '560px', ariaLabelledBy: 'crm-embed-title', autoFocus: 'first-heading' }).afterClosed());
  }

  /** Sends it by e-mail, when the reader says. */
  async schedule(): Promise<void> {
    const report = this.file.saved();
    if (report && await this.schedules.open({ schedule: null, report })) this.notice.say(this.builder.text('schedule.done'));
  }

  /** Watches a value of it: the total, or its rows. */
  async alert(value?: string, rows: 'total' | 'any' = 'total'): Promise<void> {
    const report = this.file.saved();
    if (report) await this.alerts.open({ alert: null, seed: { report_id: report.id, rows, ...(value === undefined ? {} : { value }) } });
  }
}
