import type { Knex } from 'knex';
import type { Call, Reader } from '../../../kernel/context/call.js';
import { ownerships } from '../../../kernel/crud/ownership.js';
import { scopeCondition } from '../../../kernel/crud/scope.js';
import type { MatchEntity, MatchRecord } from './match.types.js';

/** Records that share a key: what is compared with each other. */
export interface Block {
  readonly key: string;
  readonly ids: readonly string[];
}

interface EntitySql {
  readonly record: string;
  /** The keys of the index, over `t.`. */
  readonly keys: string;
  /** Keys that only a search of everything needs. */
  readonly wide: string;
  /** Puts those next to each other that are most likely one, where a block is too large to compare all. */
  readonly near: string;
}

const mailboxKey = `CASE WHEN length(split_part(t.email::text, '@', 1)) >= 6 THEN 'u:' || lower(regexp_replace(split_part(t.email::text, '@', 1), '[._+-]', '', 'g')) END`;
const person = `t.id, crm_core.crm_fold(t.full_name) AS name, crm_core.crm_mail_key(t.email::text) AS email, t.phone, t.country_code, NULL AS website`;

/** How each kind is read and blocked; the expressions of `keys` are those of the indexes `crm_*_match_idx`. */
const entities: Readonly<Record<MatchEntity, EntitySql>> = {
  contacts: {
    record: `${person}, crm_core.crm_fold(t.full_name_ar) AS name_ar, t.mobile, t.account_id::text AS company, NULL AS city`,
    keys: 'crm_core.crm_person_keys(t.full_name, t.full_name_ar, t.email::text, t.phone, t.mobile)',
    wide: `ARRAY[${mailboxKey}] || CASE WHEN t.account_id IS NOT NULL THEN ARRAY(SELECT 'a:' || t.account_id || w FROM unnest(crm_core.crm_sounds(t.full_name)) w) END`,
    near: 'hashtext(coalesce(t.account_id::text, t.city, t.country_code))',
  },
  leads: {
    record: `${person}, NULL AS name_ar, NULL AS mobile, crm_core.crm_company_name(t.company) AS company, NULL AS city`,
    keys: 'crm_core.crm_person_keys(t.full_name, NULL, t.email::text, t.phone, NULL)',
    wide: `ARRAY[${mailboxKey}] || ARRAY(SELECT 'a:' || left(crm_core.crm_fingerprint(t.company), 8) || ':' || w FROM unnest(crm_core.crm_sounds(t.full_name)) w)`,
    near: 'hashtext(coalesce(crm_core.crm_fingerprint(t.company), t.country_code))',
  },
  accounts: {
    record: `t.id, crm_core.crm_company_name(t.legal_name) AS name, crm_core.crm_company_name(t.legal_name_ar) AS name_ar, NULL AS email, t.phone, NULL AS mobile, NULL AS company,
      crm_core.crm_web_key(t.website) AS website, t.country_code, crm_core.crm_fold(t.city) AS city`,
    keys: 'crm_core.crm_company_keys(t.legal_name, t.legal_name_ar, t.website, t.phone)',
    wide: `'{}'::text[]`,
    near: 'hashtext(coalesce(t.country_code, t.region) || left(t.fingerprint, 3))',
  },
};

const live = 't.deleted_at IS NULL AND t.merged_into_id IS NULL';

// Beyond this a block says nothing more: everybody's key, such as a placeholder.
const maxBlockRows = 20_000;

/** Opens a cursor over all blocks of two and more; the server groups on disk, so that memory does not grow with the table. */
export async function openBlocks(trx: Knex.Transaction, entity: MatchEntity): Promise<void> {
  const { keys, wide, near } = entities[entity];
  await trx.raw(`DECLARE crm_blocks NO SCROLL CURSOR FOR
    SELECT key, (array_agg(id ORDER BY near, id))[1:${maxBlockRows}] AS ids
      FROM (SELECT DISTINCT unnest(${keys} || ${wide}) AS key, t.id, ${near} AS near FROM crm_core.crm_${entity} t WHERE ${live}) k
     WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1`);
}

/** The next blocks of the cursor; empty at its end. */
export async function nextBlocks(trx: Knex.Transaction, count: number): Promise<Block[]> {
  const { rows } = await trx.raw<{ rows: Block[] }>(`FETCH ${count} FROM crm_blocks`);
  return rows;
}

/** Records by id, in the forms that compare. */
export async function loadRecords(db: Reader, entity: MatchEntity, ids: readonly string[]): Promise<Map<string, MatchRecord>> {
  const { rows } = await db.raw<{ rows: MatchRecord[] }>(`SELECT ${entities[entity].record} FROM crm_core.crm_${entity} t WHERE t.id = ANY(?::uuid[]) AND ${live}`, [`{${ids.join(',')}}`]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** How words sound, by `crm_sounds`. */
export async function soundsOf(db: Reader, names: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.raw<{ rows: { name: string; sound: string }[] }>(`SELECT n AS name, array_to_string(crm_core.crm_sounds(n), '+') AS sound FROM unnest(?::text[]) n`, [[...names]]);
  return new Map(rows.map((row) => [row.name, row.sound]));
}

/** The bounds of a question at creation: it must be answered while somebody types. */
const perKind = 60;

/**
 * Stored records that the caller may see and that share a key with one that is not stored, and that record itself in the form that compares. `values` are columns of the table.
 */
export async function findAlike(db: Reader, call: Call, entity: MatchEntity, values: Readonly<Record<string, unknown>>, except: string | null): Promise<{ asked: MatchRecord; found: MatchRecord[] }> {
  const { keys, record } = entities[entity];
  const row = `(SELECT (jsonb_populate_record(NULL::crm_core.crm_${entity}, ?::jsonb)).*) t`;
  const json = JSON.stringify({ ...values, id: except ?? '00000000-0000-0000-0000-000000000000' });
  const asked = await db.raw<{ rows: (MatchRecord & { keys: string[] | null })[] }>(`SELECT ${record}, ${keys} AS keys FROM ${row}`, [json]);
  const self = asked.rows[0];
  if (!self) return { asked: {} as MatchRecord, found: [] };
  const scope = scopeCondition(call.actor, entity, 'read', ownerships[entity] ?? null);
  const visible = `${live}${except === null ? '' : ' AND t.id <> ?'}${scope ? ` AND ${scope.sql}` : ''}`;
  const bindings: Knex.Value[] = [...(except === null ? [] : [except]), ...(scope?.bindings ?? [])];
  const own = self.keys ?? [];
  // Strong keys first, each kind with a bound of its own: a common name must not push the same mailbox out.
  const parts = [own.filter((key) => !key.startsWith('n:')), own.filter((key) => key.startsWith('n:'))].filter((part) => part.length > 0)
    .map((part) => ({ sql: `(SELECT ${record} FROM crm_core.crm_${entity} t WHERE ${keys} && ?::text[] AND ${visible} LIMIT ${perKind})`, bindings: [part as unknown as Knex.Value, ...bindings] }));
  if (entity === 'contacts' && self.company !== null) {
    parts.push({ sql: `(SELECT ${record} FROM crm_core.crm_contacts t WHERE t.account_id = ? AND ${visible} LIMIT ${perKind})`, bindings: [self.company, ...bindings] });
  }
  if (parts.length === 0) return { asked: self, found: [] };
  const { rows } = await db.raw<{ rows: MatchRecord[] }>(parts.map((part) => part.sql).join(' UNION ALL '), parts.flatMap((part) => part.bindings));
  return { asked: self, found: [...new Map(rows.map((one) => [one.id, one])).values()] };
}
