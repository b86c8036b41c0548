import type { Knex } from 'knex';
import type { Reader } from '../../../kernel/context/call.js';
import type { MatchEntity } from '../duplicates/match.types.js';
import { mergeChildren, type ChildColumn } from './merge.children.js';

/** Rows that a merge moved: one entry by table and column. */
export interface Move {
  readonly table: string;
  readonly column: string;
  readonly ids: readonly string[];
}

/** A row of `crm_merges`. */
export interface MergeRow {
  id: string;
  entity: MatchEntity;
  survivor_id: string;
  loser_id: string;
  candidate_id: string | null;
  candidate_before: string | null;
  survivor_before: Record<string, unknown>;
  survivor_after: Record<string, unknown>;
  moved: Move[];
  merged_by: string | null;
  undone_at: Date | null;
  undone_by: string | null;
  created_at: Date;
}

/** Locks two records in the order of their ids, so that merges that meet wait for each other instead of dying together. */
export async function lockPair(trx: Knex.Transaction, entity: MatchEntity, a: string, b: string): Promise<void> {
  await trx.raw(`SELECT 1 FROM crm_core.crm_${entity} WHERE id IN (?, ?) ORDER BY id FOR UPDATE`, [a, b]);
}

/** The rows of a child column, `t`; two arms, as the indexes of live and of deleted rows are two. */
export const hangsOn = ({ column }: ChildColumn): string => `((t.${column} = ? AND t.deleted_at IS NULL) OR (t.${column} = ? AND t.deleted_at IS NOT NULL))`;

async function moveChild(trx: Knex.Transaction, entity: MatchEntity, child: ChildColumn, from: string, to: string): Promise<Move> {
  const { table, column } = child;
  const conditions = [hangsOn(child)];
  const bindings: Knex.Value[] = [to, from, from];
  if (child.entity !== undefined) conditions.push(`t.entity = '${child.entity}'`);
  if (table === `crm_${entity}`) {
    conditions.push('t.id NOT IN (?, ?)'); // The two themselves are not each other's children.
    bindings.push(from, to);
  }
  if (child.unlessTaken) {
    const same = [`s.${column} = ?`, ...child.unlessTaken.map((one) => `s.${one} = t.${one}`), ...(child.entity === undefined ? [] : ['s.entity = t.entity'])];
    if (child.deletedCount !== true) same.push('s.deleted_at IS NULL AND t.deleted_at IS NULL');
    conditions.push(`NOT EXISTS (SELECT 1 FROM crm_core.${table} s WHERE ${same.join(' AND ')})`);
    bindings.push(to);
  }
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(`UPDATE crm_core.${table} t SET ${column} = ? WHERE ${conditions.join(' AND ')} RETURNING t.id`, bindings);
  return { table, column, ids: rows.map((row) => row.id) };
}

/** Moves everything that hangs on one record to the other. */
export async function moveChildren(trx: Knex.Transaction, entity: MatchEntity, from: string, to: string): Promise<Move[]> {
  const moves: Move[] = [];
  for (const child of mergeChildren[entity]) moves.push(await moveChild(trx, entity, child, from, to));
  return moves.filter((move) => move.ids.length > 0);
}

/** Moves rows back that are still where the merge put them; returns how many were. Names come from the merge's own record, so only those of the declared list are used. */
export async function moveBack(trx: Knex.Transaction, entity: MatchEntity, move: Move, from: string, to: string): Promise<number> {
  const known = mergeChildren[entity].find((child) => child.table === move.table && child.column === move.column);
  if (!known) return 0;
  const { rows } = await trx.raw<{ rows: unknown[] }>(`UPDATE crm_core.${known.table} SET ${known.column} = ? WHERE id = ANY(?::uuid[]) AND ${known.column} = ? RETURNING 1`, [to, `{${move.ids.join(',')}}`, from]);
  return rows.length;
}

/** Hides the record that was merged, or brings it back (`into` null). */
export async function setMerged(trx: Knex.Transaction, entity: MatchEntity, id: string, into: string | null): Promise<void> {
  await trx(`crm_core.crm_${entity}`).where({ id }).update({ merged_into_id: into, deleted_at: into === null ? null : trx.fn.now() });
}

/** Copies columns from one record to another; returns what they were and what they became, exactly. */
export async function copyColumns(trx: Knex.Transaction, entity: MatchEntity, columns: readonly string[], from: string, to: string): Promise<{ before: Record<string, unknown>; after: Record<string, unknown> }> {
  const read = async (): Promise<Record<string, unknown>> => readColumns(trx, entity, to, columns);
  if (columns.length === 0) return { before: {}, after: {} };
  const before = await read();
  await trx.raw(`UPDATE crm_core.crm_${entity} t SET ${columns.map((column) => `${column} = f.${column}`).join(', ')} FROM crm_core.crm_${entity} f WHERE t.id = ? AND f.id = ?`, [to, from]);
  return { before, after: await read() };
}

