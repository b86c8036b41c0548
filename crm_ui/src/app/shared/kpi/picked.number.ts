import { inject, Injectable } from '@angular/core';
import { NumberPanelService } from './number-panel.service';
import { NumberQuestion } from './number.model';

/** Keeps the panel behind a number in step with the address: what it names is open, and closing the panel takes the name away. Provide it in the page. */
@Injectable()
export class PickedNumber {
  private readonly panel = inject(NumberPanelService);
  private shown: string | null = null;
  private shut: (() => void) | null = null;

  /** Shows the number named `key`, or none; `closed` runs when the reader closes the panel. */
  async show(key: string | null, question: NumberQuestion | null, closed: () => void): Promise<void> {
    const wanted = question === null ? null : key;
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.shut?.();
    this.shut = null;
    if (wanted === null || question === null) return;
    const opened = await this.panel.open(question);
    if (this.shown !== wanted) return opened.close();
    this.shut = (): void => opened.close();
    opened.afterClosed().subscribe(() => {
      if (this.shown !== wanted) return;
      this.shown = null;
      this.shut = null;
      closed();
    });
  }
}
