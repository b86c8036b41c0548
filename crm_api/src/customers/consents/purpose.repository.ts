import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { Channel, LegalBasis } from './consent.types.js';

/** A row of `crm_consent_wordings`. */
export interface WordingRow {
  id: string;
  purpose_id: string;
  version: string;
  locale: 'en' | 'ar';
  body: string;
  hash: string;
  created_at: Date;
}

/** A row of `crm_consent_purposes`. */
export interface PurposeRow {
  id: string;
  key: string;
  name: string;
  name_ar: string;
  description: string | null;
  description_ar: string | null;
  channels: Channel[];
  legal_basis: LegalBasis;
  valid_days: number | null;
  created_at: Date;
  updated_at: Date;
}

const table = 'crm_core.crm_consent_purposes';
const columns = ['id', 'key', 'name', 'name_ar', 'description', 'description_ar', 'channels', 'legal_basis', 'valid_days', 'created_at', 'updated_at'] as const;
const wordingColumns = ['id', 'purpose_id', 'version', 'locale', 'body', 'hash', 'created_at'] as const;

/** Live purposes in the order they were made. */
export async function listPurposes(db: Reader): Promise<PurposeRow[]> {
  return db(table).whereNull('deleted_at').orderBy(['created_at', 'id']).select<PurposeRow[]>(...columns);
}

/** One live purpose by its id or key; locked where a transaction is to change it. */
export async function findPurpose(db: Reader, by: { readonly id: string } | { readonly key: string }, lock = false): Promise<PurposeRow | undefined> {
  const query = db(table).where(by).whereNull('deleted_at');
  if (lock) query.forUpdate();
  return query.first<PurposeRow | undefined>(...columns);
}

/** Makes a purpose. */
export async function insertPurpose(trx: Knex.Transaction, values: Readonly<Record<string, unknown>>): Promise<PurposeRow> {
  const [row] = await trx(table).insert(values).returning<PurposeRow[]>([...columns]);
  if (row === undefined) throw new Error('The purpose was not written');
  return row;
}

/** Changes a purpose; its key is what statements and callers know it by, and stays. */
export async function updatePurpose(trx: Knex.Transaction, id: string, values: Readonly<Record<string, unknown>>): Promise<PurposeRow> {
  const [row] = await trx(table).where({ id }).update(values).returning<PurposeRow[]>([...columns]);
  if (row === undefined) throw new Error('The purpose was not written');
  return row;
}

/** The wordings of purposes, the newest first. */
export async function listWordings(db: Reader, purposes: readonly string[]): Promise<WordingRow[]> {
  return db('crm_core.crm_consent_wordings').whereIn('purpose_id', purposes).orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id', order: 'desc' }]).select<WordingRow[]>(...wordingColumns);
}

/** One wording. */
export async function findWording(db: Reader, purposeId: string, version: string, locale: string): Promise<WordingRow | undefined> {
  return db('crm_core.crm_consent_wordings').where({ purpose_id: purposeId, version, locale }).first<WordingRow | undefined>(...wordingColumns);
}

/** Keeps a wording for good. */
export async function insertWording(trx: Knex.Transaction, values: Readonly<Record<string, unknown>>): Promise<WordingRow> {
  const [row] = await trx('crm_core.crm_consent_wordings').insert(values).returning<WordingRow[]>([...wordingColumns]);
  if (row === undefined) throw new Error('The wording was not written');
  return row;
}
