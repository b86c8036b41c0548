import fc from 'fast-check';
import { ids } from './business.data.js';
import { uuid, type Row } from './semantic.fixture.js';

/** One version of a deal: when it was committed and what it then was. */
export interface DealVersion {
  readonly at: string;
  readonly row: Row;
}

/** Cents by part of the bridge. */
export type Bridge = Record<string, bigint>;

/** A window of close dates, as the question names it. */
export interface CloseWindow {
  readonly close_from?: string;
  readonly close_until?: string;
}

// Few instants, days and values without a bias to the smallest, so that every kind of change happens in every history.
const within = (min: number, max: number): fc.Arbitrary<number> => fc.noBias(fc.integer({ min, max }));
const hours = (min: number, max: number): fc.Arbitrary<string> => within(min, max).map((hour) => new Date(Date.UTC(2026, 1, 1) + hour * 3_600_000).toISOString().slice(0, 19).replace('T', ' '));
const days = (min: number, max: number): fc.Arbitrary<string> => within(min, max).map((day) => new Date(Date.UTC(2026, 1, 1) + day * 86_400_000).toISOString().slice(0, 10));
const instant = hours(0, 12);
const often = (value: string, times: number): string[] => Array.from({ length: times }, () => value);

const state = fc.record({
  status: fc.constantFrom(...often('open', 6), 'won', 'lost'), cents: fc.option(within(0, 99_999), { freq: 9 }), currency: fc.constantFrom('USD', 'SAR'), close_date: fc.option(days(0, 9), { freq: 9 }), closed: instant,
  stage: fc.constantFrom(ids.stages.lead, ids.stages.offer, ids.stages.close), owner: fc.constantFrom(...Object.values(ids.reps), null), fate: fc.constantFrom(...often('there', 12), 'bin', 'gone', 'test'),
});

function versionsOf(n: number, times: readonly string[], states: readonly (typeof state extends fc.Arbitrary<infer S> ? S : never)[]): DealVersion[] {
  return [...new Set(times)].sort().map((at, index) => {
    const { status, cents, currency, close_date, closed, stage, owner, fate } = states[index % states.length]!;
    return { at, row: {
      id: uuid(5_000 + n), name: `deal ${n}`, pipeline_id: uuid(40), stage_id: stage, status, owner_id: owner, account_id: ids.accounts.nile, currency, close_date, closed_at: status === 'open' ? null : closed,
      expected_value: cents === null ? null : (cents / 100).toFixed(2), is_test: fate === 'test', deleted_at: fate === 'bin' ? at : null, _op: fate === 'gone' ? 'd' : 'u',
    } };
  });
}

/** Sixty to eighty deals, each with up to four versions at random times; some in the bin, gone or marked as a test for a while. */
export const history: fc.Arbitrary<readonly (readonly DealVersion[])[]> = fc.noBias(fc.array(fc.tuple(fc.tuple(hours(0, 4), instant, instant, instant), fc.array(state, { minLength: 2, maxLength: 5 })), { minLength: 60, maxLength: 80 }))
  .map((deals) => deals.map(([times, states], n) => versionsOf(n, times, states)));

/** Two instants, the earlier one first. */
export const moments: fc.Arbitrary<[string, string]> = fc.tuple(hours(0, 6), hours(6, 12));

/** A window, closed at both ends, at one or at none. */
export const windows: fc.Arbitrary<CloseWindow> = fc.record({ close_from: days(0, 4), close_until: days(4, 9) }, { requiredKeys: [] });

/** The last version up to an instant, unless the deal was gone by then. */
export function rowAt(versions: readonly DealVersion[], at: string): Row | undefined {
  const last = versions.filter((version) => version.at <= at).at(-1)?.row;
  return last === undefined || last['_op'] === 'd' ? undefined : last;
}

/** Cents in USD: 1 SAR was 0.26 USD in early 2026 (business.data.ts); half a cent goes up. */
export function centsOf(row: Row): bigint {
  if (row['expected_value'] === null) return 0n;
  const cents = BigInt(String(row['expected_value']).replace('.', ''));
  return row['currency'] === 'USD' ? cents : (cents * 26n + 50n) / 100n;
}

/** The bridge of deals between two instants, from the words of its definition, in cents. */
export function bridgeOf(deals: readonly (readonly DealVersion[])[], from: string, until: string, { close_from, close_until }: CloseWindow): Bridge {
  const sums: Bridge = Object.fromEntries(['opening', 'new', 'reopened', 'increased', 'decreased', 'slipped_out', 'pulled_in', 'won', 'lost', 'removed', 'closing'].map((name) => [name, 0n]));
  const add = (name: string, cents: bigint): void => void (sums[name] = (sums[name] ?? 0n) + cents);
  const within = (day: unknown): boolean => (close_from === undefined || (typeof day === 'string' && day >= close_from)) && (close_until === undefined || (typeof day === 'string' && day <= close_until));
  for (const versions of deals) {
    const [then, now] = [rowAt(versions, from), rowAt(versions, until)];
    const [wasThere, isThere] = [then && then['deleted_at'] === null ? then : undefined, now && now['deleted_at'] === null ? now : undefined];
    if ((isThere ?? then)?.['is_test'] === true) continue;
    const wasOpen = wasThere?.['status'] === 'open' ? wasThere : undefined;
    const opening = wasOpen && within(wasOpen['close_date']) ? wasOpen : undefined;
    const closing = isThere?.['status'] === 'open' && within(isThere['close_date']) ? isThere : undefined;
    const ended = isThere && isThere['status'] !== 'open' && (wasThere === undefined || wasOpen !== undefined) && (opening !== undefined || within(String(isThere['closed_at']).slice(0, 10))) ? isThere : undefined;
    const after = closing ?? ended;
    if (opening) add('opening', centsOf(opening));
    if (closing) add('closing', centsOf(closing));
    if (ended) add(String(ended['status']), centsOf(ended));
    if (opening && after) {
      const grown = centsOf(after) - centsOf(opening);
      add(grown > 0n ? 'increased' : 'decreased', grown > 0n ? grown : -grown);
    } else if (opening) add(isThere ? 'slipped_out' : 'removed', centsOf(opening));
    else if (after && wasOpen) add('pulled_in', centsOf(after));
    else if (after) {
      add('new', centsOf(after));
      if (then) add('reopened', centsOf(after));
    }
  }
  return sums;
}
