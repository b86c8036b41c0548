import type { Knex } from 'knex';
import type { TaggedEntity } from '../../../kernel/lists/tag.member.js';
import { addTaggings, closestTags, insertTags, tagIds, tagsOf } from '../../tags/tag.repository.js';
import { tagCreate } from '../../tags/tag.schema.js';
import { mostTags } from '../../tags/tag.service.js';
import type { DraftRow, EntityDefinition, MissingReference } from '../import.types.js';
import { tagTarget } from '../targets/custom.target.js';
import { splitList } from '../values/list.splitter.js';
import type { WrittenRow } from './record.writer.js';

/** How unknown tags are met. */
export interface TagPolicy {
  readonly onMissing: MissingReference;
  /** For the audit log of tags that are made. */
  readonly importId: string;
  readonly actorId: string | null;
}

type Adds = ReadonlyMap<DraftRow, readonly string[]>;
const key = tagTarget.key;

/** The ids of the tags that rows name. A name that is no tag is a problem of its row, is made, or is left out. */
export async function resolveTags(trx: Knex.Transaction, rows: readonly DraftRow[], policy: TagPolicy): Promise<Adds> {
  const tagged = rows.flatMap((row) => (typeof row.values[key] === 'string' && row.mergedAway !== true ? [{ row, text: row.values[key] }] : []));
  if (tagged.length === 0) return new Map();
  const known = new Map(await tagIds(trx));
  const named = tagged.map(({ row, text }) => ({ row, names: splitList(text, (part) => known.has(part.toLowerCase())) }));
  const missing = [...new Map(named.flatMap(({ names }) => names.filter((name) => !known.has(name.toLowerCase())).map((name) => [name.toLowerCase(), name]))).values()];
  const refused = policy.onMissing === 'create' ? await makeTags(trx, missing, known, policy) : new Map<string, string>();
  const closest = policy.onMissing === 'error' ? await closestTags(trx, missing) : new Map<string, string>();
  return new Map(named.map(({ row, names }) => {
    for (const name of names.filter((one) => !known.has(one.toLowerCase()))) noteMissing(row, name, policy.onMissing, closest.get(name.toLowerCase()), refused.get(name.toLowerCase()));
    return [row, names.flatMap((name) => known.get(name.toLowerCase()) ?? [])];
  }));
}

/** Adds the tags to the records; none is ever taken off. */
export async function writeTags(trx: Knex.Transaction, entity: EntityDefinition, adds: Adds, written: readonly WrittenRow[]): Promise<WrittenRow[]> {
  const ids = written.flatMap(({ row, id }) => ((adds.get(row) ?? []).length === 0 ? [] : [id]));
  if (ids.length === 0) return [...written];
  const name = entity.entity as TaggedEntity;
  const before = await tagsOf(trx, name, ids);
  const pairs: { readonly id: string; readonly tag: string }[] = [];
  const done = written.map((one): WrittenRow => {
    const had = before.get(one.id) ?? [];
    const fresh = (adds.get(one.row) ?? []).filter((tag) => !had.includes(tag));
    // What the record carries now, as the audit log knows it.
    if (adds.has(one.row)) one.row.values[key] = [...had, ...fresh];
    pairs.push(...fresh.map((tag) => ({ id: one.id, tag })));
    return fresh.length > 0 && one.outcome === 'unchanged' ? { ...one, outcome: 'updated' } : one;
  });
  await addTaggings(trx, name, pairs);
  return done;
}

/** Makes tags by the rules of tags; returns why some could not be made, by their names in small letters. */
async function makeTags(trx: Knex.Transaction, names: readonly string[], known: Map<string, string>, { importId, actorId }: TagPolicy): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  let room = mostTags - known.size;
  const sound = names.filter((name) => {
    const { error } = tagCreate.validate({ name });
    if (error !== undefined) refused.set(name.toLowerCase(), `“${name.slice(0, 80)}” cannot be a tag: its name may have at most 60 characters. Shorten it.`);
    else if (room <= 0) refused.set(name.toLowerCase(), `There can be at most ${mostTags} tags, so “${name}” cannot be made. Merge or delete some.`);
    else room -= 1;
    return !refused.has(name.toLowerCase());
  });
  const made = await insertTags(trx, sound);
  // What somebody else made in the same moment is there as well.
  for (const [name, id] of made.length < sound.length ? await tagIds(trx) : made.map(({ id, name }) => [name.toLowerCase(), id] as const)) known.set(name, id);
  if (made.length === 0) return refused;
  await trx('crm_core.crm_audit_log').insert(made.map(({ id, name }) => ({
    actor_id: actorId, actor_kind: 'import', action: 'create', entity: 'tags', entity_id: id, after: JSON.stringify({ name, color: null }), request_id: `import:${importId}`,
  })));
  return refused;
}

function noteMissing(row: DraftRow, name: string, policy: MissingReference, suggestion: string | undefined, refused: string | undefined): void {
  const problem = { code: refused === undefined ? 'reference_unknown' : 'tag_refused', field: key, value: name.slice(0, 200) };
  if (policy === 'empty') row.warnings.push({ ...problem, message: `There is no tag “${name}”. It was left out.` });
  else {
    const hint = suggestion === undefined ? 'Make it first, or choose to create missing tags.' : `Did you mean “${suggestion}”? Add an alias for it to the mapping, or make the tag first.`;
    row.problems.push({ ...problem, message: refused ?? `There is no tag “${name}”. ${hint}`, suggestion });
  }
}
