import { Language } from '@core/i18n/locale.service';

/** A name in the reader's language first, and the other one where it differs. */
export interface NamePair {
  readonly first: string;
  readonly second: string | null;
}

/** Orders the two names of a record for a reader. */
export function namePair(language: Language, name: string, arabic: string | null | undefined): NamePair {
  const other = arabic?.trim() || null;
  if (other === null || other === name) return { first: name, second: null };
  return language === 'ar' ? { first: other, second: name } : { first: name, second: other };
}

/** The name in the reader's language, or the only one there is. */
export const localName = (language: Language, record: { readonly name: string; readonly name_ar?: string | null }): string => namePair(language, record.name, record.name_ar).first;

const regions = new Map<string, Intl.DisplayNames>();

/** A country's name in the reader's language; a code that nobody knows stays as it is. */
export function countryName(code: string, language: Language): string {
  let names = regions.get(language);
  if (!names) regions.set(language, (names = new Intl.DisplayNames(language, { type: 'region' })));
  try {
    return names.of(code.toUpperCase()) ?? code;
  } catch {
    return code;
  }
}

/** City and country in one line; each keeps its own direction, so that a Latin city does not turn an Arabic line around. */
export function placeOf(city: string | null | undefined, country: string | null | undefined, comma: string): string {
  return [city, country].filter((part): part is string => !!part).map((part) => `\u2068${part}\u2069`).join(comma);
}

/** The calendar day of an instant on the reader's clock, as `2026-03-31`. */
export function dayOf(instant: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
}

const DIGITS: readonly [RegExp, number][] = [[/[\u0660-\u0669]/g, 0x0660], [/[\u06f0-\u06f9]/g, 0x06f0]];

/** What a person typed as an amount, as the API wants it: Arabic digits and marks become Latin ones and separators of thousands go; null for nothing. */
export function plainNumber(typed: string): string | null {
  let text = typed.trim();
  for (const [pattern, zero] of DIGITS) text = text.replace(pattern, (digit) => String(digit.charCodeAt(0) - zero));
  text = text.replace(/\u066b/g, '.').replace(/[\u066c,\u060c\s\u00a0]/g, '');
  return text === '' ? null : text;
}

/** How near now an instant is for "two days ago" to say more than its date. */
const RECENT_MS = 7 * 86_400_000;

/** True when an instant is so near that its distance says more than its date. */
export function isRecent(instant: string | null | undefined, now = Date.now()): boolean {
  return !!instant && Math.abs(Date.parse(instant) - now) < RECENT_MS;
}
