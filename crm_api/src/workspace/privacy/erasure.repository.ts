import type { Knex } from 'knex';
import type { Call } from '../../kernel/context/call.js';
import { erasurePlan, pseudonym } from './erasure.plan.js';
import { strongIdentifiers } from './erasure.subject.js';
import type { Person, PersonSets, ScopeEntry, ScrubMode, SubjectType, TablePlan } from './erasure.types.js';

/** A row of `crm_erasures`. */
export interface ErasureRow {
  id: string;
  subject_type: SubjectType;
  subject_id: string;
  reason: string;
  requested_by: string | null;
  identifier_count: number;
  scope: ScopeEntry[];
  certified_at: Date | null;
  certificate_hash: string | null;
  created_at: Date;
}

const columns = ['id', 'subject_type', 'subject_id', 'reason', 'requested_by', 'identifier_count', 'scope', 'certified_at', 'certificate_hash', 'created_at'] as const;

/** The condition of a plan with its sets as arrays. */
export function bound(condition: string, sets: PersonSets): { sql: string; bindings: string[] } {
  const bindings: string[] = [];
  const all = Object.values(sets).flat();
  const sql = condition.replace(/@(\w+)/g, (_, set: string) => {
    bindings.push(`{${(set === 'all' ? all : sets[set as keyof PersonSets]).join(',')}}`);
    return '?::uuid[]';
  });
  return { sql: `(${sql})`, bindings };
}

/** A regular expression of Postgres for any of the identifiers as whole words. */
export function identifierPattern(identifiers: readonly string[]): string | null {
  const strong = strongIdentifiers(identifiers);
  if (strong.length === 0) return null;
  // The longest first, so that a name within an address does not leave half of it.
  const any = [...strong].sort((a, b) => b.length - a.length).map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/\s+/g, '\\s+'));
  return `(?<!\\w)(${any.join('|')})(?!\\w)`;
}

// Escapes of JSON: what a name with quotes looks like inside of it.
const jsonPattern = (identifiers: readonly string[]): string | null => identifierPattern(identifiers.map((value) => JSON.stringify(value).slice(1, -1)));

function scrubbed(column: string, mode: ScrubMode): string {
  const name = `"${column}"`;
  if (mode === 'null') return `${name} = CASE WHEN ${name}::text ~* :text THEN NULL ELSE ${name} END`;
  if (mode === 'unique') return `${name} = CASE WHEN ${name}::text ~* :text THEN '${pseudonym} ' || right(id::text, 12) ELSE ${name} END`;
  if (mode === 'json') return `${name} = CASE WHEN ${name}::text ~* :json THEN regexp_replace(${name}::text, :json, '${pseudonym}', 'gi')::jsonb ELSE ${name} END`;
  return `${name} = regexp_replace(${name}::text, :text, '${pseudonym}', 'gi')`;
}

/** Puts the two patterns where `:text` and `:json` stand; knex would take the casts for names of its own. */
function withPatterns(sql: string, text: string, json: string): { sql: string; bindings: string[] } {
  const bindings: string[] = [];
  return { sql: sql.replaceAll('?', '\\?').replace(/(?<!:):(text|json)\b/g, (_, kind: string) => { bindings.push(kind === 'text' ? text : json); return '?'; }), bindings };
}

async function eraseOwned(trx: Knex.Transaction, table: string, plan: TablePlan, person: Person): Promise<ScopeEntry | null> {
  if (plan.owned === undefined) return null;
  const where = bound(plan.owned, person.sets);
  const sql = plan.action === 'delete'
    ? `DELETE FROM crm_core.${table} WHERE ${where.sql} RETURNING id`
    : `UPDATE crm_core.${table} SET ${Object.entries(plan.set ?? {}).map(([column, value]) => `"${column}" = ${value}`).join(', ')} WHERE ${where.sql} RETURNING id`;
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(sql, where.bindings);
  if (rows.length === 0) return null;
  const keys = rows.map((row) => row.id);
  if (plan.downstream === 'rewrite') return { table, action: 'rewrite', keys, columns: [...Object.keys(plan.set ?? {}), ...(plan.derived ?? [])] };
  return { table, action: plan.action === 'delete' ? 'delete' : 'anonymise', keys };
}

async function scrubOthers(trx: Knex.Transaction, table: string, plan: TablePlan, text: string, json: string, done: ReadonlySet<string>): Promise<ScopeEntry | null> {
  const list = Object.entries(plan.scrub ?? {});
  if (list.length === 0) return null;
  const hit = list.map(([column, mode]) => `"${column}"::text ~* :${mode === 'json' ? 'json' : 'text'}`).join(' OR ');
  const update = withPatterns(`UPDATE crm_core.${table} SET ${list.map(([column, mode]) => scrubbed(column, mode)).join(', ')} WHERE ${hit} RETURNING id`, text, json);
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(update.sql, update.bindings);
  const keys = rows.map((row) => row.id).filter((id) => !done.has(id));
  return keys.length === 0 ? null : { table, action: 'rewrite', keys, columns: [...list.map(([column]) => column), ...(plan.derived ?? [])] };
}

