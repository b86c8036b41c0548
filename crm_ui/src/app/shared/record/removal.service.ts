import { inject, Injectable } from '@angular/core';
import { Router } from '@angular/router';
import { ApiClient } from '@core/api/api.client';
import { ENTITY_PATHS } from '../chip/entity-link.component';
import { NoticeService } from '../dialog/notice.service';

/** Deletes a record from its page and offers to bring it back. */
@Injectable({ providedIn: 'root' })
export class RecordRemoval {
  private readonly api = inject(ApiClient);
  private readonly router = inject(Router);
  private readonly notice = inject(NoticeService);

  /** Deletes, goes to the list and says so; undo restores the record and returns to it. `said` is already translated. */
  async remove(resource: string, id: string, said: string): Promise<void> {
    const list = ENTITY_PATHS[resource] ?? '/';
    try {
      await this.api.remove(`${resource}/${id}`);
      await this.router.navigateByUrl(list);
      if (!(await this.notice.undoable(said))) return;
      await this.api.post(`${resource}/${id}/restore`, {});
      await this.router.navigateByUrl(`${list}/${id}`);
    } catch (error) {
      this.notice.fail(error);
    }
  }
}
