import { inject, Injectable, signal } from '@angular/core';
import { NoticeService } from '@shared/dialog/notice.service';

/** Work on one row of a list at a time: which one is busy, failures told, and the list read again whatever came of it. A page provides its own. */
@Injectable()
export class RowWork {
  private readonly notice = inject(NoticeService);
  private readonly row = signal<string | null>(null);
  /** The row that is worked on. */
  readonly busy = this.row.asReadonly();

  /** Does the work unless other work is under way. */
  async run(id: string, work: () => Promise<void>, reload: () => void): Promise<void> {
    if (this.busy() !== null) return;
    this.row.set(id);
    try {
      await work();
    } catch (error) {
      this.notice.fail(error);
    } finally {
      this.row.set(null);
      reload();
    }
  }
}
