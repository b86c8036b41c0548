import { DestroyRef, inject } from '@angular/core';

/** Does a piece of work once more after a pause, unless whoever made it has gone meanwhile. Made where something can be injected. */
export class Again {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private gone = false;

  constructor(private readonly work: () => Promise<void>) {
    inject(DestroyRef).onDestroy(() => {
      this.gone = true;
      clearTimeout(this.timer);
    });
  }

  /** In so many milliseconds, instead of what was planned before; null plans nothing. */
  in(ms: number | null): void {
    clearTimeout(this.timer);
    if (ms !== null && !this.gone) this.timer = setTimeout(() => void this.work(), ms);
  }
}
