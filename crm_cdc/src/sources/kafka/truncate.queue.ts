import type { SourceEvent } from '../change.source.js';
import type { Decoded } from './message.decoder.js';

type Truncate = SourceEvent & { kind: 'truncate' };
interface Held { readonly event: Truncate; readonly partition: string; readonly offset: bigint }

/** Keeps truncations back until every row before them has been delivered: rows of the same table travel in other partitions. */
export class TruncateQueue {
  private held: Held[] = [];

  /** Keeps one; a repeated delivery of the same changes nothing. */
  hold(what: Decoded & { kind: 'truncate' }, partition: string, offset: bigint): void {
    if (this.held.some((one) => one.partition === partition && one.offset === offset)) return;
    this.held.push({ event: { kind: 'truncate', tables: [what.table], lsn: what.lsn, seq: 0, xid: what.xid, committed_at: what.committed_at }, partition, offset });
  }

  /** Those up to a position that has been passed, in the order of the log. */
  release(lsn: bigint): Truncate[] {
    const free = this.held.filter((one) => one.event.lsn <= lsn);
    this.held = this.held.filter((one) => one.event.lsn > lsn);
    return free.map((one) => one.event).sort((a, b) => (a.lsn < b.lsn ? -1 : a.lsn > b.lsn ? 1 : 0));
  }

  /** Offset of the first one that is kept back from a partition. */
  firstHeld(partition: string): bigint | undefined {
    let first: bigint | undefined;
    for (const one of this.held) if (one.partition === partition && (first === undefined || one.offset < first)) first = one.offset;
    return first;
  }
}
