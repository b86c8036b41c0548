import { Row } from '@core/analytics/analytics.client';
import { formatMoney } from '@core/format/format';
import { WaterfallStep } from '@shared/chart/waterfall.layout';
import { approximate, exact, Exact, sameCent } from '@shared/format/exact';
import { Group } from '../pipeline.address';
import { amountOf, BAR_KEYS, BarKey, BARS, countOf, groupKey, change } from '../pipeline.members';
import { dealsText, nameIn, Reader, signedMoney } from '@shared/format/reader';

/** One way from opening to closing: of everything, or of one group. */
export interface Bridge {
  readonly amounts: ReadonlyMap<BarKey, Exact>;
  readonly counts: ReadonlyMap<BarKey, number>;
  /** What of the new was there before: won, lost or deleted, and came back. */
  readonly reopened: { readonly amount: Exact; readonly count: number };
  /** What closing has beyond opening and the changes; zero where they add up. */
  readonly gap: Exact;
  /** Whether they add up to the cent. */
  readonly whole: boolean;
}

/** A bridge of one owner, team or region. */
export interface GroupBridge extends Bridge {
  readonly key: string;
  readonly name: string;
}

const SIGN: ReadonlyMap<BarKey, number> = new Map(BARS.map(({ key, sign }) => [key, sign]));

/** What a bar does to the level: changes that take away are negative, levels stand as they are. */
export function effectOf(key: BarKey, amount: Exact): Exact {
  return amount * BigInt(SIGN.get(key) ?? 1);
}

/**
 * Reads one row of an answer and checks its identity, opening + new + pulled in + increased − decreased − slipped out − won − lost − removed = closing,
 * to the cent. The check is the page's own, so that a wrong answer is never drawn as if it added up.
 */
export function bridgeOf(row: Row): Bridge {
  const amounts = new Map(BAR_KEYS.map((key) => [key, exact(row[amountOf(key)])]));
  const counts = new Map(BAR_KEYS.map((key) => [key, Number(row[countOf(key)] ?? 0)]));
  const reached = BARS.reduce<Exact>((level, { key }) => level + effectOf(key, amounts.get(key) ?? 0n), amounts.get('opening') ?? 0n);
  const closing = amounts.get('closing') ?? 0n;
  const reopened = { amount: exact(row[change('reopened')]), count: Number(row[change('reopened_count')] ?? 0) };
  return { amounts, counts, reopened, gap: closing - reached, whole: sameCent(closing, reached) };
}

/** The bars of the waterfall; a change that did not happen is left out, except for what everybody looks for. */
export function stepsOf({ amounts, counts, reopened }: Bridge, reader: Reader): WaterfallStep[] {
  return BAR_KEYS.filter((key) => key === 'opening' || key === 'closing' || key === 'new' || key === 'won' || key === 'lost' || (counts.get(key) ?? 0) > 0 || amounts.get(key) !== 0n).map((key) => {
    const total = key === 'opening' || key === 'closing';
    const value = approximate(effectOf(key, amounts.get(key) ?? 0n));
    const write = (short: boolean): string => (total ? formatMoney(value, reader.currency, reader.tag, short ? 'compact' : 'full') : signedMoney(value, reader, short));
    const deals = dealsText(counts.get(key), reader);
    const back = reader.text('pipeline.ofWhichReopened', { amount: formatMoney(approximate(reopened.amount), reader.currency, reader.tag) });
    return { key, label: barName(key, reader), value, total, text: write(true), full: write(false), detail: key === 'new' && reopened.count > 0 ? `${deals}, ${back}` : deals };
  });
}

/** The bridges of the groups, the largest closing level first. */
export function groupsOf(rows: readonly Row[], by: Group, reader: Reader): GroupBridge[] {
  const level = ({ amounts }: Bridge): number => approximate((amounts.get('closing') ?? 0n) + (amounts.get('opening') ?? 0n));
  return rows
    .map((row) => ({ ...bridgeOf(row), key: String(row[groupKey(by)] ?? ''), name: nameIn(row, change(by), reader) }))
    .sort((one, two) => level(two) - level(one));
}

/** The name of a bar. */
export const barName = (key: BarKey, { text }: Pick<Reader, 'text'>): string => text(`pipeline.bars.${key}`);

/** The bar that an address names, or null. */
export const barOf = (text: string | null): BarKey | null => BAR_KEYS.find((key) => key === text) ?? null;
