import { changedBetween, type Standing } from './standing.repository.js';

/** What a listener is told: where the warehouse stands now and the tables that changed since it was last told. */
export type Listener = (standing: Standing, tables: readonly string[]) => void;

// So often is the warehouse asked, however many listen.
const everyMs = 1000;

/** Looks at the warehouse once a second while anybody listens, and not at all otherwise. */
export class ChangePoller {
  private readonly listeners = new Set<Listener>();
  /** Who listens or is about to. */
  private members = 0;
  private last: Standing | null = null;
  private starting: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  /** `read` gives the standing or rejects; `onError` hears of a look that failed: the next one comes a second later and misses nothing. */
  constructor(private readonly read: () => Promise<Standing>, private readonly onError: (error: unknown) => void) {}

  /** Tells the listener of every change after the returned standing, until `leave`. Rejects where the first look fails. */
  async join(listener: Listener): Promise<Standing> {
    this.members++;
    try {
      this.starting ??= this.start();
      await this.starting;
      if (this.last === null) throw new Error('The watch over the warehouse was ended');
      this.listeners.add(listener);
      return this.last;
    } catch (error) {
      this.leaveOne();
      throw error;
    }
  }

  /** Ends what `join` began. */
  leave(listener: Listener): void {
    if (this.listeners.delete(listener)) this.leaveOne();
  }

  private leaveOne(): void {
    this.members--;
    if (this.members > 0) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.starting = null;
    this.last = null;
  }

  private async start(): Promise<void> {
    this.last = await this.read();
    this.next();
  }

  private next(): void {
    this.timer = setTimeout(() => { void this.look(); }, everyMs);
  }

  private async look(): Promise<void> {
    const { timer } = this;
    try {
      const standing = await this.read();
      // Everybody may have left meanwhile, and others come.
      if (this.timer !== timer || this.last === null) return;
      const tables = changedBetween(this.last, standing);
      this.last = standing;
      if (tables.length > 0) for (const listener of this.listeners) listener(standing, tables);
    } catch (error) {
      this.onError(error);
    }
    if (this.timer === timer) this.next();
  }
}
