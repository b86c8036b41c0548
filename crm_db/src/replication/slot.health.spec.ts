import { assessSlot, type SlotReading } from './slot.health.js';

const GB = 1024 ** 3;
const healthy: SlotReading = {
  exists: true, active: true, walStatus: 'reserved', safeBytes: 15 * GB, keptBytes: GB, unconfirmedBytes: 10, limitBytes: 16 * GB,
  invalidation: null, idleSeconds: null, idleLimitSeconds: null, currentLsn: 1n,
};
const level = (change: Partial<SlotReading>): string => assessSlot({ ...healthy, ...change }).level;

describe('health of a replication slot', () => {
  it('is fine while it is read and far from its limit', () => {
    expect(assessSlot(healthy)).toEqual({ level: 'ok', reason: null });
    expect(level({ walStatus: 'extended', safeBytes: 5 * GB })).toBe('ok');
    expect(level({ active: false, idleSeconds: 5 })).toBe('ok');
  });

  it('warns before the server gives it up', () => {
    expect(assessSlot({ ...healthy, walStatus: 'extended', safeBytes: 3 * GB }).reason).toContain('3072 MB more, of 16384 MB');
    expect(level({ walStatus: 'unreserved', safeBytes: -1 })).toBe('warning');
    expect(level({ limitBytes: null, safeBytes: null, keptBytes: 11 * GB })).toBe('warning');
    expect(level({ active: false, idleSeconds: 61 })).toBe('warning');
    expect(assessSlot({ ...healthy, active: false, idleSeconds: 50, idleLimitSeconds: 90 }).reason).toContain('gives it up after 90 s');
  });

  it('knows that it is lost', () => {
    expect(level({ walStatus: 'lost', safeBytes: null })).toBe('lost');
    expect(assessSlot({ ...healthy, invalidation: 'idle_timeout' }).reason).toContain('idle_timeout');
    expect(level({ exists: false, walStatus: null })).toBe('lost');
  });
});
