import { Tone } from '../chip/chip.component';

/** Ways to reach a person, as the API names them. */
export type ConsentChannel = 'any' | 'email' | 'sms' | 'phone' | 'messenger' | 'post';

/** What holds of a purpose and channel now. */
export type ConsentState = 'granted' | 'withdrawn' | 'expired' | 'none';

/** Where a statement can come from when a person records it. */
export const CONSENT_SOURCES = ['user', 'phone', 'email', 'in_person', 'paper', 'form'] as const;

/** The lawful bases of Art. 6 GDPR. */
export const LEGAL_BASES = ['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests'] as const;

/** All channels in the order they are offered. */
export const CHANNELS: readonly ConsentChannel[] = ['email', 'sms', 'phone', 'messenger', 'post', 'any'];

/** Words that people are shown, kept for good. */
export interface ConsentWording {
  readonly id: string;
  readonly version: string;
  readonly locale: 'en' | 'ar';
  readonly body: string;
  readonly hash: string;
  readonly created_at: string;
}

/** What consent is asked for. */
export interface ConsentPurpose {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly name_ar: string;
  readonly description: string | null;
  readonly description_ar: string | null;
  readonly channels: readonly ConsentChannel[];
  readonly legal_basis: string;
  readonly valid_days: number | null;
  readonly wordings: readonly ConsentWording[];
}

/** What holds now. */
export interface CurrentConsent {
  readonly purpose: string;
  readonly channel: ConsentChannel;
  readonly state: ConsentState;
  readonly since: string | null;
  readonly expires_at: string | null;
}

/** A statement as it was recorded. */
export interface ConsentStatement {
  readonly id: string;
  readonly purpose: string;
  readonly channel: ConsentChannel;
  readonly state: 'granted' | 'withdrawn';
  readonly legal_basis: string;
  readonly occurred_at: string;
  readonly expires_at: string | null;
  readonly source: string;
  readonly wording_version: string | null;
  readonly wording_hash: string | null;
  readonly reference: string | null;
  readonly ip: string | null;
  readonly actor: { readonly id: string; readonly name: string } | null;
}

/** The answer about one person. */
export interface PersonConsents {
  readonly current: readonly CurrentConsent[];
  readonly history: readonly ConsentStatement[];
}

/** The tone of a state. */
export const toneOfConsent = (state: ConsentState): Tone => ({ granted: 'won', withdrawn: 'lost', expired: 'stale', none: 'neutral' } as const)[state];

/** When a date that was chosen was: today means now, another day its noon here, so that no time zone moves it to a neighbour. */
export function momentOf(day: string | null, now: Date): string | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '');
  if (!match) return undefined;
  const noon = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]), 12);
  return noon.toDateString() === now.toDateString() ? undefined : noon.toISOString();
}

/** A day as a date field holds it. */
export const dayOf = (date: Date): string => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
