import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Call, Reader } from '../../kernel/context/call.js';
import { audit, tell } from '../../kernel/crud/trail.js';
import { CrmError, invalidBody } from '../../kernel/errors/crm.error.js';
import { insertConsent, readCurrent, readHistory } from './consent.repository.js';
import { consentFeature } from './consent.sql.js';
import type { Channel, ConsentRow, ConsentSource, CurrentConsent, LegalBasis, PersonKind } from './consent.types.js';
import { findPurpose, findWording, type PurposeRow } from './purpose.repository.js';

/** What somebody says a person stated. */
export interface ConsentInput {
  readonly purpose: string;
  readonly channel: Channel;
  readonly state: 'granted' | 'withdrawn';
  readonly legal_basis?: LegalBasis;
  readonly occurred_at?: string;
  readonly expires_at?: string | null;
  readonly source?: ConsentSource;
  readonly wording_version?: string | null;
  readonly wording_locale?: 'en' | 'ar';
  readonly wording_text?: string | null;
  readonly reference?: string | null;
  readonly ip?: string | null;
  readonly user_agent?: string | null;
}

/** A person's record as consent needs to know it. */
export interface Person {
  readonly kind: PersonKind;
  readonly id: string;
  readonly label: string;
  readonly accountId: string | null;
}

// Clocks of forms and servers differ a little.
const skewMs = 5 * 60_000;
const shownHistory = 500;
const dayMs = 24 * 3600_000;

/** SHA-256 of a wording as it was shown, hex. */
export const wordingHash = (text: string): string => createHash('sha256').update(text.normalize('NFC'), 'utf8').digest('hex');

/** What holds now, and everything that led to it. */
export async function readConsents(db: Reader, kind: PersonKind, id: string): Promise<{ current: CurrentConsent[]; history: ConsentRow[] }> {
  const [current, history] = await Promise.all([readCurrent(db, kind, id), readHistory(db, kind, id, shownHistory)]);
  return { current, history };
}

/**
 * Records what a person stated, with its proof, in the history that only grows. The opt-in fields of a contact follow.
 * @throws CrmError 422 for an unknown purpose or wording, a channel that the purpose does not have, or times that cannot be.
 */
export async function recordConsent(trx: Knex.Transaction, call: Call, person: Person, input: ConsentInput): Promise<ConsentRow> {
  const purpose = await findPurpose(trx, { key: input.purpose });
  if (purpose === undefined) throw invalidBody([{ path: 'purpose', code: 'unknown_purpose', message: `"purpose" must be the key of a purpose; see /crm/v1/consent-purposes.` }]);
  const wording = await wordingOf(trx, purpose, input);
  const row = await insertConsent(trx, {
    [person.kind === 'contacts' ? 'contact_id' : 'lead_id']: person.id, purpose_id: purpose.id, channel: input.channel, state: input.state,
    legal_basis: input.legal_basis ?? purpose.legal_basis, ...timesOf(purpose, input), source: input.source ?? sourceOf(call), ...wording,
    reference: input.reference ?? null, ip: input.ip ?? null, user_agent: input.user_agent ?? null, actor_id: call.actor.id, actor_kind: call.actor.kind,
  });
  const facts = { purpose: row.purpose, channel: row.channel, state: row.state };
  await audit(trx, call, { action: 'create', entity: 'consents', entityId: row.id, after: { ...facts, [person.kind === 'contacts' ? 'contact_id' : 'lead_id']: person.id } });
  await tell(trx, call, {
    entity: person.kind, entityId: person.id, accountId: person.accountId, kind: 'consent',
    // Under the name of the member, so that who is not shown it is not told either.
    summary: `${person.kind === 'contacts' ? 'contact' : 'lead'} consent changed`, data: { consents: { ...facts, name: purpose.name, name_ar: purpose.name_ar, source: row.source } },
  });
  if (person.kind === 'contacts') await followOptIn(trx, call, person.id, row);
  return row;
}

/** Keeps the history true where somebody changes the opt-in fields of a contact directly, as imports and forms of old do. */
export async function followFields(trx: Knex.Transaction, call: Call, contactId: string, before: Readonly<Record<string, unknown>> | null, after: Readonly<Record<string, unknown>>): Promise<void> {
  if (!call.feature(consentFeature)) return;
  const changed = ([['email_opt_in', 'email'], ['sms_opt_in', 'sms']] as const).filter(([field]) => typeof after[field] === 'boolean' && after[field] !== (before?.[field] === true));
  const purpose = changed.length === 0 ? undefined : await findPurpose(trx, { key: 'marketing' });
  if (purpose === undefined) return;
  for (const [field, channel] of changed) {
    if (!purpose.channels.includes(channel)) continue;
    const is = after[field] === true;
    const agreed = after['email_opt_in_at'];
    const occurred = channel === 'email' && is && agreed !== null && agreed !== undefined ? new Date(agreed as string | Date) : new Date();
    await insertConsent(trx, {
      contact_id: contactId, purpose_id: purpose.id, channel, state: is ? 'granted' : 'withdrawn', legal_basis: purpose.legal_basis,
      ...timesOf(purpose, { state: is ? 'granted' : 'withdrawn', occurred_at: occurred.toISOString(), past: true }), source: sourceOf(call),
      reference: channel === 'email' ? after['email_opt_in_source'] ?? null : null, actor_id: call.actor.id, actor_kind: call.actor.kind,
    });
  }
}