/** The audit log is taken by the one path that may change it, and that leaves entries of its own. */
async function eraseSealed(trx: Knex.Transaction, table: string, { sets }: Person, json: string | null, call: Call): Promise<ScopeEntry | null> {
  const list = (ids: readonly string[]): string => `{${ids.join(',')}}`;
  const { rows } = await trx.raw<{ rows: { id: string }[] }>('SELECT crm_core.crm_audit_erase(?::uuid[], ?::uuid[], ?, ?, ?::uuid, ?, ?) AS id',
    [list(Object.values(sets).flat()), list(sets.users), json, pseudonym, call.actor.id, call.actor.kind, call.requestId]);
  return rows.length === 0 ? null : { table, action: 'anonymise', keys: rows.map((row) => row.id) };
}

/** Consents only grow; their owner's function takes from them what tells of the person. */
async function eraseConsents(trx: Knex.Transaction, table: string, { sets }: Person, text: string | null): Promise<ScopeEntry | null> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>('SELECT crm_core.crm_consent_erase(?::uuid[], ?) AS id', [`{${[...sets.contacts, ...sets.leads].join(',')}}`, text]);
  return rows.length === 0 ? null : { table, action: 'anonymise', keys: rows.map((row) => row.id) };
}

/** Carries out the plan; answers with what the stream must remove and how many rows were touched by table. */
export async function erasePerson(trx: Knex.Transaction, person: Person, call: Call): Promise<{ scope: ScopeEntry[]; counts: Record<string, number> }> {
  const scope: ScopeEntry[] = [];
  const counts: Record<string, number> = {};
  const note = (plan: TablePlan, entry: ScopeEntry | null): void => {
    if (entry === null) return;
    counts[entry.table] = (counts[entry.table] ?? 0) + entry.keys.length;
    if (plan.published !== false) scope.push(entry);
  };
  const [text, json] = [identifierPattern(person.identifiers), jsonPattern(person.identifiers)];
  for (const [table, plan] of Object.entries(erasurePlan)) {
    if (plan.sealed !== undefined) {
      note(plan, plan.sealed === 'audit' ? await eraseSealed(trx, table, person, json, call) : await eraseConsents(trx, table, person, text));
      continue;
    }
    const owned = await eraseOwned(trx, table, plan, person);
    note(plan, owned);
    if (text === null || json === null) continue;
    note(plan, await scrubOthers(trx, table, plan, text, json, new Set(owned?.keys)));
    if (plan.purge !== undefined) {
      const purge = withPatterns(`DELETE FROM crm_core.${table} WHERE ${plan.purge.map((column) => `"${column}"::text ~* :text OR "${column}"::text ~* :json`).join(' OR ')} RETURNING id`, text, json);
      const { rows } = await trx.raw<{ rows: { id: string }[] }>(purge.sql, purge.bindings);
      note(plan, rows.length === 0 ? null : { table, action: 'delete', keys: rows.map((row) => row.id) });
    }
  }
  return { scope, counts };
}

/** Imports that are not finished: they may hold the person in a file and would bring them back. */
export async function unfinishedImports(trx: Knex.Transaction): Promise<string[]> {
  const rows = await trx('crm_core.crm_imports').whereIn('status', ['queued', 'running']).whereNull('deleted_at').select<{ id: string }[]>('id');
  return rows.map((row) => row.id);
}

/** Removes files that imports left behind: none of them is needed once its import is over. */
export async function dropLeftFiles(trx: Knex.Transaction): Promise<number> {
  return trx('crm_core.crm_import_files').whereIn('import_id', trx('crm_core.crm_imports').whereNotIn('status', ['queued', 'running']).select('id')).delete();
}

/** Writes the record that the stream follows. */
export async function insertErasure(trx: Knex.Transaction, values: Omit<ErasureRow, 'id' | 'certified_at' | 'certificate_hash' | 'created_at'>): Promise<ErasureRow> {
  const [row] = await trx('crm_core.crm_erasures').insert({ ...values, scope: JSON.stringify(values.scope) }).returning<ErasureRow[]>([...columns]);
  if (row === undefined) throw new Error('The erasure was not written');
  return row;
}

/** Erasures, newest first. */
export async function listErasures(db: Knex, limit: number): Promise<ErasureRow[]> {
  return db('crm_core.crm_erasures').whereNull('deleted_at').orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id', order: 'desc' }]).limit(limit).select<ErasureRow[]>(...columns);
}

/** One erasure. */
export async function findErasure(db: Knex, id: string): Promise<ErasureRow | undefined> {
  return db('crm_core.crm_erasures').where({ id }).whereNull('deleted_at').first<ErasureRow | undefined>(...columns);
}
