import { distance } from 'fastest-levenshtein';

/**
 * Jaro–Winkler similarity, 0–1 (Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi–Sunter Model", 1990): p = 0.1, prefix of at most four.
 * Our own, as the packages at hand are unkept or fifty times slower, and a search compares millions of pairs.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0) return 0;
  const reach = Math.max(0, Math.floor(long.length / 2) - 1);
  const taken = new Uint8Array(long.length);
  const matched: number[] = [];
  for (let i = 0; i < short.length; i += 1) {
    const end = Math.min(long.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= end; j += 1) {
      if (taken[j] === 1 || short.charCodeAt(i) !== long.charCodeAt(j)) continue;
      taken[j] = 1;
      matched.push(short.charCodeAt(i));
      break;
    }
  }
  if (matched.length === 0) return 0;
  let swapped = 0;
  for (let j = 0, k = 0; j < long.length; j += 1) {
    if (taken[j] === 1 && long.charCodeAt(j) !== matched[k++]) swapped += 1;
  }
  const m = matched.length;
  const jaro = (m / short.length + m / long.length + (m - swapped / 2) / m) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < short.length && short[prefix] === long[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** How alike two words are, 0–1. Jaro–Winkler alone takes محمد and محمود for one name, so an edit costs as much of the word as it is long. */
export function wordSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  // An initial stands for its name, though not for certain.
  if ((a.length === 1 || b.length === 1) && a[0] === b[0]) return 0.85;
  return (jaroWinkler(a, b) + 1 - distance(a, b) / Math.max(a.length, b.length)) / 2;
}

// A middle name more or less says little; each word without a partner costs this much.
const unpaired = 0.04;

/** How alike two names are, 0–1, whatever the order of their words; both folded by `crm_fold`. */
export function nameSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  const left = words(a);
  const right = words(b);
  const [few, many] = left.length <= right.length ? [left, right] : [right, left];
  if (few.length === 0) return 0;
  const free = new Set(many.keys());
  let sum = 0;
  let length = 0;
  for (const word of few) {
    let best = 0;
    let at = -1;
    for (const index of free) {
      const similarity = wordSimilarity(word, many[index] ?? '');
      if (similarity > best) [best, at] = [similarity, index];
    }
    free.delete(at);
    sum += best * word.length;
    length += word.length;
  }
  const byWords = sum / length - free.size * unpaired - (few.length === 1 && many.length > 1 ? 0.12 : 0);
  // Abdul Rahman and Abdulrahman are the same letters in other words.
  return Math.max(byWords, left.length === right.length ? 0 : wordSimilarity(left.join(''), right.join('')));
}

const words = (name: string): string[] => name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !articles.has(word)).map((word) => word.replace(/^(?:ال(?=.{3})|al(?=.{5}))/u, ''));
const articles: ReadonlySet<string> = new Set(['al', 'el']);
