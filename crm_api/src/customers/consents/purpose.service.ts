import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { audit } from '../../kernel/crud/trail.js';
import { CrmError, notFound } from '../../kernel/errors/crm.error.js';
import { wordingHash } from './consent.service.js';
import { findPurpose, findWording, insertPurpose, insertWording, updatePurpose, type PurposeRow, type WordingRow } from './purpose.repository.js';

const facts = (row: PurposeRow): Record<string, unknown> => ({ key: row.key, name: row.name, name_ar: row.name_ar, channels: row.channels, legal_basis: row.legal_basis, valid_days: row.valid_days });

async function locked(trx: Knex.Transaction, id: string): Promise<PurposeRow> {
  const row = await findPurpose(trx, { id }, true);
  if (row === undefined) throw notFound('consent_purpose', id);
  return row;
}

/** Makes a purpose. @throws CrmError 409 where its key is taken. */
export async function createPurpose(trx: Knex.Transaction, call: Call, values: Readonly<Record<string, unknown>>): Promise<PurposeRow> {
  const key = String(values['key']);
  if ((await findPurpose(trx, { key })) !== undefined) throw new CrmError(409, 'purpose_exists', `There is a purpose "${key}" already. Change it, or choose another key.`);
  const row = await insertPurpose(trx, values);
  await audit(trx, call, { action: 'create', entity: 'consent_purposes', entityId: row.id, after: facts(row) });
  return row;
}

/** Changes a purpose. @throws CrmError 404 */
export async function changePurpose(trx: Knex.Transaction, call: Call, id: string, values: Readonly<Record<string, unknown>>): Promise<PurposeRow> {
  const before = await locked(trx, id);
  const row = await updatePurpose(trx, id, values);
  await audit(trx, call, { action: 'update', entity: 'consent_purposes', entityId: id, before: facts(before), after: facts(row) });
  return row;
}

/** Ends a purpose: nothing is recorded or allowed for it any more; what was recorded stays. @throws CrmError 404 */
export async function endPurpose(trx: Knex.Transaction, call: Call, id: string): Promise<void> {
  const before = await locked(trx, id);
  await updatePurpose(trx, id, { deleted_at: trx.fn.now() });
  await audit(trx, call, { action: 'delete', entity: 'consent_purposes', entityId: id, before: facts(before) });
}

/** Keeps the words that people are shown. The same words again are what is kept already. @throws CrmError 404, 409 for other words under a version that exists. */
export async function keepWording(trx: Knex.Transaction, call: Call, purposeId: string, input: { version: string; locale: 'en' | 'ar'; body: string }): Promise<WordingRow> {
  await locked(trx, purposeId);
  const hash = wordingHash(input.body);
  const kept = await findWording(trx, purposeId, input.version, input.locale);
  if (kept !== undefined) {
    if (kept.hash === hash) return kept;
    throw new CrmError(409, 'wording_exists', `The wording "${input.version}" exists with other words, which people have agreed to. Give the new words a version of their own.`);
  }
  const row = await insertWording(trx, { purpose_id: purposeId, ...input, hash });
  await audit(trx, call, { action: 'create', entity: 'consent_wordings', entityId: row.id, after: { version: row.version, locale: row.locale, hash } });
  return row;
}
