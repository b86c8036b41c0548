/** Ways to reach a person; `any` is for purposes that need none, such as profiling. */
export const channels = ['any', 'email', 'sms', 'phone', 'messenger', 'post'] as const;
export type Channel = (typeof channels)[number];

/** The lawful bases of Art. 6 GDPR. */
export const legalBases = ['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests'] as const;
export type LegalBasis = (typeof legalBases)[number];

/** Where a statement of the person came from. */
export const consentSources = ['form', 'import', 'api', 'phone', 'email', 'paper', 'in_person', 'user'] as const;
export type ConsentSource = (typeof consentSources)[number];

/** What can be recorded; that a consent has expired follows from its time. */
export const recordedStates = ['granted', 'withdrawn'] as const;

/** What can be true of a person at a moment; `none`: nothing was ever recorded. */
export const consentStates = ['granted', 'withdrawn', 'expired', 'none'] as const;
export type ConsentState = (typeof consentStates)[number];

/** Whom consent is about. */
export type PersonKind = 'contacts' | 'leads';

/** A row of `crm_consents`. */
export interface ConsentRow {
  id: string;
  contact_id: string | null;
  lead_id: string | null;
  purpose: string;
  channel: Channel;
  state: 'granted' | 'withdrawn';
  legal_basis: LegalBasis;
  occurred_at: Date;
  expires_at: Date | null;
  source: ConsentSource;
  wording_id: string | null;
  wording_version: string | null;
  wording_hash: string | null;
  reference: string | null;
  ip: string | null;
  user_agent: string | null;
  actor: { id: string; name: string } | null;
  actor_kind: string;
  created_at: Date;
}

/** What holds of one purpose and channel at this moment. */
export interface CurrentConsent {
  readonly purpose: string;
  readonly channel: Channel;
  readonly state: ConsentState;
  readonly legal_basis: LegalBasis | null;
  readonly since: string | null;
  readonly expires_at: string | null;
}
