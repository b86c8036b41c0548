import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { LocaleService } from '@core/i18n/locale.service';
import { DialogService } from '@shared/dialog/dialog.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { PageReader } from '@shared/format/reader';
import { localName } from '@shared/record/names';
import { SavedClient } from './saved.client';
import { Shareable } from './saved.model';
import type { ShareData } from './share-panel.component';

/** Opens the panel that says whom a report or a folder is shared with. */
@Injectable({ providedIn: 'root' })
export class ShareOpener {
  private readonly client = inject(SavedClient);
  private readonly dialogs = inject(DialogService);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly page = inject(PageReader);

  /** True when it was shared anew. */
  async open(of: Shareable): Promise<boolean> {
    try {
      const [shares, audience, { SharePanelComponent }] = await Promise.all([this.client.shares(of), this.client.audience(), import('./share-panel.component')]);
      const data: ShareData = { of, shares, roles: audience.map((role) => ({ key: role.key, name: localName(this.locale.language(), role) })) };
      if (!(await firstValueFrom(this.dialogs.openAside<unknown, ShareData, boolean>(SharePanelComponent, { data, width: '520px', ariaLabelledBy: 'crm-share-title', autoFocus: 'first-heading' }).afterClosed()))) return false;
      this.notice.say(this.page.reader().text('reports.share.done'));
      return true;
    } catch (error) {
      this.notice.fail(error);
      return false;
    }
  }
}
