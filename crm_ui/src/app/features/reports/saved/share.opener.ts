import { inject, Injectable } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { ApiClient, Page } from '@core/api/api.client';
import { LocaleService } from '@core/i18n/locale.service';
import { SessionService } from '@core/session/session.service';
import { DialogService } from '@shared/dialog/dialog.service';
import { NoticeService } from '@shared/dialog/notice.service';
import { PageReader } from '@shared/format/reader';
import { localName } from '@shared/record/names';
import { SavedClient } from './saved.client';
import { Shareable } from './saved.model';
import type { ShareData } from './share-panel.component';

interface Role { readonly key: string; readonly name: string; readonly name_ar: string | null }

/** Opens the panel that says whom a report or a folder is shared with. */
@Injectable({ providedIn: 'root' })
export class ShareOpener {
  private readonly api = inject(ApiClient);
  private readonly client = inject(SavedClient);
  private readonly dialogs = inject(DialogService);
  private readonly locale = inject(LocaleService);
  private readonly notice = inject(NoticeService);
  private readonly page = inject(PageReader);
  private readonly session = inject(SessionService);

  /** True when it was shared anew. */
  async open(of: Shareable): Promise<boolean> {
    try {
      const [shares, roles, { SharePanelComponent }] = await Promise.all([this.client.shares(of), this.roles(), import('./share-panel.component')]);
      const data: ShareData = { of, shares, roles };
      if (!(await firstValueFrom(this.dialogs.openAside<unknown, ShareData, boolean>(SharePanelComponent, { data, width: '520px', ariaLabelledBy: 'crm-share-title', autoFocus: 'first-heading' }).afterClosed()))) return false;
      this.notice.say(this.page.reader().text('reports.share.done'));
      return true;
    } catch (error) {
      this.notice.fail(error);
      return false;
    }
  }

  /** Who may not read the roles can share with their own. */
  private async roles(): Promise<ShareData['roles']> {
    const own = (this.session.me()?.roles ?? []).map((key): Role => ({ key, name: key.replace(/_/g, ' '), name_ar: null }));
    const roles = this.session.can('roles', 'read') ? (await this.api.get<Page<Role>>('roles')).items : own;
    return roles.map((role) => ({ key: role.key, name: localName(this.locale.language(), role) }));
  }
}
