/** One partition of a topic. */
export type PartitionOffsets = ReadonlyMap<string, bigint>;

/** A position of the log and what must have been delivered before all tables are complete up to it. */
export interface Fence {
  readonly lsn: bigint;
  /** When everything written to the log up to there had been written, microseconds. */
  readonly at: bigint;
  /** End of every partition when the broker held everything up to `lsn`: partition name → offset. */
  readonly ends: PartitionOffsets;
}

/** Where a watermark stands: the position, and the time up to which everything that was committed lies before it, microseconds. */
export interface Reached {
  readonly lsn: bigint;
  readonly at: bigint;
}

/** Before the first watermark. */
export const NOWHERE: Reached = { lsn: 0n, at: 0n };

/** Name of a partition. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** Knows how far each partition was delivered and which fences are behind that. */
export class FenceTracker {
  private readonly positions = new Map<string, bigint>();
  private readonly samples: { readonly lsn: bigint; readonly at: bigint }[] = [];
  private pending: Fence | null = null;
  private last: bigint;
  private lastAt: bigint;

  /** Starts where the watermark stands: after a crash of Postgres the slot may stand before it, and nothing may be told twice with an older time. */
  constructor(reached: Reached = NOWHERE) {
    this.last = reached.lsn;
    this.lastAt = reached.at;
  }

  /** Everything below `offset` has been handed on, or lies before the start. Going back changes nothing: it was handed on already. */
  delivered(partition: string, offset: bigint): void {
    if (offset > (this.positions.get(partition) ?? -1n)) this.positions.set(partition, offset);
  }

  /** How far a partition was delivered. */
  position(partition: string): bigint | undefined {
    return this.positions.get(partition);
  }

  /** Notes that the log had reached `lsn` at a time. */
  sample(lsn: bigint, at: bigint): void {
    const newest = this.samples.at(-1);
    if (newest && lsn < newest.lsn) return;
    // One time per position is enough, the latest: nothing was written in between.
    if (newest?.lsn === lsn) this.samples.pop();
    this.samples.push({ lsn, at });
    // Connect may be away for days; a coarser clock for that time is enough.
    if (this.samples.length > 1_000) this.samples.splice(this.samples.length - 2, 1);
  }

  /** True when a fence at `lsn` would tell something new and none is being waited for. */
  wants(lsn: bigint): boolean {
    return this.pending === null && (lsn > this.last || (lsn === this.last && this.timeOf(lsn) > this.lastAt));
  }

  /** Sets a fence; `ends` must have been read after Connect had confirmed `lsn`. */
  set(lsn: bigint, ends: PartitionOffsets): void {
    this.pending = { lsn, at: this.timeOf(lsn), ends };
  }

  /** The fence that has just been passed, once. */
  passed(): Fence | null {
    const fence = this.pending;
    if (fence === null) return null;
    for (const [partition, end] of fence.ends) if ((this.positions.get(partition) ?? 0n) < end) return null;
    this.pending = null;
    this.last = fence.lsn;
    this.lastAt = fence.at;
    while (this.samples[1] !== undefined && this.samples[1].lsn <= fence.lsn) this.samples.shift();
    return fence;
  }

  private timeOf(lsn: bigint): bigint {
    let at = this.lastAt;
    for (const sample of this.samples) if (sample.lsn <= lsn && sample.at > at) at = sample.at;
    return at;
  }
}
