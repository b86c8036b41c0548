import { jaroWinkler, nameSimilarity } from './similarity.js';
import type { Evidence, Match, MatchEntity, MatchRecord } from './match.types.js';

/** How alike two names sound although their scripts differ, 0–1; by `crm_sounds`. */
export type SoundsAlike = (a: string, b: string) => number;

/**
 * Natural log odds that a pair is one record, by agreement of a field, after Fellegi and Sunter ("A Theory for Record Linkage", 1969). They were set by hand on generated records
 * with planted duplicates (match.quality.spec.ts), so that neither a name alone nor a switchboard alone makes a duplicate.
 */
const odds = {
  person: { prior: -5, name: [[0.97, 4], [0.92, 3.6], [0.86, 2.8], [0.78, 1], [0.7, -2], [0, -5]], company: { same: 1.5, other: -1 }, country: { same: 0, other: -0.7 } },
  company: { prior: -4.5, name: [[0.97, 4], [0.92, 3], [0.86, 1.5], [0.78, 0], [0.7, -2], [0, -4]], country: { same: 0.5, other: -2 } },
  email: { same: 6, nearly: 2.5, mailbox: 2, other: -1 },
  mobile: { same: 4.2 }, phone: { ofPerson: 1.5, ofCompany: 3, ofLead: 3.9, other: -0.7 },
  website: { same: 4, other: -1.5 }, city: { same: 0.5, other: -0.3 },
} as const;

/** Names that only sound alike say as much as names that differ by a letter. */
const bySound = 0.93;

/** The name is alike in the script in which it is most alike; across scripts only the sound can be compared. */
function names(a: MatchRecord, b: MatchRecord, soundsAlike: SoundsAlike): number {
  const left = [a.name, a.name_ar].filter((one): one is string => one !== null);
  const right = [b.name, b.name_ar].filter((one): one is string => one !== null);
  let best = 0;
  for (const one of left) {
    for (const other of right) {
      const similarity = isArabic(one) === isArabic(other) ? nameSimilarity(one, other) : soundsAlike(one, other) * bySound;
      best = Math.max(best, similarity);
    }
  }
  return best;
}

/** Whether a text is written in Arabic letters. */
export const isArabic = (text: string): boolean => /\p{Script=Arabic}/u.test(text);

const step = (steps: readonly (readonly [number, number])[], value: number): number => steps.find(([from]) => value >= from)?.[1] ?? 0;

function emails(a: string, b: string): readonly [similarity: number, weight: number] {
  if (a === b) return [1, odds.email.same];
  const [left = '', right = ''] = [a.split('@')[0], b.split('@')[0]];
  if (left === right && left.length >= 5) return [0.8, odds.email.mailbox];
  const similarity = jaroWinkler(a, b);
  // sara.haddad2@ is what the second Sara Haddad of a company gets.
  if (left !== right && withoutDigits(left) === withoutDigits(right)) return [similarity * 0.5, odds.email.other];
  return similarity >= 0.96 ? [similarity, odds.email.nearly] : [similarity * 0.5, odds.email.other];
}

const withoutDigits = (text: string): string => text.replace(/\d+/g, '');

/** Sums what the fields say; a field that either record lacks says nothing. */
class Sum {
  readonly evidence: Record<string, number> = {};
  constructor(private logit: number) {}

  add(field: string, similarity: number, weight: number): void {
    this.evidence[field] = Math.round(similarity * 1000) / 1000;
    this.logit += weight;
  }

  compare(field: string, a: string | null, b: string | null, weights: { readonly same: number; readonly other: number }): void {
    if (a !== null && b !== null) this.add(field, a === b ? 1 : 0, a === b ? weights.same : weights.other);
  }

  match(): Match {
    // Three digits are kept; nothing that was computed is certain.
    return { similarity: Math.min(0.999, Math.round(1000 / (1 + Math.exp(-this.logit))) / 1000), evidence: this.evidence as Evidence };
  }
}

function phones(sum: Sum, a: MatchRecord, b: MatchRecord, phoneWeight: number): void {
  const left = [a.phone, a.mobile].filter((one) => one !== null);
  const right = [b.phone, b.mobile].filter((one) => one !== null);
  if (left.length === 0 || right.length === 0) return;
  if (a.mobile !== null && right.includes(a.mobile) || b.mobile !== null && left.includes(b.mobile)) sum.add('mobile', 1, odds.mobile.same);
  else if (a.phone !== null && a.phone === b.phone) sum.add('phone', 1, phoneWeight);
  else sum.add('phone', 0, odds.phone.other);
}

/** The probability that two records of a kind are about the same person or company. */
export function score(entity: MatchEntity, a: MatchRecord, b: MatchRecord, soundsAlike: SoundsAlike): Match {
  const isCompany = entity === 'accounts';
  const weights = isCompany ? odds.company : odds.person;
  const sum = new Sum(weights.prior);
  const name = names(a, b, soundsAlike);
  sum.add(isCompany ? 'legal_name' : 'full_name', name, step(weights.name, name));
  if (a.email !== null && b.email !== null) sum.add('email', ...emails(a.email, b.email));
  phones(sum, a, b, isCompany ? odds.phone.ofCompany : entity === 'leads' ? odds.phone.ofLead : odds.phone.ofPerson);
  if (entity === 'contacts') sum.compare('account_id', a.company, b.company, odds.person.company);
  if (entity === 'leads' && a.company !== null && b.company !== null) {
    const company = nameSimilarity(a.company, b.company);
    sum.add('company', company, company >= 0.86 ? odds.person.company.same : odds.person.company.other);
  }
  sum.compare('website', a.website, b.website, odds.website);
  sum.compare('country_code', a.country_code, b.country_code, weights.country);
  if (isCompany) sum.compare('city', a.city, b.city, odds.city);
  return sum.match();
}