function sourceOf(call: Call): ConsentSource {
  if (call.actor.kind === 'import') return 'import';
  return call.actor.kind === 'client' ? 'api' : 'user';
}

function timesOf(purpose: PurposeRow, input: Pick<ConsentInput, 'state' | 'occurred_at' | 'expires_at'> & { readonly past?: boolean }): { occurred_at: string; expires_at: string | null } {
  const occurred = input.occurred_at === undefined ? Date.now() : Date.parse(input.occurred_at);
  if (input.past !== true && occurred > Date.now() + skewMs) throw invalidBody([{ path: 'occurred_at', code: 'in_future', message: '"occurred_at" must not be in the future; it is when the person said so.' }]);
  const at = new Date(occurred).toISOString();
  if (input.state === 'withdrawn') {
    if (typeof input.expires_at === 'string') throw invalidBody([{ path: 'expires_at', code: 'not_for_withdrawal', message: 'A withdrawal does not expire; leave "expires_at" out.' }]);
    return { occurred_at: at, expires_at: null };
  }
  if (typeof input.expires_at === 'string') {
    if (Date.parse(input.expires_at) <= occurred) throw invalidBody([{ path: 'expires_at', code: 'before_start', message: '"expires_at" must be after "occurred_at".' }]);
    return { occurred_at: at, expires_at: input.expires_at };
  }
  return { occurred_at: at, expires_at: purpose.valid_days === null || input.expires_at === null ? null : new Date(occurred + purpose.valid_days * dayMs).toISOString() };
}

async function wordingOf(trx: Knex.Transaction, purpose: PurposeRow, input: ConsentInput): Promise<Record<string, string | null>> {
  if (!purpose.channels.includes(input.channel)) {
    throw invalidBody([{ path: 'channel', code: 'channel_not_of_purpose', message: `"channel" must be one of ${purpose.channels.join(', ')} for the purpose "${purpose.key}".` }]);
  }
  const version = input.wording_version ?? null;
  const given = typeof input.wording_text === 'string' ? wordingHash(input.wording_text) : null;
  if (version === null) return { wording_id: null, wording_version: null, wording_hash: given };
  const kept = await findWording(trx, purpose.id, version, input.wording_locale ?? 'en');
  if (kept === undefined) {
    if (given === null) throw invalidBody([{ path: 'wording_version', code: 'unknown_wording', message: `The purpose "${purpose.key}" has no wording "${version}" in this language. Keep it first (POST /crm/v1/consent-purposes/{id}/wordings) or send wording_text.` }]);
    return { wording_id: null, wording_version: version, wording_hash: given };
  }
  if (given !== null && given !== kept.hash) throw invalidBody([{ path: 'wording_text', code: 'wording_differs', message: `"wording_text" is not the wording that is kept as "${version}". Send the text that was shown under a version of its own.` }]);
  return { wording_id: kept.id, wording_version: version, wording_hash: kept.hash };
}

/** The fields `email_opt_in` and `sms_opt_in` are the short form of two consents; they say what the newest statement says. */
async function followOptIn(trx: Knex.Transaction, call: Call, contactId: string, row: ConsentRow): Promise<void> {
  if (row.purpose !== 'marketing' || (row.channel !== 'email' && row.channel !== 'sms')) return;
  const now = (await readCurrent(trx, 'contacts', contactId)).find((one) => one.purpose === row.purpose && one.channel === row.channel);
  const agreed = now?.state === 'granted';
  const field = `${row.channel}_opt_in`;
  const before = await trx('crm_core.crm_contacts').where({ id: contactId }).forNoKeyUpdate().first<Record<string, boolean> | undefined>(field);
  if (before === undefined) throw new CrmError(409, 'contact_gone', 'The contact was deleted meanwhile. Reload and try again.');
  if (before[field] === agreed) return;
  const also = row.channel === 'email' ? { email_opt_in_at: agreed ? now.since : null, email_opt_in_source: agreed ? row.source : null } : {};
  await trx('crm_core.crm_contacts').where({ id: contactId }).update({ [field]: agreed, ...also });
  await audit(trx, call, { action: 'update', entity: 'contacts', entityId: contactId, before: { [field]: before[field] }, after: { [field]: agreed, ...also } });
}
