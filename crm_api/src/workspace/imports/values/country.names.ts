const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

function fold(text: string): string {
  return text.normalize('NFD').replace(/[\u0300-\u036f\u064b-\u065f\u0640]/g, '').toLowerCase().replace(/^(the|ال)\s*/, '').replace(/[^\p{L}]+/gu, '');
}

function build(): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const arabic = new Intl.DisplayNames('ar', { type: 'region', fallback: 'none' });
  for (const first of letters) {
    for (const second of letters) {
      const code = first + second;
      // Codes that CLDR keeps for groups and for itself are no countries.
      if (['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ'].includes(code)) continue;
      for (const name of [english.of(code), arabic.of(code)]) if (name !== undefined && !names.has(fold(name))) names.set(fold(name), code);
      if (english.of(code) !== undefined) names.set(code.toLowerCase(), code);
    }
  }
  const customary: readonly (readonly [string, string])[] = [
    ['USA', 'US'], ['United States of America', 'US'], ['U.S.', 'US'], ['UK', 'GB'], ['Great Britain', 'GB'], ['England', 'GB'], ['Korea', 'KR'],
    ['South Korea', 'KR'], ['Russia', 'RU'], ['UAE', 'AE'], ['KSA', 'SA'], ['Holland', 'NL'], ['Czech Republic', 'CZ'], ['Turkey', 'TR'],
    ['المملكة', 'SA'], ['الإمارات', 'AE'], ['امريكا', 'US'], ['أمريكا', 'US'], ['Ivory Coast', 'CI'], ['Palestine', 'PS'], ['Syria', 'SY'],
  ];
  for (const [name, code] of customary) names.set(fold(name), code);
  return names;
}

let names: ReadonlyMap<string, string> | undefined;

/** ISO 3166 code of a country given by code, English or Arabic name (CLDR, through Intl); undefined when there is none. Spelling slips of one letter count. */
export function countryCode(text: string): string | undefined {
  names ??= build();
  const key = fold(text);
  const exact = names.get(key);
  if (exact !== undefined || key.length < 5) return exact;
  const close = [...names].filter(([name]) => isOneSlipApart(name, key));
  return close.length === 1 ? close[0]?.[1] : undefined;
}

function isOneSlipApart(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  const restLeft = left.slice(start);
  const restRight = right.slice(start);
  return (
    restLeft.slice(1) === restRight.slice(1) || restLeft.slice(1) === restRight || restLeft === restRight.slice(1) ||
    (restLeft[0] === restRight[1] && restLeft[1] === restRight[0] && restLeft.slice(2) === restRight.slice(2))
  );
}
