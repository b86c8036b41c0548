import { Row } from '@core/analytics/analytics.client';
import { formatMoney } from '@core/format/format';
import { WaterfallStep } from '@shared/chart/waterfall.layout';
import { approximate, exact, Exact, sameCent } from '@shared/format/exact';
import { Reader, signedMoney } from '@shared/format/reader';
import { BAR_KEYS, BarKey, barMember, MOVES } from './revenue.questions';

/** The way from opening to closing MRR. */
export interface MrrBridge {
  readonly amounts: ReadonlyMap<BarKey, Exact>;
  /** What closing has beyond opening and the moves; zero where they add up. */
  readonly gap: Exact;
  /** Whether they add up to the cent. */
  readonly whole: boolean;
}

const SIGN: ReadonlyMap<BarKey, bigint> = new Map(MOVES.map(({ key, sign }) => [key, BigInt(sign)]));

/** What a bar does to the level: moves that take away are negative, levels stand as they are. */
export const effectOf = (key: BarKey, amount: Exact): Exact => amount * (SIGN.get(key) ?? 1n);

/**
 * Reads an answer and checks its identity, opening + new + expansion + reactivation − contraction − churn = closing, to the cent. The check is the
 * page's own, with exact decimals, so that a wrong answer is never drawn as if it added up.
 */
export function mrrBridgeOf(row: Row): MrrBridge {
  const amounts = new Map(BAR_KEYS.map((key) => [key, exact(row[barMember(key)])]));
  const reached = MOVES.reduce<Exact>((level, { key }) => level + effectOf(key, amounts.get(key) ?? 0n), amounts.get('opening') ?? 0n);
  const closing = amounts.get('closing') ?? 0n;
  return { amounts, gap: closing - reached, whole: sameCent(closing, reached) };
}

/** The bars of the waterfall: every kind of move, those of nothing too, so that two periods have the same bars. */
export function bridgeSteps({ amounts }: MrrBridge, reader: Reader): WaterfallStep[] {
  return BAR_KEYS.map((key) => {
    const total = key === 'opening' || key === 'closing';
    const value = approximate(effectOf(key, amounts.get(key) ?? 0n));
    const write = (short: boolean): string => (total ? formatMoney(value, reader.currency, reader.tag, short ? 'compact' : 'full') : signedMoney(value, reader, short));
    return { key, label: reader.text(`revenue.bars.${key}`), value, total, text: write(true), full: write(false), detail: '' };
  });
}

/** The identity in numbers: opening, each move with its sign, closing. */
export function identityText({ amounts }: MrrBridge, reader: Reader): string {
  const level = (key: BarKey): string => formatMoney(approximate(amounts.get(key) ?? 0n), reader.currency, reader.tag, 'full');
  const moves = MOVES.map(({ key, sign }) => `${sign > 0 ? '+' : '\u2212'} ${level(key)}`).join(' ');
  return `${level('opening')} ${moves} = ${level('closing')}`;
}
