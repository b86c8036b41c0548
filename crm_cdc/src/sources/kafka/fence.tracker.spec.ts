import { FenceTracker, partitionName } from './fence.tracker.js';
import { TruncateQueue } from './truncate.queue.js';
import { OffsetCommitter } from './offset.committer.js';
import { until } from '../../testing/postgres.testing.js';

describe('FenceTracker', () => {
  const a = partitionName('t', 0);
  const b = partitionName('t', 1);

  it('waits for the slowest partition and tells each fence once', () => {
    const tracker = new FenceTracker();
    tracker.sample(90n, 1n);
    tracker.sample(110n, 2n);
    tracker.delivered(a, 0n);
    tracker.delivered(b, 0n);
    expect(tracker.wants(100n)).toBeTrue();
    tracker.set(100n, new Map([[a, 5n], [b, 7n]]));
    expect(tracker.wants(200n)).toBeFalse();
    tracker.delivered(a, 50n);
    expect(tracker.passed()).toBeNull();
    tracker.delivered(b, 6n);
    expect(tracker.passed()).toBeNull();
    tracker.delivered(b, 7n);
    // The time is that of the newest sample at or before the position, not a later one.
    expect(tracker.passed()).toEqual({ lsn: 100n, at: 1n, ends: new Map([[a, 5n], [b, 7n]]) });
    expect(tracker.passed()).toBeNull();
    expect(tracker.wants(100n)).toBeFalse();
    expect(tracker.wants(110n)).toBeTrue();
  });

  it('does not go back to a slot that stands before the watermark, nor to an older time', () => {
    const tracker = new FenceTracker({ lsn: 100n, at: 50n });
    expect([tracker.wants(99n), tracker.wants(100n)]).toEqual([false, false]);
    tracker.sample(120n, 60n);
    expect([tracker.wants(100n), tracker.wants(110n)]).toEqual([false, true]);
    tracker.set(110n, new Map());
    expect(tracker.passed()).toEqual({ lsn: 110n, at: 50n, ends: new Map() });
    expect(tracker.wants(120n)).toBeTrue();
    tracker.set(120n, new Map());
    expect(tracker.passed()?.at).toBe(60n);
  });

  it('is not led back by a repeated delivery, nor past a partition nobody has read', () => {
    const tracker = new FenceTracker();
    tracker.delivered(a, 9n);
    tracker.delivered(a, 3n);
    tracker.set(1n, new Map([[a, 9n], [b, 1n]]));
    expect(tracker.passed()).toBeNull();
    tracker.delivered(b, 1n);
    expect(tracker.passed()?.lsn).toBe(1n);
  });
});

describe('TruncateQueue', () => {
  it('keeps truncations until their position is passed, and offsets before them', () => {
    const queue = new TruncateQueue();
    const what = (lsn: bigint) => ({ kind: 'truncate' as const, table: 'crm_x', lsn, xid: 1, committed_at: 1n });
    queue.hold(what(20n), 't/0', 8n);
    queue.hold(what(10n), 't/0', 4n);
    queue.hold(what(10n), 't/0', 4n);
    expect(queue.firstHeld('t/0')).toBe(4n);
    expect(queue.release(10n).map((event) => event.lsn)).toEqual([10n]);
    expect([queue.firstHeld('t/0'), queue.firstHeld('t/1')]).toEqual([8n, undefined]);
    expect(queue.release(30n).map((event) => event.lsn)).toEqual([20n]);
  });
});

describe('OffsetCommitter', () => {
  it('commits only what a durable watermark covers, with the watermark', async () => {
    const sent: unknown[] = [];
    const committer = new OffsetCommitter({ commitOffsets: (offsets) => { sent.push(offsets); return Promise.resolve(); } }, () => undefined);
    committer.mark(10n, new Map([['t/0', 5n]]));
    committer.mark(20n, new Map([['t/0', 9n]]));
    committer.confirm(9n);
    expect(sent).toEqual([]);
    committer.confirm(10n);
    await until('commit', () => sent.length === 1);
    expect(sent).toEqual([[{ topic: 't', partition: 0, offset: '5', metadata: '10' }]]);
  });
});
