import { formatNumber, isolatedParts, LocaleTag, MISSING } from '@core/format/format';

/** How numbers of one unit are written: with how many decimals, and with the sign of what has grown. */
export interface ExactStyle {
  readonly unit: string;
  readonly currency: string;
  readonly decimals: number;
  readonly signed?: boolean;
}

/** Units of time that `Intl` has words for. */
const TIMES: Readonly<Record<string, string>> = { days: 'day', hours: 'hour', minutes: 'minute', months: 'month' };
const MOST_CENTS = 2;
/** Decimals where they say something, by unit; money has none or two. */
const DECIMALS: Readonly<Record<string, number>> = { ratio: 1, days: 1, hours: 1, minutes: 1, months: 1, score: 1, number: 2, count: 0 };

/** How many decimals the numbers of a column need, so that they stand below each other at the point. */
export function decimalsOf(unit: string, texts: Iterable<string | null>): number {
  if (!unit.startsWith('money')) return DECIMALS[unit] ?? MOST_CENTS;
  for (const text of texts) if (text !== null && /\.\d*[1-9]/.test(text)) return MOST_CENTS;
  return 0;
}

/** A writer of decimal text in a unit. `Intl` is given the text itself, so that no digit passes through a binary fraction; nothing is a dash. */
export function exactWriter({ unit, currency, decimals, signed = false }: ExactStyle, tag: LocaleTag): (text: string | null | undefined) => string {
  const digits: Intl.NumberFormatOptions = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, ...(signed ? { signDisplay: 'exceptZero' } : {}) };
  const format = formatOf(unit, currency, digits, tag);
  return (text) => (text === null || text === undefined || text === '' ? MISSING : format(text));
}

function formatOf(unit: string, currency: string, digits: Intl.NumberFormatOptions, tag: LocaleTag): (text: string) => string {
  const write = (options: Intl.NumberFormatOptions): ((text: string) => string) => {
    const format = new Intl.NumberFormat(tag, { ...digits, ...options });
    return (text) => isolatedParts(format.formatToParts(text as Intl.StringNumericLiteral));
  };
  try {
    if (unit.startsWith('money')) return write({ style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    if (unit === 'ratio') return write({ style: 'percent' });
    const time = TIMES[unit];
    return time === undefined ? write({}) : write({ style: 'unit', unit: time, unitDisplay: 'short' });
  } catch {
    // A currency that Intl does not know must not blank the page.
    return (text) => `${formatNumber(text, tag, digits.maximumFractionDigits)} ${currency}`;
  }
}
