import type { Reader } from '../../kernel/context/call.js';
import { CrmError, notFound } from '../../kernel/errors/crm.error.js';
import { readCurrent, readReach } from './consent.repository.js';
import { consentFeature } from './consent.sql.js';
import type { Channel, ConsentState, LegalBasis, PersonKind } from './consent.types.js';
import { findPurpose, listPurposes } from './purpose.repository.js';

/** Why somebody may or may not be contacted; a stable code. */
export type ContactReason =
  | 'granted' | 'other_basis' | 'opt_in'
  | 'withdrawn' | 'expired' | 'no_consent' | 'no_address' | 'no_opt_in';

/** The answer to whether a person may be contacted. */
export interface ContactVerdict {
  readonly allowed: boolean;
  readonly reason: ContactReason;
  readonly purpose: string;
  readonly channel: Channel;
  readonly state: ConsentState;
  readonly legal_basis: LegalBasis;
  readonly since: string | null;
  readonly expires_at: string | null;
}

/** What the check needs of its caller: requests and jobs alike have it. */
export interface ConsentCaller {
  feature(key: string): boolean;
}

/** Where each channel ends; those that are absent need no address. */
const addresses: Partial<Record<Channel, readonly ('email' | 'phone' | 'mobile')[]>> = { email: ['email'], sms: ['mobile', 'phone'], phone: ['phone', 'mobile'], messenger: ['mobile', 'phone'] };

/**
 * Whether a person may be contacted for a purpose by a channel, with the reason. Whoever sends anything asks here first, at the moment of sending.
 * A purpose that rests on consent needs one in force; one with another legal basis needs that the person has not objected (withdrawn). With the feature off, the fields
 * `email_opt_in` and `sms_opt_in` of the contact decide, and nothing else is allowed.
 * @throws CrmError 404 for a record or purpose that does not exist, 422 for a channel that the purpose does not have.
 */
export async function mayContact(db: Reader, caller: ConsentCaller, person: { readonly kind: PersonKind; readonly id: string }, purpose: string, channel: Channel): Promise<ContactVerdict> {
  const reach = await readReach(db, person.kind, person.id);
  if (reach === undefined) throw notFound(person.kind === 'contacts' ? 'contact' : 'lead', person.id);
  const known = await findPurpose(db, { key: purpose });
  if (known === undefined) throw new CrmError(404, 'consent_purpose_not_found', `There is no purpose "${purpose}". Use one of ${(await listPurposes(db)).map((one) => one.key).join(', ')}.`);
  if (!known.channels.includes(channel)) throw new CrmError(422, 'channel_not_of_purpose', `The purpose "${purpose}" has no channel "${channel}"; use one of ${known.channels.join(', ')}.`);
  const verdict = (allowed: boolean, reason: ContactReason, now: { state: ConsentState; since: string | null; expires_at: string | null; legal_basis: LegalBasis | null }): ContactVerdict =>
    ({ allowed, reason, purpose, channel, state: now.state, legal_basis: now.legal_basis ?? known.legal_basis, since: now.since, expires_at: now.expires_at });
  const nothing = { state: 'none', since: null, expires_at: null, legal_basis: null } as const;
  const lacks = addresses[channel]?.every((field) => reach[field] === null) === true;
  if (!caller.feature(consentFeature)) {
    const opted = purpose === 'marketing' && ((channel === 'email' && reach.email_opt_in === true) || (channel === 'sms' && reach.sms_opt_in === true));
    return verdict(opted && !lacks, opted ? (lacks ? 'no_address' : 'opt_in') : 'no_opt_in', nothing);
  }
  const now = (await readCurrent(db, person.kind, person.id)).find((one) => one.purpose === purpose && one.channel === channel) ?? nothing;
  if (now.state === 'withdrawn') return verdict(false, 'withdrawn', now);
  if (known.legal_basis === 'consent' && now.state !== 'granted') return verdict(false, now.state === 'expired' ? 'expired' : 'no_consent', now);
  if (lacks) return verdict(false, 'no_address', now);
  return verdict(true, now.state === 'granted' ? 'granted' : 'other_basis', now);
}
