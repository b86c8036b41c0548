import type { Consumer } from 'kafkajs';

interface Mark { readonly lsn: bigint; readonly offsets: ReadonlyMap<string, bigint> }

/** Tells the group how far the warehouse is, in the background: what is not told is only read again after a restart. */
export class OffsetCommitter {
  private marks: Mark[] = [];
  private due: Mark | null = null;
  private busy = false;

  constructor(private readonly consumer: Pick<Consumer, 'commitOffsets'>, private readonly log: (message: string) => void) {}

  /** Remembers which offsets are durable once the watermark stands at `lsn`. */
  mark(lsn: bigint, offsets: ReadonlyMap<string, bigint>): void {
    this.marks.push({ lsn, offsets });
  }

  /** The watermark stands at `lsn`. */
  confirm(lsn: bigint): void {
    const reached = this.marks.filter((mark) => mark.lsn <= lsn);
    this.marks = this.marks.filter((mark) => mark.lsn > lsn);
    this.due = reached.at(-1) ?? this.due;
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let mark = this.due; mark !== null; mark = this.due) {
      this.due = null;
      // The watermark travels with the offsets: a warehouse that is older than what it had confirmed is thus found out.
      const metadata = String(mark.lsn);
      const offsets = [...mark.offsets].map(([name, offset]) => {
        const at = name.lastIndexOf('/');
        return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)), offset: String(offset), metadata };
      });
      await this.consumer.commitOffsets(offsets).catch((error: unknown) => this.log(`offsets wait for the next watermark: ${error instanceof Error ? error.message : String(error)}`));
    }
    this.busy = false;
  }
}
