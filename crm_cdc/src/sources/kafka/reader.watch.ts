import type { SlotState } from '../embedded/slot.manager.js';

/** Tells how long nobody has read a slot. The server parts with a reader that does not answer; the reader itself may wait on the dead line for ever, and say that it runs. */
export class ReaderWatch {
  private readAt: number | null = null;
  private lookedAt = 0;

  /** Time between the last look that found a reader, or else the first one, and the last look, ms. */
  get silentMs(): number {
    return this.readAt === null ? 0 : this.lookedAt - this.readAt;
  }

  /** Notes what the server tells of the slot; `now` in ms of any clock that never goes back. */
  look(slot: Pick<SlotState, 'active'>, now = performance.now()): void {
    if (slot.active || this.readAt === null) this.readAt = now;
    this.lookedAt = now;
  }

  /** Begins anew: nobody is expected to read now. */
  forget(): void {
    this.readAt = null;
  }
}
