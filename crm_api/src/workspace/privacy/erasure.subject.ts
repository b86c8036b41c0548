import type { Knex } from 'knex';
import { notFound } from '../../kernel/errors/crm.error.js';
import type { Person, PersonSets, SubjectType } from './erasure.types.js';

const literal = (ids: Iterable<string>): string => `{${[...ids].join(',')}}`;

async function ids(trx: Knex.Transaction, sql: string, bindings: readonly string[]): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(sql, [...bindings]);
  return rows.map((row) => row.id);
}

const grow = (set: Set<string>, more: readonly string[]): boolean => {
  const before = set.size;
  for (const id of more) set.add(id);
  return set.size > before;
};

/** Contacts and leads are one person where they were merged, converted or share an e-mail address; deleted ones count. Looked for until nothing is added. */
async function samePerson(trx: Knex.Transaction, contacts: Set<string>, leads: Set<string>): Promise<void> {
  for (let again = true; again;) {
    const c = literal(contacts);
    const l = literal(leads);
    const mail = `SELECT email FROM crm_core.crm_contacts WHERE id = ANY(?::uuid[]) UNION SELECT email FROM crm_core.crm_leads WHERE id = ANY(?::uuid[])
      UNION SELECT value::citext FROM crm_core.crm_contact_channels WHERE kind = 'email' AND contact_id = ANY(?::uuid[])`;
    again = grow(contacts, await ids(trx, `
      SELECT id FROM crm_core.crm_contacts WHERE merged_into_id = ANY(?::uuid[]) OR email IN (${mail})
      UNION SELECT merged_into_id FROM crm_core.crm_contacts WHERE id = ANY(?::uuid[]) AND merged_into_id IS NOT NULL
      UNION SELECT converted_contact_id FROM crm_core.crm_leads WHERE id = ANY(?::uuid[]) AND converted_contact_id IS NOT NULL`, [c, c, l, c, c, l]));
    again = grow(leads, await ids(trx, `SELECT id FROM crm_core.crm_leads WHERE converted_contact_id = ANY(?::uuid[]) OR email IN (${mail})`, [c, c, l, c])) || again;
  }
}

/**
 * Finds everything that is this person, and locks it unless it is only to be read. A person who is an account also is its contacts of the same name.
 * @throws CrmError 404 where there is no such row, not even a deleted one.
 */
export async function findPerson(trx: Knex.Transaction, type: SubjectType, id: string, lock = true): Promise<Person> {
  const found = await ids(trx, `SELECT id FROM crm_core.crm_${type}s WHERE id = ?`, [id]);
  if (found.length === 0) throw notFound(type, id);
  const contacts = new Set(type === 'contact' ? found : []);
  const leads = new Set(type === 'lead' ? found : []);
  const accounts = new Set(type === 'account' ? found : []);
  const users = new Set(type === 'user' ? found : []);
  if (type === 'account') {
    grow(contacts, await ids(trx, `SELECT c.id FROM crm_core.crm_contacts c JOIN crm_core.crm_accounts a ON a.id = c.account_id
      WHERE a.id = ? AND crm_core.crm_fingerprint(c.full_name) = a.fingerprint`, [id]));
  }
  if (type !== 'user') await samePerson(trx, contacts, leads);
  const [c, l, a, u] = [literal(contacts), literal(leads), literal(accounts), literal(users)];
  if (lock) for (const [table, set] of [['contacts', c], ['leads', l], ['accounts', a], ['users', u]] as const) {
    await trx.raw(`SELECT 1 FROM crm_core.crm_${table} WHERE id = ANY(?::uuid[]) ORDER BY id FOR UPDATE`, [set]);
  }
  const sets: PersonSets = {
    contacts: [...contacts], leads: [...leads], accounts: [...accounts], users: [...users],
    tickets: await ids(trx, 'SELECT id FROM crm_core.crm_tickets WHERE contact_id = ANY(?::uuid[]) OR account_id = ANY(?::uuid[])', [c, a]),
    activities: await ids(trx, `SELECT id FROM crm_core.crm_activities WHERE contact_id = ANY(?::uuid[]) OR lead_id = ANY(?::uuid[]) OR account_id = ANY(?::uuid[])
      OR ticket_id IN (SELECT id FROM crm_core.crm_tickets WHERE contact_id = ANY(?::uuid[]) OR account_id = ANY(?::uuid[]))`, [c, l, a, c, a]),
  };
  return { sets, identifiers: await identifiersOf(trx, c, l, a, u) };
}

async function identifiersOf(trx: Knex.Transaction, c: string, l: string, a: string, u: string): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { value: string }[] }>(`
    SELECT DISTINCT ON (lower(btrim(value))) btrim(value) AS value FROM (
      SELECT unnest(ARRAY[full_name, full_name_ar, first_name || ' ' || last_name, email::text, phone, mobile]) AS value FROM crm_core.crm_contacts WHERE id = ANY(?::uuid[])
      UNION SELECT value FROM crm_core.crm_contact_channels WHERE contact_id = ANY(?::uuid[])
      UNION SELECT unnest(ARRAY[full_name, email::text, phone]) FROM crm_core.crm_leads WHERE id = ANY(?::uuid[])
      UNION SELECT unnest(ARRAY[legal_name, legal_name_ar, phone, website]) FROM crm_core.crm_accounts WHERE id = ANY(?::uuid[])
      UNION SELECT unnest(ARRAY[name, name_ar, email::text, phone]) FROM crm_core.crm_users WHERE id = ANY(?::uuid[])
    ) v WHERE length(btrim(value)) > 2 AND value NOT LIKE 'Erased person%' ORDER BY lower(btrim(value)), 1`, [c, c, l, a, u]);
  return rows.map((row) => row.value);
}

/** The identifiers that point at one person wherever they stand: addresses, numbers, and names of several words. "Ali" alone stays in other people's texts. */
export function strongIdentifiers(identifiers: readonly string[]): string[] {
  return identifiers.filter((value) => value.length >= 5 && /[\s@+\d/]/.test(value));
}
