import type { Knex } from 'knex';
import type { Reader } from '../../kernel/context/call.js';
import type { TaggedEntity } from '../../kernel/lists/tag.member.js';

const tags = 'crm_core.crm_tags';
const taggings = 'crm_core.crm_taggings';

/** A tag with how many records carry it. */
export interface TagRow {
  readonly id: string;
  readonly name: string;
  readonly color: string | null;
  readonly records: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly __version: string;
}

const columns = `t.id, t.name::text AS name, t.color, t.created_at, t.updated_at, t.xmin::text AS __version, (SELECT count(*)::int FROM ${taggings} x WHERE x.tag_id = t.id AND x.deleted_at IS NULL) AS records`;

/** All tags by name. */
export async function listTags(db: Reader): Promise<TagRow[]> {
  return (await db.raw<{ rows: TagRow[] }>(`SELECT ${columns} FROM ${tags} t WHERE t.deleted_at IS NULL ORDER BY t.name`)).rows;
}

/** One tag, locked until the transaction ends where asked for. */
export async function findTag(db: Reader, id: string, lock = false): Promise<TagRow | undefined> {
  return (await db.raw<{ rows: TagRow[] }>(`SELECT ${columns} FROM ${tags} t WHERE t.id = ? AND t.deleted_at IS NULL${lock ? ' FOR UPDATE OF t' : ''}`, [id])).rows[0];
}

/** Which of the ids are tags. */
export async function knownTags(db: Reader, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(await db(tags).whereIn('id', [...ids]).whereNull('deleted_at').pluck<string[]>('id'));
}

/** Makes a tag. */
export async function insertTag(trx: Knex.Transaction, values: { readonly name: string; readonly color: string | null }): Promise<string> {
  const [row] = await trx(tags).insert(values).returning<{ id: string }[]>('id');
  return row?.id ?? '';
}

/** Makes tags without a colour; those whose name is taken meanwhile are left out. */
export async function insertTags(trx: Knex.Transaction, names: readonly string[]): Promise<{ readonly id: string; readonly name: string }[]> {
  if (names.length === 0) return [];
  return trx(tags).insert(names.map((name) => ({ name }))).onConflict().ignore().returning<{ id: string; name: string }[]>(['id', 'name']);
}

/** The ids of all tags by their names in small letters. */
export async function tagIds(db: Reader): Promise<ReadonlyMap<string, string>> {
  const rows = await db(tags).whereNull('deleted_at').select<{ id: string; name: string }[]>('id', 'name');
  return new Map(rows.map(({ id, name }) => [name.toLowerCase(), id]));
}

/** The tag whose name is closest to each text, where one is close; by the texts in small letters. */
export async function closestTags(db: Reader, texts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (texts.length === 0) return new Map();
  const likeness = 'public.similarity(crm_core.crm_fold(t.name::text), crm_core.crm_fold(k.value))';
  const { rows } = await db.raw<{ rows: { text: string; name: string }[] }>(
    `SELECT DISTINCT ON (k.value) k.value AS text, t.name::text AS name FROM unnest(?::text[]) AS k(value) JOIN ${tags} t ON t.deleted_at IS NULL AND ${likeness} > 0.4
      ORDER BY k.value, ${likeness} DESC, t.name`, [[...texts]]);
  return new Map(rows.map(({ text, name }) => [text.toLowerCase(), name]));
}

/** Changes a tag. */
export async function updateTag(trx: Knex.Transaction, id: string, patch: { readonly name?: string; readonly color?: string | null; readonly deleted_at?: Date }): Promise<void> {
  await trx(tags).where({ id }).update(patch);
}

/** The ids of tags that records carry, by record. */
export async function tagsOf(db: Reader, entity: TaggedEntity, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db(taggings).where({ entity }).whereIn('entity_id', [...ids]).whereNull('deleted_at').orderBy('tag_id').select<{ entity_id: string; tag_id: string }[]>('entity_id', 'tag_id');
  const found = new Map<string, string[]>();
  for (const { entity_id: of, tag_id: tag } of rows) found.set(of, [...found.get(of) ?? [], tag]);
  return found;
}

/** Tags records; what already is so stays so. */
export async function addTaggings(trx: Knex.Transaction, entity: TaggedEntity, pairs: readonly { readonly id: string; readonly tag: string }[]): Promise<void> {
  if (pairs.length === 0) return;
  await trx.raw(`INSERT INTO ${taggings} (tag_id, entity, entity_id) SELECT p.tag, ?, p.id FROM unnest(?::uuid[], ?::uuid[]) AS p(tag, id)
    ON CONFLICT (tag_id, entity, entity_id) WHERE deleted_at IS NULL DO NOTHING`, [entity, pairs.map(({ tag }) => tag), pairs.map(({ id }) => id)]);
}

/** Takes tags off records. */
export async function removeTaggings(trx: Knex.Transaction, entity: TaggedEntity, ids: readonly string[], tagIds: readonly string[]): Promise<void> {
  await trx(taggings).where({ entity }).whereIn('entity_id', [...ids]).whereIn('tag_id', [...tagIds]).whereNull('deleted_at').delete();
}

/** Takes a tag off everything. */
export async function clearTag(trx: Knex.Transaction, id: string): Promise<void> {
  await trx(taggings).where({ tag_id: id }).delete();
}

/** Gives everything that carries one tag the other instead; returns how many records had only the first. */
export async function moveTaggings(trx: Knex.Transaction, from: string, into: string): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(`UPDATE ${taggings} x SET tag_id = ? WHERE x.tag_id = ? AND x.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM ${taggings} y WHERE y.tag_id = ? AND y.entity = x.entity AND y.entity_id = x.entity_id AND y.deleted_at IS NULL)`, [into, from, into]);
  await clearTag(trx, from);
  return rowCount;
}
