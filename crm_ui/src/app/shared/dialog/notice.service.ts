import { inject, Injectable } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import { TranslateService } from '@ngx-translate/core';
import { firstValueFrom } from 'rxjs';
import { toProblem } from '@core/api/problem';
import { problemWords } from '../states/states.component';

const SHORT_MS = 4000;
/** Long enough to read, think and reach for undo. */
const UNDO_MS = 8000;

/** Short messages at the foot of the page. */
@Injectable({ providedIn: 'root' })
export class NoticeService {
  private readonly bar = inject(MatSnackBar);
  private readonly translate = inject(TranslateService);

  /** Says that something is done; the text is already translated. */
  say(text: string): void {
    this.bar.open(text, undefined, { duration: SHORT_MS });
  }

  /** Says that something is done and offers to undo it; true when the person did. */
  async undoable(text: string): Promise<boolean> {
    const shown = this.bar.open(text, String(this.translate.instant('shared.undo')), { duration: UNDO_MS });
    return (await firstValueFrom(shown.afterDismissed())).dismissedByAction;
  }

  /** Says what went wrong and the cure. */
  fail(error: unknown): void {
    const words = problemWords(toProblem(error), (key, values) => {
      const text: unknown = this.translate.instant(key, values);
      return typeof text === 'string' && text !== key ? text : null;
    });
    this.bar.open([words.title, words.cure].filter(Boolean).join(' – '), String(this.translate.instant('shared.close')), { duration: UNDO_MS, politeness: 'assertive' });
  }
}
