import { inject, Injectable } from '@angular/core';
import { ApiClient } from '@core/api/api.client';
import { NoticeService } from '@shared/dialog/notice.service';
import { AdminWords } from '../admin.words';
import { MergeUndone } from './duplicate.model';

/** Takes merges back and says what was left alone. */
@Injectable({ providedIn: 'root' })
export class MergeUndo {
  private readonly api = inject(ApiClient);
  private readonly notice = inject(NoticeService);
  private readonly words = inject(AdminWords);

  /** True when the merge is taken back. */
  async undo(id: string): Promise<boolean> {
    try {
      const { kept_fields: fields, kept_rows: rows } = await this.api.post<MergeUndone>(`merges/${id}/undo`, {});
      const kept = fields.length + rows;
      this.notice.say(this.words.text(kept === 0 ? 'duplicates.isUndone' : 'duplicates.isUndoneBut', { count: { value: kept, text: this.words.number(kept) } }));
      return true;
    } catch (error) {
      this.notice.fail(error);
      return false;
    }
  }
}
