import { toNumber } from '../format/format';

/** How a difference is told: relative to the earlier number, in percentage points, or in the number's own unit. */
export type ChangeKind = 'relative' | 'points' | 'absolute';

/** A difference to the comparison period; `meaning` says whether it is good. */
export interface Change {
  readonly amount: number;
  readonly kind: ChangeKind;
  readonly direction: 'up' | 'down' | 'same';
  readonly meaning: 'better' | 'worse' | 'same';
}

/** The difference between two numbers, or null where one is missing or the earlier is zero and a ratio would be infinite. */
export function changeOf(current: unknown, previous: unknown, kind: ChangeKind, better: 'up' | 'down'): Change | null {
  const now = toNumber(current);
  const before = toNumber(previous);
  if (now === null || before === null) return null;
  if (kind === 'relative' && before === 0) return null;
  const amount = kind === 'relative' ? (now - before) / Math.abs(before) : now - before;
  if (Math.abs(amount) < 1e-9) return { amount: 0, kind, direction: 'same', meaning: 'same' };
  const direction = amount > 0 ? 'up' : 'down';
  return { amount, kind, direction, meaning: direction === better ? 'better' : 'worse' };
}