/** Columns as JSON text, so that decimals and microseconds are kept as they are. */
async function readColumns(trx: Knex.Transaction, entity: MatchEntity, id: string, columns: readonly string[]): Promise<Record<string, unknown>> {
  const { rows } = await trx.raw<{ rows: { values: Record<string, unknown> | null }[] }>(
    `SELECT (SELECT jsonb_object_agg(key, CASE WHEN jsonb_typeof(value) = 'number' THEN to_jsonb(value #>> '{}') ELSE value END) FROM jsonb_each(to_jsonb(t)) WHERE key = ANY(?)) AS values FROM crm_core.crm_${entity} t WHERE t.id = ?`, [[...columns], id]);
  return rows[0]?.values ?? {};
}

/** Sets columns back to `before` where they still are as in `after`; returns the names of those that somebody changed since and that are left alone. */
export async function restoreColumns(trx: Knex.Transaction, entity: MatchEntity, id: string, before: Record<string, unknown>, after: Record<string, unknown>): Promise<string[]> {
  const names = Object.keys(after);
  if (names.length === 0) return [];
  const now = await readColumns(trx, entity, id, names);
  const kept = names.filter((name) => JSON.stringify(now[name]) !== JSON.stringify(after[name]));
  const back = names.filter((name) => !kept.includes(name));
  if (back.length > 0) {
    await trx.raw(`UPDATE crm_core.crm_${entity} t SET ${back.map((name) => `${name} = b.${name}`).join(', ')} FROM jsonb_populate_record(NULL::crm_core.crm_${entity}, ?::jsonb) b WHERE t.id = ?`, [JSON.stringify(before), id]);
  }
  return kept;
}

/** Keeps what a merge did. */
export async function insertMerge(trx: Knex.Transaction, values: Pick<MergeRow, 'entity' | 'survivor_id' | 'loser_id' | 'candidate_id' | 'candidate_before' | 'survivor_before' | 'survivor_after' | 'moved' | 'merged_by'>): Promise<MergeRow> {
  const [row] = await trx('crm_core.crm_merges').insert({
    ...values, survivor_before: JSON.stringify(values.survivor_before), survivor_after: JSON.stringify(values.survivor_after), moved: JSON.stringify(values.moved),
  }).returning<MergeRow[]>('*');
  return row as MergeRow;
}

/** One merge, optionally locked. */
export function findMerge(db: Reader, id: string, lock = false): Promise<MergeRow | undefined> {
  const query = db('crm_core.crm_merges').where({ id }).whereNull('deleted_at').first<MergeRow | undefined>('*');
  return Promise.resolve(lock ? query.forUpdate() : query);
}

/** Merges of a kind, newest first, of one survivor where asked. */
export function listMerges(db: Reader, entity: MatchEntity, survivorId: string | null, limit: number): Promise<MergeRow[]> {
  const query = db('crm_core.crm_merges').where({ entity }).whereNull('deleted_at').orderBy([{ column: 'created_at', order: 'desc' }, { column: 'id' }]).limit(limit).select<MergeRow[]>('*');
  return Promise.resolve(survivorId === null ? query : query.where({ survivor_id: survivorId }));
}

/** A record's name in both languages. */
export interface RecordName { readonly name: string; readonly name_ar: string | null }

const nameColumns: Readonly<Record<MatchEntity, readonly [string, string]>> = { accounts: ['legal_name', 'legal_name_ar'], contacts: ['full_name', 'full_name_ar'], leads: ['full_name', 'NULL'] };

/** Names by id, also of records that were merged or deleted. */
export async function readNames(db: Reader, entity: MatchEntity, ids: readonly string[]): Promise<ReadonlyMap<string, RecordName>> {
  const [name, arabic] = nameColumns[entity];
  const { rows } = await db.raw<{ rows: (RecordName & { id: string })[] }>(`SELECT id, ${name} AS name, ${arabic}::text AS name_ar FROM crm_core.crm_${entity} WHERE id = ANY(?::uuid[])`, [`{${ids.join(',')}}`]);
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}

/** Notes that a merge was undone. */
export async function noteUndone(trx: Knex.Transaction, id: string, userId: string | null): Promise<void> {
  await trx('crm_core.crm_merges').where({ id }).update({ undone_at: trx.fn.now(), undone_by: userId });
}
