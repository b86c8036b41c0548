import { isDeepStrictEqual } from 'node:util';
import type { PinChange } from '../../analytics/definition.pins.js';
import type { Having, ReportCondition, ReportDefinition, ReportValue, Split } from '../definition/report.types.js';

/** A split with its place: which side, and which from there, counted from 0. */
export interface PlacedSplit extends Split {
  readonly on: 'rows' | 'columns';
  readonly at: number;
}

/** A value with its place among the values, counted from 0. */
export type PlacedValue = ReportValue & { readonly at: number };

/** Parts of a report that there is one of. */
export const singleParts = ['view', 'period', 'compare', 'top', 'sort', 'totals', 'shape'] as const;
type Single = (typeof singleParts)[number];

interface Added<T> { readonly action: 'added'; readonly from: null; readonly to: T }
interface Removed<T> { readonly action: 'removed'; readonly from: T; readonly to: null }
interface Between<T, A> { readonly action: A; readonly from: T; readonly to: T }
type Listed<T, A extends string> = Added<T> | Removed<T> | Between<T, A>;

/** One thing that differs between two definitions. What was added has no `from`, what was removed no `to`; `moved` is only elsewhere, `changed` another than before. */
export type ReportChange =
  | ({ readonly what: 'split' } & Listed<PlacedSplit, 'moved' | 'changed'>)
  | ({ readonly what: 'value' } & Listed<PlacedValue, 'moved' | 'changed'>)
  | ({ readonly what: 'condition' } & Listed<ReportCondition, 'changed'>)
  | ({ readonly what: 'having' } & Listed<Having, 'changed'>)
  | { readonly what: Single; readonly action: 'changed'; readonly from: unknown; readonly to: unknown }
  | PinChange;

/** By what two entries are the same one, from the surest to the vaguest; each entry is matched once. */
type Sameness<T> = (one: T, other: T) => boolean;

/**
 * What differs from `a` to `b`, in the order in which a report is read: view, splits, values, conditions, the rest.
 * Nothing means that both ask and show the same; the order of conditions has no meaning and is not told.
 */
export function diff(a: ReportDefinition, b: ReportDefinition): ReportChange[] {
  const single = (what: Single, from: unknown, to: unknown): ReportChange[] => (isDeepStrictEqual(from, to) ? [] : [{ what, action: 'changed', from, to }]);
  return [
    ...single('view', a.view, b.view), ...splitChanges(a, b), ...valueChanges(a, b),
    ...unordered<ReportCondition>(a.filters, b.filters, (one, other) => isDeepStrictEqual(subject(one), subject(other))).map((change) => ({ what: 'condition' as const, ...change })),
    ...unordered<Having>(a.having, b.having, (one, other) => one.value === other.value).map((change) => ({ what: 'having' as const, ...change })),
    ...single('period', a.period, b.period), ...single('compare', a.compare, b.compare), ...single('top', a.top, b.top), ...single('sort', a.sort, b.sort),
    ...single('totals', a.totals, b.totals), ...single('shape', a.show.shape, b.show.shape),
  ];
}

function splitChanges(a: ReportDefinition, b: ReportDefinition): ReportChange[] {
  const placed = (one: ReportDefinition): PlacedSplit[] => (['rows', 'columns'] as const).flatMap((on) => one[on].map((split, at) => ({ on, at, ...split })));
  const same = (one: PlacedSplit, other: PlacedSplit): boolean => one.member === other.member && one.grain === other.grain;
  const { pairs, removed, added } = paired(placed(a), placed(b), [(one, other) => same(one, other) && one.on === other.on, same, (one, other) => one.member === other.member && one.on === other.on, (one, other) => one.member === other.member]);
  // Where one side lost a split, those behind it have another place without having moved.
  const still = new Set((['rows', 'columns'] as const).flatMap((on) => unmoved(pairs.filter(([from, to]) => from.on === on && to.on === on))));
  return [
    ...removed.map((from): ReportChange => ({ what: 'split', action: 'removed', from, to: null })), ...added.map((to): ReportChange => ({ what: 'split', action: 'added', from: null, to })),
    ...pairs.flatMap((pair): ReportChange[] => {
      const [from, to] = pair;
      if (!still.has(pair)) return [{ what: 'split', action: 'moved', from, to }];
      return same(from, to) ? [] : [{ what: 'split', action: 'changed', from, to }];
    }),
  ];
}

function valueChanges(a: ReportDefinition, b: ReportDefinition): ReportChange[] {
  const placed = (one: ReportDefinition): PlacedValue[] => one.values.map((value, at) => ({ at, ...value }));
  const content = ({ at: _, ...value }: PlacedValue): object => value;
  const { pairs, removed, added } = paired(placed(a), placed(b), [(one, other) => one.key === other.key, (one, other) => 'measure' in one && 'measure' in other && one.measure === other.measure]);
  const still = new Set(unmoved(pairs));
  return [
    ...removed.map((from): ReportChange => ({ what: 'value', action: 'removed', from, to: null })), ...added.map((to): ReportChange => ({ what: 'value', action: 'added', from: null, to })),
    ...pairs.flatMap((pair): ReportChange[] => {
      const [from, to] = pair;
      return [...(isDeepStrictEqual(content(from), content(to)) ? [] : [{ what: 'value', action: 'changed', from, to } as const]), ...(still.has(pair) ? [] : [{ what: 'value', action: 'moved', from, to } as const])];
    }),
  ];
}

/** What a condition is about: its member, or those of which one suffices. */
const subject = (one: ReportCondition): unknown => ('any' in one ? one.any.map(({ member }) => member).sort() : one.member);

function unordered<T>(a: readonly T[], b: readonly T[], alike: Sameness<T>): Listed<T, 'changed'>[] {
  const { pairs, removed, added } = paired(a, b, [isDeepStrictEqual, alike]);
  return [
    ...removed.map((from) => ({ action: 'removed' as const, from, to: null })), ...added.map((to) => ({ action: 'added' as const, from: null, to })),
    ...pairs.flatMap(([from, to]) => (isDeepStrictEqual(from, to) ? [] : [{ action: 'changed' as const, from, to }])),
  ];
}

function paired<T>(a: readonly T[], b: readonly T[], rules: readonly Sameness<T>[]): { readonly pairs: readonly (readonly [T, T])[]; readonly removed: readonly T[]; readonly added: readonly T[] } {
  // By place, as the same entry may be there twice.
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  for (const same of rules) {
    for (const [index, one] of a.entries()) {
      if (partner.has(index)) continue;
      const other = b.findIndex((each, at) => !taken.has(at) && same(one, each));
      if (other < 0) continue;
      partner.set(index, other);
      taken.add(other);
    }
  }
  const pairs = [...partner].map(([from, to]) => [a[from], b[to]] as readonly [T, T]);
  return { pairs, removed: a.filter((_, index) => !partner.has(index)), added: b.filter((_, index) => !taken.has(index)) };
}

/** The most pairs that stand in the same order before and after: the others are those that somebody moved. */
function unmoved<P extends readonly [{ readonly at: number }, { readonly at: number }]>(pairs: readonly P[]): P[] {
  const sorted = [...pairs].sort(([a], [b]) => a.at - b.at);
  const best: P[][] = [];
  for (const [index, pair] of sorted.entries()) {
    const before = best.slice(0, index).filter((chain) => (chain.at(-1)?.[1].at ?? -1) < pair[1].at);
    best.push([...before.reduce<P[]>((longest, chain) => (chain.length > longest.length ? chain : longest), []), pair]);
  }
  return best.reduce<P[]>((longest, chain) => (chain.length > longest.length ? chain : longest), []);
}
